//! The program that judges one answer. Its memory is limited, it ends with its parent, and it
//! writes only its report.

use crate::answer::Answer;
use crate::case::{Case, Judged, Seal};
use crate::panics::quietly;
use crate::ruling::Ruling;
use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// How long an answer may work. A verdict takes milliseconds. On Unix this is the processor's time:
/// on a busy machine a right answer waits longer, and does not work more.
pub const LIMIT: Duration = Duration::from_secs(10);
/// The exit status of a judge whose answer worked for longer than [`LIMIT`].
pub const OUT_OF_TIME: i32 = 4;

/// A limit on memory: more than any exercise needs.
#[cfg(unix)]
const MEMORY: u64 = 2 << 30;

/// Entry point of the program that `learn` starts: `PROGRAM ANSWER REPORT COLUMNS`. Reads the seal
/// of its verdict from the first line of its input, judges, writes its ruling into REPORT, and ends
/// when its input ends.
pub fn main(judge: fn(&mut Case) -> Judged) {
    let words: Vec<String> = std::env::args().collect();
    let [_, answer, report, columns] = &words[..] else {
        eprintln!("this program judges one answer; `learn` starts it");
        std::process::exit(2);
    };
    let mut seal = String::new();
    if std::io::stdin().read_line(&mut seal).is_err() || seal.trim().is_empty() {
        eprintln!("this program judges one answer, and got no seal; `learn` starts it");
        std::process::exit(2);
    }
    let seal = Seal(seal.trim().to_owned());
    end_with_the_parent();
    end_in_time();
    limit_memory();
    let text = std::fs::read_to_string(answer).unwrap_or_default();
    let report = File::create(report).ok();
    let mut case = Case::new(
        Answer::new(&text),
        columns.parse().unwrap_or(100),
        report,
        seal,
    );
    let (judged, said) = quietly(|| catch_unwind(AssertUnwindSafe(|| judge(&mut case))));
    let ruling = match judged {
        Ok(Ok(())) => Ruling::Green {
            kept: case.kept.clone(),
        },
        Ok(Err(red)) => red.0,
        Err(_) => Ruling::Red {
            promise: "An answer does not panic.".into(),
            reason: "panic".into(),
            places: vec![],
            story: said.unwrap_or_else(|| "a panic without a message".into()),
            advice: String::new(),
        },
    };
    case.report(&ruling);
    // Threads that the answer left running end here.
    std::process::exit(0);
}

/// Ends this program when the runner ends: the runner holds the other end of our input.
fn end_with_the_parent() {
    std::thread::spawn(|| {
        let mut nothing = [0; 64];
        while matches!(std::io::stdin().read(&mut nothing), Ok(n) if n > 0) {}
        std::process::exit(3);
    });
}

/// Ends this program when it has worked for too long.
fn end_in_time() {
    let began = Instant::now();
    std::thread::spawn(move || {
        while worked(began) < LIMIT {
            std::thread::sleep(Duration::from_millis(50));
        }
        std::process::exit(OUT_OF_TIME);
    });
}

/// Returns the processor's time of this program, or the time since it began if the system does not
/// say.
#[cfg(unix)]
fn worked(began: Instant) -> Duration {
    let worked = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    worked.try_into().unwrap_or_else(|_| began.elapsed())
}

#[cfg(not(unix))]
fn worked(began: Instant) -> Duration {
    began.elapsed()
}

#[cfg(unix)]
fn limit_memory() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limit = Rlimit {
        current: Some(MEMORY),
        maximum: Some(MEMORY),
    };
    // If the system has no such limit, the time limit must be enough.
    let _ = setrlimit(Resource::As, limit);
}

#[cfg(not(unix))]
fn limit_memory() {}
