//! The program that judges one answer. Its memory is limited, it ends with its parent, and it
//! writes only its report.

use crate::answer::Answer;
use crate::case::{Case, Judged, Seal};
use crate::panics::quietly;
use crate::play::Ask;
use crate::ruling::Ruling;
use crate::stage::Player;
use std::fs::File;
use std::io::{Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// How long an answer may work. A verdict takes milliseconds. On Unix this is the processor's time:
/// on a busy machine a right answer waits longer, and does not work more.
pub const LIMIT: Duration = Duration::from_secs(10);
/// The exit status of a judge whose answer worked for longer than [`LIMIT`].
pub const OUT_OF_TIME: i32 = 4;

/// The exit status of a judge that could not write its report.
pub const NO_REPORT: i32 = 5;

/// A limit on memory: more than any exercise needs.
#[cfg(unix)]
const MEMORY: u64 = 2 << 30;

/// The word in place of a report's path with which the program plays its scenarios.
pub const PLAY: &str = "--play";

/// Entry point of the program that `learn` starts: `PROGRAM ANSWER REPORT COLUMNS`. Reads the seal
/// of its verdict from the first line of its input, judges, writes its ruling into REPORT, and ends
/// when its input ends. If REPORT is [`PLAY`], nothing is judged: it answers one question after the
/// other ([`Ask`]), until its input ends.
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
    let text = std::fs::read_to_string(answer).unwrap_or_default();
    if report == PLAY {
        play(judge, Answer::new(&text), seal);
    }
    end_with_the_parent();
    end_in_time(Arc::default());
    limit_memory();
    let Ok(report) = File::create(report) else {
        std::process::exit(NO_REPORT);
    };
    let mut case = Case::new(
        Answer::new(&text),
        columns.parse().unwrap_or(100),
        Some(report),
        seal,
    );
    let (judged, said) = quietly(|| catch_unwind(AssertUnwindSafe(|| judge(&mut case))));
    let ruling = match judged {
        Ok(Ok(())) => Ruling::Green {
            kept: case.kept.lines(),
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
    if case.report(&ruling).is_err() {
        std::process::exit(NO_REPORT);
    }
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

/// Answers questions until there are no more. Each may take as long as a verdict.
fn play(judge: fn(&mut Case) -> Judged, answer: Answer, seal: Seal) -> ! {
    let asked = Arc::new(AtomicUsize::new(0));
    end_in_time(Arc::clone(&asked));
    limit_memory();
    let (send, asks) = mpsc::channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            let sent = serde_json::from_str(&line).map(|ask: Ask| send.send(ask));
            if !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
        // Also while the answer hangs: the runner has gone.
        std::process::exit(3);
    });
    let word = seal.0.clone();
    let mut case = Case::staged(answer, seal);
    // A judge that panics here has named no scenario that it would reach.
    let _named = quietly(|| catch_unwind(AssertUnwindSafe(|| judge(&mut case))));
    let mut player = Player::new(case.stage.unwrap_or_default());
    for ask in asks {
        asked.fetch_add(1, Relaxed);
        let told = player.answer(ask).line(&word);
        asked.fetch_add(1, Relaxed);
        let mut out = std::io::stdout().lock();
        // The answer may have printed half a line.
        if writeln!(out, "\n{told}")
            .and_then(|()| out.flush())
            .is_err()
        {
            break;
        }
    }
    std::process::exit(0)
}

/// Ends this program when it has worked for too long: since it began, or since `asked` has changed.
/// While `asked` is even and not 0, nothing is asked.
fn end_in_time(asked: Arc<AtomicUsize>) {
    let began = Instant::now();
    std::thread::spawn(move || {
        let (mut number, mut before) = (0, Duration::ZERO);
        loop {
            std::thread::sleep(Duration::from_millis(50));
            let now = asked.load(Relaxed);
            let is_idle = now > 0 && now.is_multiple_of(2);
            if now != number || is_idle {
                (number, before) = (now, worked(began));
            }
            if worked(began).saturating_sub(before) >= LIMIT {
                std::process::exit(OUT_OF_TIME);
            }
        }
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
