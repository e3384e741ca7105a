//! The crowd, let loose on a server: `cargo run -p crowd -- 127.0.0.1:7008 --players 150`.

use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crowd::{Crowd, Plan, Seen};
use lexopt::{Arg, Parser, ValueExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const HELP: &str = "\
The crowd: players of Snack Rush that play, and tell what they see.

    crowd ADDRESS [options]      for example: crowd 127.0.0.1:7008 --players 150

    --players N            players who steer to the nearest snack (8)
    --watchers N           besides, people who only watch (0)
    --slow N               besides, players who stop reading (0)
    --sleepy N             besides, players who drop the line and come back by token (0)
    --room NAME            all into this room (the server picks)
    --called NAME          what players are called, and their number (bot)
    --seconds S            how long they play (10)
    --ramp-ms MS           the time in which everybody arrives (1000)
    --turns-per-second T   turns of a player, at most (2)
    --seed N               the same seed, the same decisions (1)
    --help                 this text

Exit status: 0 the server was honest; 2 it lost, doubled or contradicted something;
1 the command line is wrong, or nobody was let in.
";

/// More than one machine has ports for.
const MOST: u64 = 20_000;

struct Options {
    address: String,
    plan: Plan,
    time: Duration,
}

fn main() -> ExitCode {
    let options = match options(std::env::args_os()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            say(HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(error) => return complain(&format!("{error}; see --help")),
    };
    descriptors::raise();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("no runtime: {error}")),
    };
    runtime
        .block_on(run(options))
        .unwrap_or_else(|error| complain(&error))
}

fn complain(what: &str) -> ExitCode {
    eprintln!("crowd: {what}");
    ExitCode::FAILURE
}

fn options(args: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, Box<dyn Error>> {
    let mut parser = Parser::from_iter(args);
    let (mut address, mut plan, mut seconds) = (None, Plan::default(), 10.0);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("players") => plan.players = parser.value()?.parse()?,
            Arg::Long("watchers") => plan.watchers = parser.value()?.parse()?,
            Arg::Long("slow") => plan.slow = parser.value()?.parse()?,
            Arg::Long("sleepy") => plan.sleepy = parser.value()?.parse()?,
            Arg::Long("room") => plan.room = Some(parser.value()?.string()?),
            Arg::Long("called") => plan.called = Some(parser.value()?.string()?),
            Arg::Long("seconds") => seconds = parser.value()?.parse()?,
            Arg::Long("ramp-ms") => plan.ramp = Duration::from_millis(parser.value()?.parse()?),
            Arg::Long("turns-per-second") => plan.turns_per_second = parser.value()?.parse()?,
            Arg::Long("seed") => plan.seed = parser.value()?.parse()?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Value(value) if address.is_none() => address = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if !(1..=MOST).contains(&plan.people()) {
        return Err(format!("a crowd has 1 to {MOST} people, not {}", plan.people()).into());
    }
    if let Some(room) = &plan.room
        && !rush::wire::is_room(room)
    {
        return Err(format!("\"{room}\" is no room's name: 1 to 24 of a-z, 0-9 and -").into());
    }
    if !(0.0..=100.0).contains(&plan.turns_per_second) {
        return Err("a player turns 0 to 100 times a second".into());
    }
    let time = Duration::try_from_secs_f64(seconds)
        .map_err(|_| format!("--seconds {seconds} is no time"))?;
    let address = address.ok_or("which server? give its address, such as 127.0.0.1:7008")?;
    Ok(Some(Options {
        address,
        plan,
        time,
    }))
}

async fn run(options: Options) -> Result<ExitCode, String> {
    let address = find(&options.address).await?;
    let crowd = Crowd::start(address, options.plan).await;
    let started = Instant::now();
    let mut before = Seen::default();
    while started.elapsed() < options.time {
        let left = options.time.saturating_sub(started.elapsed());
        tokio::select! {
            () = sleep(left.min(Duration::from_secs(1))) => {}
            _ = tokio::signal::ctrl_c() => break,
        }
        let seen = crowd.seen();
        say(&live(started.elapsed(), &seen, &before));
        before = seen;
    }
    let at_last = crowd.seen();
    let seen = Seen {
        // Everybody has gone home by now; the table tells who was there.
        seated: at_last.seated,
        watching: at_last.watching,
        ..crowd.stop().await
    };
    say(seen.to_string().trim_end());
    match (seen.is_honest(), seen.frames) {
        (_, 0) => Err(format!(
            "nobody was let in at {address}: {}",
            seen.last_refusal
                .as_deref()
                .unwrap_or("they were not yet on their way")
        )),
        (true, _) => Ok(ExitCode::SUCCESS),
        (false, _) => Ok(ExitCode::from(2)),
    }
}

/// The first address of that name at which somebody listens.
async fn find(name: &str) -> Result<SocketAddr, String> {
    let addresses = name
        .to_socket_addrs()
        .map_err(|error| format!("\"{name}\" is not an address such as 127.0.0.1:7008: {error}"))?;
    let mut refused = format!("\"{name}\" is the name of no address");
    for address in addresses {
        let why = match timeout(Duration::from_secs(2), TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(address),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no answer".to_owned(),
        };
        refused = format!(
            "nothing listens on {address}: {why}; start a server first: cargo run --release -p demo-08-snack-game"
        );
    }
    Err(refused)
}

fn live(elapsed: Duration, seen: &Seen, before: &Seen) -> String {
    let mut line = format!(
        "{:5.1} s  {:5} seated  {:7} messages  99 % within {:.1} ms",
        elapsed.as_secs_f64(),
        seen.seated + seen.watching,
        seen.frames - before.frames,
        seen.latency.value_at_quantile(0.99) as f64 / 1000.0,
    );
    for (count, what) in [
        (seen.missed, "ticks missed"),
        (seen.resumed, "came back"),
        (seen.mismatches, "contradictions"),
        (seen.refused + seen.unreachable, "not let in"),
    ] {
        if count > 0 {
            line += &format!("  {count} {what}");
        }
    }
    line
}

/// A reader that has gone (`crowd … | head`) is no reason to panic.
fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}
