//! Runs one demo of a slide: builds the step's binary if its source has changed, starts it, and
//! reports its output and its end; or plays its recording.
//!
//! A demo has threads of its own, so the stage's task never waits for one. The threads report
//! through a callback, which blocks while the stage's inbox is full. Then the demo blocks, too: its
//! pipe fills up. So a demo that writes without end cannot flood the stage.

use super::{
    cargo::{binary, cargo, root, transcripts},
    port::{self, Holder},
    program::Program,
    reaper,
    verdict::{Lines, Verdict},
    worker,
};
use crate::ansi::WRITTEN_ESCAPE;
use lock::lock;
use std::{
    fs,
    io::{self, Read},
    mem,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// How often a thread looks whether its program has ended or must be stopped.
const POLL: Duration = Duration::from_millis(20);

/// The pause after each piece of output, so that a demo does not fill the stage's inbox.
const PAUSE: Duration = Duration::from_millis(25);

/// The largest piece of output that is reported at once, in bytes.
const PIECE: usize = 8 * 1024;

/// Lines of a failed build that are shown, from its first error on.
const ERRORS: usize = 36;

/// What the threads of a demo report.
#[derive(Debug)]
pub(crate) enum DemoEvent {
    Building,
    Started,
    Output(Vec<u8>),
    /// The game's server was killed, because the presenter asked for it. The number is its process.
    ServerKilled(u32),
    /// How it ended, as it says itself. Reported before its end.
    Verdict(Verdict),
    /// Its source does not compile. The text is the compiler's, from the first error on.
    NotCompiled(String),
    /// Another program listens on its port. `None` if the system does not say which.
    PortTaken(u16, Option<Holder>),
    /// The exit code; `None` if a signal ended it. Not reported for a demo that was stopped.
    Ended(Option<i32>),
    /// The cause, as a sentence.
    CannotRun(String),
}

/// A demo that is being built, runs, or is played from its recording. Stopped when dropped.
pub(crate) struct DemoRun {
    link: Link,
    thread: Option<JoinHandle<()>>,
}

impl DemoRun {
    /// Starts a demo with `more` options.
    ///
    /// The runs in `previous` use the same port: the new one starts when they have ended. `report`
    /// returns whether there is still a stage to report to; if not, the demo is stopped.
    pub(crate) fn start(
        program: &Program,
        more: &[String],
        previous: Vec<DemoRun>,
        report: impl Fn(DemoEvent) -> bool + Send + Sync + 'static,
    ) -> DemoRun {
        let mut options = program.options.clone();
        options.extend_from_slice(more);
        let bin = program.bin;
        DemoRun::spawn(report, move |link| {
            previous.into_iter().for_each(DemoRun::end);
            build_and_run(bin, &options, link);
        })
    }

    /// Plays the recording of a demo, slowly enough to be read.
    pub(crate) fn replay(
        program: &Program,
        report: impl Fn(DemoEvent) -> bool + Send + Sync + 'static,
    ) -> DemoRun {
        let path = transcripts().join(program.transcript());
        DemoRun::spawn(report, move |link| match fs::read_to_string(&path) {
            Ok(text) => play(&text, link),
            Err(_) => link.report(DemoEvent::CannotRun(format!(
                "the recording slides/transcripts/{} is missing; `cargo run -- --record` makes it",
                path.file_name().unwrap_or_default().display()
            ))),
        })
    }

    fn spawn(
        report: impl Fn(DemoEvent) -> bool + Send + Sync + 'static,
        work: impl FnOnce(&Link) + Send + 'static,
    ) -> DemoRun {
        let link = Link {
            stop: Arc::new(AtomicBool::new(false)),
            reaper: Arc::new(AtomicU32::new(0)),
            heard: Arc::default(),
            report: Arc::new(report),
        };
        let of_the_thread = link.clone();
        DemoRun {
            link,
            thread: Some(thread::spawn(move || work(&of_the_thread))),
        }
    }

    /// Kills the process that serves the game, as a crash would. Another thread looks for that
    /// process and reports the result.
    pub(crate) fn kill_server(&self) {
        let link = self.link.clone();
        thread::spawn(move || {
            link.report(match worker::kill(link.reaper.load(Ordering::Relaxed)) {
                Ok(process) => DemoEvent::ServerKilled(process),
                Err(why) => DemoEvent::Output(format!("({why})\n").into_bytes()),
            });
        });
    }

    /// Asks the demo to end, and does not wait for it.
    pub(crate) fn stop(&self) {
        self.link.stop.store(true, Ordering::Relaxed);
    }

    /// Whether its process and its threads have ended.
    pub(crate) fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Stops the demo and waits until it has ended. The stage's task calls this only after its
    /// loop, since it blocks.
    pub(crate) fn end(mut self) {
        self.stop();
        if let Some(thread) = self.thread.take() {
            let _it_panicked = thread.join();
        }
    }
}

impl Drop for DemoRun {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What the threads of a demo share.
#[derive(Clone)]
struct Link {
    stop: Arc<AtomicBool>,
    /// The process number of the demo's reaper while the demo runs, otherwise 0.
    reaper: Arc<AtomicU32>,
    heard: Arc<Mutex<Heard>>,
    report: Arc<dyn Fn(DemoEvent) -> bool + Send + Sync>,
}

/// What the lines of a program say.
#[derive(Default)]
struct Heard {
    /// Its lines from the first error on, if it is the build.
    errors: Option<Vec<String>>,
    verdict: Option<Verdict>,
    port_taken: Option<u16>,
}

impl Heard {
    fn line(&mut self, line: &str) {
        if let Some(verdict) = Verdict::parse(line) {
            self.verdict = Some(verdict);
        }
        self.port_taken = self.port_taken.or(port::taken(line));
        if let Some(errors) = &mut self.errors
            && errors.len() < ERRORS
            && (!errors.is_empty() || line.starts_with("error"))
        {
            errors.push(line.to_owned());
        }
    }
}

/// Returns whether the compiler has refused the source. Otherwise the build failed for another
/// reason, such as a crate that cannot be downloaded.
fn is_refused(errors: &[String]) -> bool {
    let first = errors.first().map_or("", |line| line.as_str());
    // `error[E0308]: …` and `error: expected …` are the compiler's, followed by a place in a file.
    first.starts_with("error[")
        || (errors.get(1)).is_some_and(|line| line.trim_start().starts_with("--> "))
}

impl Link {
    /// Forgets what earlier programs said.
    fn listen(&self, to_errors: bool) {
        *lock(&self.heard) = Heard {
            errors: to_errors.then(Vec::new),
            ..Heard::default()
        };
    }

    fn heard(&self) -> Heard {
        mem::take(&mut *lock(&self.heard))
    }

    fn report(&self, event: DemoEvent) {
        if !(self.report)(event) {
            self.stop.store(true, Ordering::Relaxed);
        }
    }

    fn must_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// How a program ended.
enum Exit {
    Code(i32),
    Signal,
    /// The program could not be started; the cause was reported as output.
    NotStarted,
    /// It was stopped before its end.
    Stopped,
}

fn build_and_run(bin: &str, options: &[String], link: &Link) {
    link.report(DemoEvent::Building);
    // This takes a fraction of a second if the step's source has not changed.
    link.listen(true);
    match execute(&cargo(&["build", "--quiet", "--bin", bin]), false, link) {
        Ok(Exit::Stopped) => return,
        Ok(Exit::Code(0)) => {}
        Ok(Exit::NotStarted) if binary(bin).is_file() => link.report(DemoEvent::Output(
            format!("(cargo could not be started: running {bin} as it was built last)\n")
                .into_bytes(),
        )),
        Ok(Exit::NotStarted) => {
            return link.report(DemoEvent::CannotRun(format!(
                "cargo could not be started, and {bin} has never been built"
            )));
        }
        Ok(Exit::Code(_) | Exit::Signal) | Err(_) => {
            let errors = link.heard().errors.unwrap_or_default();
            if is_refused(&errors) {
                return link.report(DemoEvent::NotCompiled(errors.join("\n") + "\n"));
            }
            return link.report(DemoEvent::CannotRun(format!(
                "cargo could not build {bin}; its message is above"
            )));
        }
    }
    link.listen(false);
    let mut command = Command::new(binary(bin));
    command
        .args(options)
        .current_dir(root())
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR");
    match execute(&command, true, link) {
        Ok(Exit::Stopped) => {}
        Ok(Exit::Code(code)) => {
            let heard = link.heard();
            match (heard.verdict, heard.port_taken) {
                (None, Some(port)) if code == 1 => {
                    return link.report(DemoEvent::PortTaken(port, port::holder(port)));
                }
                (Some(verdict), _) => link.report(DemoEvent::Verdict(verdict)),
                (None, _) => {}
            }
            link.report(DemoEvent::Ended(Some(code)));
        }
        Ok(Exit::Signal) => link.report(DemoEvent::Ended(None)),
        Ok(Exit::NotStarted) => link.report(DemoEvent::CannotRun(format!(
            "{bin} could not be started; the cause is above"
        ))),
        Err(error) => link.report(DemoEvent::CannotRun(format!(
            "{bin} could not be started: {error}"
        ))),
    }
}

/// Runs a program to its end, below a reaper, and reports its output.
fn execute(program: &Command, is_demo: bool, link: &Link) -> io::Result<Exit> {
    if link.must_stop() {
        return Ok(Exit::Stopped);
    }
    let mut child = reaper::command(program).spawn()?;
    if is_demo {
        link.reaper.store(child.id(), Ordering::Relaxed);
        link.report(DemoEvent::Started);
    }
    let stdout = child.stdout.take().map(|pipe| forward(pipe, link));
    let stderr = child.stderr.take().map(|pipe| forward(pipe, link));
    let status = loop {
        if let Some(status) = child.try_wait()? {
            link.reaper.store(0, Ordering::Relaxed);
            break status;
        }
        if link.must_stop() {
            reaper::stop(&mut child)?;
            // The pipes are not read to their end: a process that the demo itself started may hold
            // them open.
            return Ok(Exit::Stopped);
        }
        thread::sleep(POLL);
    };
    for thread in [stdout, stderr].into_iter().flatten() {
        let _it_panicked = thread.join();
    }
    Ok(match status.code() {
        Some(reaper::NOT_STARTED) => Exit::NotStarted,
        Some(code) if code <= 128 => Exit::Code(code),
        // As in a shell, a reaper's code above 128 stands for a signal.
        _ => Exit::Signal,
    })
}

/// Reports what comes through a pipe, in a thread of its own.
fn forward(mut pipe: impl Read + Send + 'static, link: &Link) -> JoinHandle<()> {
    let link = link.clone();
    thread::spawn(move || {
        let (mut piece, mut lines) = (vec![0; PIECE], Lines::default());
        while let Ok(length @ 1..) = pipe.read(&mut piece) {
            let piece = &piece[..length];
            lines.add(piece, |line| lock(&link.heard).line(line));
            link.report(DemoEvent::Output(piece.to_vec()));
            thread::sleep(PAUSE);
        }
    })
}

/// Reports the lines of a recording one by one. Its last line is the exit code: `[exit 2]`.
fn play(text: &str, link: &Link) {
    const PACE: Duration = Duration::from_millis(220);
    link.report(DemoEvent::Started);
    let mut code = None;
    for line in text.lines() {
        if link.must_stop() {
            return;
        }
        if let Some(exit) = line
            .strip_prefix("[exit ")
            .and_then(|it| it.strip_suffix(']'))
        {
            code = exit.parse().ok();
            continue;
        }
        if let Some(verdict) = Verdict::parse(line) {
            link.report(DemoEvent::Verdict(verdict));
        }
        link.report(DemoEvent::Output(
            format!("{}\n", line.replace(WRITTEN_ESCAPE, "\u{1b}")).into_bytes(),
        ));
        thread::sleep(PACE);
    }
    link.report(DemoEvent::Ended(code));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> Vec<String> {
        let mut heard = Heard {
            errors: Some(Vec::new()),
            ..Heard::default()
        };
        text.lines().for_each(|line| heard.line(line));
        heard.errors.unwrap_or_default()
    }

    #[test]
    fn a_mistake_in_the_source_is_told_from_a_build_that_fails_for_another_reason() {
        let refused = heard(
            "warning: unused variable\nerror[E0308]: mismatched types\n  --> src/room.rs:67:5\n\n\
             error: could not compile `demo-01-deadlock`\n",
        );
        assert!(is_refused(&refused), "{refused:?}");
        assert_eq!(refused[0], "error[E0308]: mismatched types");
        assert_eq!(refused.len(), 4);
        let syntax = heard("error: expected one of `;`, found `}`\n --> src/room.rs:1:1\n");
        assert!(is_refused(&syntax));
        for other in [
            "error: failed to download from `https://…`\n\nCaused by:\n  no network\n",
            "error: linking with `cc` failed: exit status: 1\n  |\n  = note: …\n",
            "warning: only a warning\n",
            "",
        ] {
            assert!(!is_refused(&heard(other)), "{other}");
        }
        assert_eq!(heard(&"error: x\n".repeat(99)).len(), ERRORS);
    }
}
