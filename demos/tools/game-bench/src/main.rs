//! What Snack Rush costs, compared with a bare `write()` loop and axum's chat:
//! `cargo run --release -p game-bench`.

mod measure;
#[cfg_attr(not(target_os = "linux"), path = "pinned/elsewhere.rs")]
mod pinned;
mod serve;
mod server;
mod write;

use std::process::ExitCode;
use std::str::FromStr;

use game_bench::COMMAND;
use lexopt::{Arg, Parser, ValueExt};

use measure::Bench;

const HELP: &str = "\
What Snack Rush costs: CPU per delivered message, memory per connection, 5,000 players on one core.

Usage: cargo run --release -p game-bench -- [options]

    --write        write the report, and the figures on the game's page
    --rounds N     rounds of measurements, interleaved (3)
    --seconds S    seconds per server and round (3)
    --size N       only this number of clients in a room (160 and 1,000)
    --quick        one round of a second, 160 in a room: a quick test
    --only PART    delivery, memory or capacity
    --help         this text

It takes about four minutes, on Linux only. The servers have one core, the crowd another.
";

fn main() -> ExitCode {
    let _written = output::Guard::new();
    let args: Vec<String> = std::env::args().skip(1).collect();
    let done = match args.split_first() {
        // This program starts itself with `serve` to be a server under measurement.
        Some((first, rest)) if first == "serve" => serve::serve(rest),
        _ => bench(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            output::err!("game-bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn bench(args: Vec<String>) -> Result<(), String> {
    let mut bench = Bench::default();
    let mut writes = false;
    let mut parser = Parser::from_args(args);
    while let Some(arg) = parser.next().map_err(usage)? {
        match arg {
            Arg::Long("write") => writes = true,
            Arg::Long("rounds") => bench.rounds = number(&mut parser, "--rounds")?,
            Arg::Long("seconds") => bench.seconds = number(&mut parser, "--seconds")?,
            Arg::Long("only") => {
                bench.only = Some(
                    parser
                        .value()
                        .and_then(|value| value.string())
                        .map_err(usage)?,
                )
            }
            Arg::Long("size") => bench.sizes = vec![number(&mut parser, "--size")?],
            Arg::Long("quick") => (bench.rounds, bench.seconds, bench.sizes) = (1, 1, vec![160]),
            Arg::Long("help") | Arg::Short('h') => {
                output::out!("{}", HELP.trim_end());
                return Ok(());
            }
            other => return Err(usage(other.unexpected())),
        }
    }
    let parts = ["delivery", "memory", "capacity"];
    if let Some(part) = bench.only.as_deref().filter(|part| !parts.contains(part)) {
        return Err(format!("--only {part}: there are {}", parts.join(", ")));
    }
    if !(1..=100).contains(&bench.rounds) || !(1..=15).contains(&bench.seconds) {
        return Err("1 to 100 rounds, of 1 to 15 seconds".to_owned());
    }
    if !bench.sizes.iter().all(|size| (1..=1_024).contains(size)) {
        return Err("a room has 1 to 1024 seats".to_owned());
    }
    let cores = pinned::cores().map_err(|error| error.to_string())?;
    if cfg!(debug_assertions) {
        return Err(format!(
            "an unoptimised build gives no useful figures; run {COMMAND}"
        ));
    }
    if writes && (bench.only.is_some() || bench.sizes.len() < 2) {
        return Err("--write needs the whole measurement, without --only or --size".to_owned());
    }
    let report = bench.run(&cores)?;
    output::out!("{}", report.to_string().trim_end());
    if writes {
        write::write(&report)?;
    }
    Ok(())
}

/// The whole number after an option. The error names the option, and what stands in its place.
fn number<T: FromStr>(parser: &mut Parser, option: &str) -> Result<T, String> {
    let value = parser.value().map_err(usage)?;
    let number = value.to_str().and_then(|text| text.parse().ok());
    number.ok_or_else(|| format!("{option} wants a whole number, not {value:?}; see --help"))
}

fn usage(error: lexopt::Error) -> String {
    format!("{error}; see --help")
}
