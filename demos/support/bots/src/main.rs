//! The crowd as a command: `cargo run -p bots -- 127.0.0.1:7001 --players 8`.

use std::error::Error;
use std::ffi::OsString;
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};

use bots::{Crowd, Plan, Stats};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "\
The crowd: players that join, grab, leave and come back, and report what they see.

Usage: cargo run -p bots -- ADDRESS [options]

    ADDRESS        the server, for example 127.0.0.1:7001

    --players N    polite players (8)
    --slow N       additional players that stop reading (0)
    --slow-after S how many seconds those play before that (0)
    --rude N       additional players that hang up without leave (0)
    --seconds S    how long they play (10)
    --seed N       seed of the pauses and departures (1)
    --help         this text

Exit status: 0 every request was answered; 2 the server froze and left requests unanswered;
1 the command line is wrong, or nothing listens there.
";

/// If a request is pending and no request was answered for this long, the server is frozen.
const FREEZE: Duration = Duration::from_secs(2);

/// The interval between two looks at the crowd.
const LOOK: Duration = Duration::from_millis(20);

/// The time at the end for answers that are still on their way, and for the threads to end.
const HOME: Duration = Duration::from_secs(2);

/// More players than any demo has seats for, and few enough threads to start.
const MOST: usize = 10_000;

struct Options {
    address: String,
    plan: Plan,
    seconds: u64,
}

fn main() -> ExitCode {
    let _written = output::Guard::new();
    match options(std::env::args_os()) {
        Ok(Some(options)) => run(&options).unwrap_or_else(|error| complain(&error)),
        Ok(None) => {
            say(HELP.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => complain(&format!("{error}; see --help")),
    }
}

fn complain(what: &dyn std::fmt::Display) -> ExitCode {
    output::err!("bots: {what}");
    ExitCode::from(1)
}

fn options(args: impl IntoIterator<Item = OsString>) -> Result<Option<Options>, Box<dyn Error>> {
    let mut parser = Parser::from_iter(args);
    let (mut address, mut plan, mut seconds) = (None, Plan::default(), 10);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("players") => plan.players = number(&mut parser, "--players")?,
            Arg::Long("slow") => plan.slow = number(&mut parser, "--slow")?,
            Arg::Long("slow-after") => {
                let seconds: u32 = number(&mut parser, "--slow-after")?;
                plan.slow_after = Duration::from_secs(seconds.into());
            }
            Arg::Long("rude") => plan.rude = number(&mut parser, "--rude")?,
            Arg::Long("seconds") => seconds = number(&mut parser, "--seconds")?,
            Arg::Long("seed") => plan.seed = number(&mut parser, "--seed")?,
            Arg::Long("help") | Arg::Short('h') => return Ok(None),
            Arg::Value(value) if address.is_none() => address = Some(value.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let crowd = [plan.players, plan.slow, plan.rude]
        .iter()
        .fold(0_usize, |sum, &count| sum.saturating_add(count));
    if !(1..=MOST).contains(&crowd) {
        return Err(format!("a crowd has 1 to {MOST} players, not {crowd}").into());
    }
    let address = address.ok_or("which server? give its address, such as 127.0.0.1:7001")?;
    Ok(Some(Options {
        address,
        plan,
        seconds,
    }))
}

/// The whole number after an option. The error names the option, and what stands in its place.
fn number<T: FromStr>(parser: &mut Parser, option: &str) -> Result<T, Box<dyn Error>> {
    let value = parser.value()?;
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{option} wants a whole number, not {value:?}").into())
}

fn run(options: &Options) -> Result<ExitCode, String> {
    let address = find(&options.address)?;
    let crowd = Crowd::start(address, &options.plan);
    let started = Instant::now();
    let mut before = Stats::default();
    let mut frozen = None;
    for second in 1..=options.seconds {
        while started.elapsed() < Duration::from_secs(second) && !crowd.stats().is_frozen(FREEZE) {
            thread::sleep(LOOK);
        }
        let seen = crowd.stats();
        say(&live(started.elapsed(), &seen, &before));
        if seen.is_frozen(FREEZE) {
            // A server that notices its own freeze exits, which ends every wait; so the counters
            // are kept from before.
            frozen = Some(seen);
            break;
        }
        if seen.is_deserted(FREEZE) {
            break;
        }
        before = seen;
    }
    let deserted = crowd.stats().is_deserted(FREEZE);
    let at_last = crowd.stop(HOME);
    let seen = frozen.unwrap_or(at_last);
    say(&seen.to_string());
    if seen.unanswered > 0 {
        say("The server froze: it answers no request any more.");
        Ok(ExitCode::from(2))
    } else if deserted {
        Err(format!("the server at {address} is gone"))
    } else {
        Ok(ExitCode::SUCCESS)
    }
}

/// The first address of that name on which a server listens.
fn find(name: &str) -> Result<SocketAddr, String> {
    let addresses = name
        .to_socket_addrs()
        .map_err(|error| format!("\"{name}\" is not an address such as 127.0.0.1:7001: {error}"))?;
    let mut refused = format!("\"{name}\" is the name of no address");
    for address in addresses {
        match TcpStream::connect_timeout(&address, Duration::from_secs(2)) {
            Ok(_) => return Ok(address),
            Err(error) => {
                refused = format!(
                    "nothing listens on {address}: {error}; start a server first, such as: cargo run -p demo-01-deadlock"
                )
            }
        }
    }
    Err(refused)
}

fn live(elapsed: Duration, seen: &Stats, before: &Stats) -> String {
    let waiting = match seen.oldest {
        Some(oldest) if oldest >= Duration::from_millis(100) => {
            format!("{} waiting, {:.1} s", seen.unanswered, oldest.as_secs_f64())
        }
        _ => "no long waits".to_owned(),
    };
    let mut line = format!(
        "{:5.1} s  {:6} replies/s  {:5} snacks/s  {:4} goodbyes/s  {waiting}",
        elapsed.as_secs_f64(),
        seen.replies - before.replies,
        seen.grabbed - before.grabbed,
        seen.goodbyes - before.goodbyes,
    );
    if seen.twice > 0 {
        line += &format!("  {} snacks given twice", seen.twice);
    }
    if seen.out_of_order > 0 {
        line += &format!("  {} bots saw another order", seen.out_of_order);
    }
    line
}

/// Prints a line, and waits for no reader.
fn say(line: &str) {
    output::out!("{line}");
}
