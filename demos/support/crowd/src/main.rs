//! Runs a crowd against a server: `cargo run -p crowd -- 127.0.0.1:7008 --players 150`.

use std::error::Error;
use std::ffi::OsString;
use std::net::{SocketAddr, ToSocketAddrs};
use std::process::ExitCode;
use std::str::FromStr;
use std::time::{Duration, Instant};

use crowd::{Crowd, Metrics, Plan};
use lexopt::{Arg, Parser, ValueExt};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

const HELP: &str = "\
A crowd of Snack Rush players that play, check the server and measure it.

Usage: cargo run --release -p crowd -- ADDRESS [options]

    ADDRESS                the server, for example 127.0.0.1:7008

    --players N            players that steer to snacks nearby (8)
    --watchers N           additional clients that only watch (0)
    --slow N               additional players that stop reading (0)
    --sleepy N             additional players that disconnect and resume with their token (0)
    --room NAME            the room for all of them (default: the server picks)
    --called NAME          the name of the players, before their number (bot)
    --seconds S            how long they play (10)
    --ramp-ms MS           the time over which they connect (1000)
    --turns-per-second T   the maximum number of turns of one player per second (2)
    --seed N               the seed of all decisions (1)
    --help                 print this text

Exit status: 0 the server was honest; 2 it lost, doubled or contradicted something;
1 the command line is wrong, or no client could connect.
";

/// The maximum number of clients. Linux has about 28,000 ports for outgoing connections.
const MAX_CLIENTS: u64 = 20_000;

struct Options {
    address: String,
    plan: Plan,
    time: Duration,
}

fn main() -> ExitCode {
    let _written = output::Guard::new();
    let options = match options(std::env::args_os()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            say(HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(error) => return complain(&format!("{error}; see --help")),
    };
    sockets::raise_limit();
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("cannot start the tokio runtime: {error}")),
    };
    runtime
        .block_on(run(options))
        .unwrap_or_else(|error| complain(&error))
}

fn complain(what: &str) -> ExitCode {
    output::err!("crowd: {what}");
    ExitCode::FAILURE
}

fn options(args: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, Box<dyn Error>> {
    let mut parser = Parser::from_iter(args);
    let (mut address, mut plan, mut seconds) = (None, Plan::default(), 10.0);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("players") => plan.players = number(&mut parser, "--players")?,
            Arg::Long("watchers") => plan.watchers = number(&mut parser, "--watchers")?,
            Arg::Long("slow") => plan.slow = number(&mut parser, "--slow")?,
            Arg::Long("sleepy") => plan.sleepy = number(&mut parser, "--sleepy")?,
            Arg::Long("room") => plan.room = Some(parser.value()?.string()?),
            Arg::Long("called") => plan.called = Some(parser.value()?.string()?),
            Arg::Long("seconds") => seconds = number(&mut parser, "--seconds")?,
            Arg::Long("ramp-ms") => {
                plan.ramp = Duration::from_millis(number(&mut parser, "--ramp-ms")?)
            }
            Arg::Long("turns-per-second") => {
                plan.turns_per_second = number(&mut parser, "--turns-per-second")?
            }
            Arg::Long("seed") => plan.seed = number(&mut parser, "--seed")?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Value(value) if address.is_none() => address = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    if !(1..=MAX_CLIENTS).contains(&plan.people()) {
        return Err(format!(
            "a crowd has 1 to {MAX_CLIENTS} clients, not {}",
            plan.people()
        )
        .into());
    }
    if let Some(room) = &plan.room
        && !rush::wire::is_room(room)
    {
        return Err(
            format!("\"{room}\" is not a valid room name: use 1 to 24 of a-z, 0-9 and -").into(),
        );
    }
    if !(0.0..=100.0).contains(&plan.turns_per_second) {
        return Err("--turns-per-second must be from 0 to 100".into());
    }
    let time = Duration::try_from_secs_f64(seconds)
        .map_err(|_| format!("--seconds {seconds} is not a valid time"))?;
    let address = address.ok_or("no server given: add its address, such as 127.0.0.1:7008")?;
    Ok(Some(Options {
        address,
        plan,
        time,
    }))
}

/// The number after an option. The error names the option, and what stands in its place.
fn number<T: FromStr>(parser: &mut Parser, option: &str) -> Result<T, Box<dyn Error>> {
    let value = parser.value()?;
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{option} wants a number, not {value:?}").into())
}

async fn run(options: Options) -> Result<ExitCode, String> {
    let address = find(&options.address).await?;
    let crowd = Crowd::start(address, options.plan).await;
    let started = Instant::now();
    let mut before = Metrics::default();
    while started.elapsed() < options.time {
        let left = options.time.saturating_sub(started.elapsed());
        tokio::select! {
            () = sleep(left.min(Duration::from_secs(1))) => {}
            _ = tokio::signal::ctrl_c() => break,
        }
        let metrics = crowd.metrics();
        say(&live(started.elapsed(), &metrics, &before));
        before = metrics;
    }
    let at_the_end = crowd.metrics();
    let metrics = Metrics {
        // All clients have left when `stop` returns; the table shows how many there were.
        seated: at_the_end.seated,
        watching: at_the_end.watching,
        ..crowd.stop().await
    };
    say(metrics.to_string().trim_end());
    match (metrics.is_honest(), metrics.frames) {
        (_, 0) => Err(format!(
            "no client could connect to {address}: {}",
            metrics
                .last_refusal
                .as_deref()
                .unwrap_or("the time was over before the first attempt ended")
        )),
        (true, _) => Ok(ExitCode::SUCCESS),
        (false, _) => Ok(ExitCode::from(2)),
    }
}

/// Returns the first address of this name that accepts a connection.
async fn find(name: &str) -> Result<SocketAddr, String> {
    let addresses = name
        .to_socket_addrs()
        .map_err(|error| format!("\"{name}\" is not an address such as 127.0.0.1:7008: {error}"))?;
    let mut refused = format!("\"{name}\" has no address");
    for address in addresses {
        let why = match timeout(Duration::from_secs(2), TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(address),
            Ok(Err(error)) => error.to_string(),
            Err(_) => "no response".to_owned(),
        };
        refused = format!(
            "nothing listens on {address}: {why}; \
             start a server first: cargo run --release -p demo-08-snack-game"
        );
    }
    Err(refused)
}

fn live(elapsed: Duration, metrics: &Metrics, before: &Metrics) -> String {
    let mut line = format!(
        "{:5.1} s  {:5} seated  {:7} messages  p99 {:.1} ms",
        elapsed.as_secs_f64(),
        metrics.seated + metrics.watching,
        metrics.frames - before.frames,
        metrics.latency.value_at_quantile(0.99) as f64 / 1000.0,
    );
    for (count, what) in [
        (metrics.missed, "ticks missed"),
        (metrics.resumed, "resumed"),
        (metrics.mismatches, "contradictions"),
        (metrics.refused + metrics.unreachable, "refused"),
    ] {
        if count > 0 {
            line += &format!("  {count} {what}");
        }
    }
    line
}

/// Prints a line, and waits for no reader.
fn say(line: &str) {
    output::out!("{line}");
}
