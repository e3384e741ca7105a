//! A demo on a slide: the step's real binary, built if it is stale, heard line by line, and ended
//! with the stage.
//!
//! Threads of their own build it, read it and wait for it; they hand what they hear to the stage's
//! inbox and wait there if they must. A demo that talks without end is slowed down: by its own full
//! pipe.

use crate::{
    ansi::WRITTEN_ESCAPE,
    demo::{
        program::Program,
        reaper::{CANNOT, kept, let_go},
        worker,
    },
    stage::ToStage,
};
use std::{
    env, fs,
    io::{self, Read},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use tokio::sync::mpsc;

/// Between two looks at whether a program has ended or shall end.
const LOOK: Duration = Duration::from_millis(20);

/// After every piece that was heard: no demo fills the stage's inbox.
const BREATH: Duration = Duration::from_millis(25);

/// The longest piece.
const PIECE: usize = 8 * 1024;

/// What the threads of a demo tell the stage.
#[derive(Debug)]
pub(crate) enum Heard {
    /// It is being built.
    Building,
    /// It runs.
    Running,
    /// It said something.
    Said(Vec<u8>),
    /// The process that serves in it was killed, because the presenter wanted that.
    Killed(u32),
    /// It ended by itself: its exit code, none for a signal.
    Ended(Option<i32>),
    /// It could not be run.
    Impossible(String),
}

/// A demo that runs, or is about to. Stopped when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    ear: Ear,
    keeper: Option<JoinHandle<()>>,
}

impl Running {
    /// Starts a demo; everything about it is told under `number`. Those `before` it have its port
    /// until they have ended.
    pub(crate) fn start(
        program: &Program,
        more: &[String],
        number: u64,
        stage: mpsc::Sender<ToStage>,
        before: Vec<Running>,
    ) -> Running {
        let mut options = program.options.clone();
        options.extend_from_slice(more);
        let bin = program.bin;
        Running::keep(number, stage, move |ear| {
            before.into_iter().for_each(Running::end);
            run(bin, &options, ear);
        })
    }

    /// Plays a recorded transcript at a pace that can be read.
    pub(crate) fn replay(program: &Program, number: u64, stage: mpsc::Sender<ToStage>) -> Running {
        let path = transcripts().join(program.transcript());
        Running::keep(number, stage, move |ear| match fs::read_to_string(&path) {
            Ok(text) => recite(&text, ear),
            Err(_) => ear.hears(Heard::Impossible(format!(
                "there is no recording slides/transcripts/{}",
                path.file_name().unwrap_or_default().display()
            ))),
        })
    }

    fn keep(
        number: u64,
        stage: mpsc::Sender<ToStage>,
        work: impl FnOnce(&Ear) + Send + 'static,
    ) -> Running {
        let ear = Ear {
            stop: Arc::new(AtomicBool::new(false)),
            process: Arc::new(AtomicU32::new(0)),
            number,
            stage,
        };
        let its = ear.clone();
        Running {
            ear,
            keeper: Some(thread::spawn(move || work(&its))),
        }
    }

    /// Kills the process that serves in it, as a crash would. A thread of its own looks for it, and
    /// tells.
    pub(crate) fn crash(&self) {
        let ear = self.ear.clone();
        thread::spawn(move || {
            ear.hears(match worker::kill(ear.process.load(Ordering::Relaxed)) {
                Ok(worker) => Heard::Killed(worker),
                Err(why) => Heard::Said(format!("({why})\n").into_bytes()),
            });
        });
    }

    /// Says that it shall end; what it still says is not waited for.
    pub(crate) fn stop(&self) {
        self.ear.stop.store(true, Ordering::Relaxed);
    }

    /// Whether nothing is left of it.
    pub(crate) fn is_over(&self) -> bool {
        self.keeper.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Ends it, and waits until it has ended. Not for the stage's task: only when that is over.
    pub(crate) fn end(mut self) {
        self.stop();
        if let Some(keeper) = self.keeper.take() {
            let _it_panicked = keeper.join();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

#[derive(Clone, Debug)]
struct Ear {
    stop: Arc<AtomicBool>,
    /// Its keeper, while it runs; 0 is nobody.
    process: Arc<AtomicU32>,
    number: u64,
    stage: mpsc::Sender<ToStage>,
}

impl Ear {
    fn hears(&self, heard: Heard) {
        let _unless_closed = self.stage.blocking_send(ToStage::Demo {
            number: self.number,
            heard,
        });
    }

    fn shall_stop(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.stage.is_closed()
    }
}

/// Where the recordings lie.
pub(crate) fn transcripts() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("transcripts")
}

/// The repository: where an attendee types a command.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .map_or_else(PathBuf::new, Path::to_path_buf)
}

/// Where cargo has put the steps: beside this very program.
pub(crate) fn binary(bin: &str) -> PathBuf {
    let here = env::current_exe().unwrap_or_default();
    here.with_file_name(format!("{bin}{}", env::consts::EXE_SUFFIX))
}

/// The command that builds something for this very folder of binaries.
pub(crate) fn cargo(words: &[&str]) -> Command {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(words).current_dir(root()).stdin(Stdio::null());
    // Beside this program: wherever it was built, and as it was built.
    let here = env::current_exe().unwrap_or_default();
    let profile = here
        .parent()
        .and_then(|it| it.file_name())
        .map(|it| it.to_string_lossy().into_owned());
    if let Some(target) = here.parent().and_then(|it| it.parent()) {
        command.env("CARGO_TARGET_DIR", target);
    }
    if profile.as_deref() == Some("release") {
        command.arg("--release");
    }
    command
}

/// Builds it, runs it, and tells.
fn run(bin: &str, options: &[String], ear: &Ear) {
    ear.hears(Heard::Building);
    // Unless somebody edited the step a moment ago, that takes a fraction of a second.
    match tell(&cargo(&["build", "--quiet", "--bin", bin]), false, ear) {
        Ok(None) => return,
        Ok(Some(Some(0))) => {}
        Ok(Some(Some(CANNOT))) if binary(bin).is_file() => ear.hears(Heard::Said(
            format!("(no cargo here: this is {bin} as it was built last)\n").into_bytes(),
        )),
        Ok(Some(Some(CANNOT))) => {
            return ear.hears(Heard::Impossible(format!(
                "cargo could not be started, and {bin} was not built before"
            )));
        }
        Ok(Some(_)) | Err(_) => {
            return ear.hears(Heard::Impossible(format!(
                "cargo could not build {bin}; above is what it said"
            )));
        }
    }
    let mut command = Command::new(binary(bin));
    command
        .args(options)
        .current_dir(root())
        .env("CLICOLOR_FORCE", "1")
        .env_remove("NO_COLOR");
    match tell(&command, true, ear) {
        Ok(None) => {}
        Ok(Some(Some(CANNOT))) => ear.hears(Heard::Impossible(format!(
            "{bin} could not be started; above is why"
        ))),
        Ok(Some(code)) => ear.hears(Heard::Ended(code)),
        Err(error) => ear.hears(Heard::Impossible(format!(
            "{bin} could not be started: {error}"
        ))),
    }
}

/// Runs a program to its end and tells what it says. Its exit code, none in there for a signal;
/// none at all if it was stopped.
fn tell(program: &Command, it_is_the_demo: bool, ear: &Ear) -> io::Result<Option<Option<i32>>> {
    if ear.shall_stop() {
        return Ok(None);
    }
    let mut child = kept(program).spawn()?;
    if it_is_the_demo {
        ear.process.store(child.id(), Ordering::Relaxed);
        ear.hears(Heard::Running);
    }
    let told = child.stdout.take().map(|pipe| listen(pipe, ear));
    let complained = child.stderr.take().map(|pipe| listen(pipe, ear));
    let status = loop {
        if let Some(status) = child.try_wait()? {
            ear.process.store(0, Ordering::Relaxed);
            break status;
        }
        if ear.shall_stop() {
            let_go(&mut child)?;
            // What it started itself may hold the pipes for a while: nobody waits for them.
            return Ok(None);
        }
        thread::sleep(LOOK);
    };
    finish(told);
    finish(complained);
    // A keeper says a signal as a shell does.
    Ok(Some(status.code().filter(|code| *code <= 128)))
}

fn listen(mut pipe: impl Read + Send + 'static, ear: &Ear) -> JoinHandle<()> {
    let ear = ear.clone();
    thread::spawn(move || {
        let mut piece = vec![0; PIECE];
        while let Ok(length @ 1..) = pipe.read(&mut piece) {
            ear.hears(Heard::Said(piece[..length].to_vec()));
            thread::sleep(BREATH);
        }
    })
}

/// The last words of a program that has ended: a pipe is short, so they are, too.
fn finish(listening: Option<JoinHandle<()>>) {
    if let Some(listening) = listening {
        let _it_panicked = listening.join();
    }
}

/// A recording, a line at a time. Its last line says how the program ended: `[exit 2]`.
fn recite(text: &str, ear: &Ear) {
    const PACE: Duration = Duration::from_millis(220);
    ear.hears(Heard::Running);
    let mut code = None;
    for line in text.lines() {
        if ear.shall_stop() {
            return;
        }
        if let Some(exit) = line
            .strip_prefix("[exit ")
            .and_then(|it| it.strip_suffix(']'))
        {
            code = exit.parse().ok();
            continue;
        }
        ear.hears(Heard::Said(
            format!("{}\n", line.replace(WRITTEN_ESCAPE, "\u{1b}")).into_bytes(),
        ));
        thread::sleep(PACE);
    }
    ear.hears(Heard::Ended(code));
}
