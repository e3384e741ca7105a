//! The process with the bots of a supervised server, and the thread that starts it again.

use super::{ignore_replacement, runtime, start_bots};
use crate::Ended;
use demo_08_snack_game::{logging, options::Options};
use std::{
    io,
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};
use web_server::signals::Signals;

/// The pause before the bots are started again.
const PAUSE: Duration = Duration::from_secs(1);

/// The interval between two looks at the process.
const LOOK: Duration = Duration::from_millis(100);

/// After this many deaths in a row, each within [`PROVEN`], the game continues without bots.
const DEATHS: u32 = 5;

/// A process that has lived for this long is able to play.
const PROVEN: Duration = Duration::from_secs(30);

/// How long the bots may take to leave before they are killed.
const GOODBYE: Duration = Duration::from_secs(5);

/// Keeps a process with bots running. They leave when this is dropped.
#[derive(Debug)]
pub(super) struct BotsKeeper {
    /// Dropped first, which ends the thread.
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl BotsKeeper {
    /// Starts the bots; `command` builds the command of their process.
    pub(super) fn start(command: impl Fn() -> Command + Send + 'static) -> io::Result<Self> {
        let first = Bots::start(&command)?;
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("bots".to_owned());
        let thread = thread.spawn(move || keep(first, &command, &stopped))?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for BotsKeeper {
    fn drop(&mut self) {
        drop(self.stop.take());
        let _it_panicked = self.thread.take().map(JoinHandle::join);
    }
}

/// Starts the bots again when their process has died, until `stopped`.
fn keep(mut bots: Bots, command: &impl Fn() -> Command, stopped: &Receiver<()>) {
    let (mut deaths, mut since) = (0, Instant::now());
    loop {
        let Some(how) = bots.died(stopped) else {
            return;
        };
        deaths = if since.elapsed() < PROVEN {
            deaths + 1
        } else {
            1
        };
        if deaths >= DEATHS {
            tracing::error!(
                how,
                deaths,
                "the bots died again and again: the game goes on without bots"
            );
            return;
        }
        tracing::warn!(how, "the bots died; starting them again");
        if is_stopped(stopped, PAUSE) {
            return;
        }
        since = Instant::now();
        match Bots::start(command) {
            Ok(next) => bots = next,
            Err(error) => {
                tracing::error!(%error, "cannot start the bots: the game goes on without bots");
                return;
            }
        }
    }
}

fn is_stopped(stopped: &Receiver<()>, within: Duration) -> bool {
    stopped.recv_timeout(within) == Err(RecvTimeoutError::Disconnected)
}

/// The process with the bots. It ends when its standard input ends, and that ends with the
/// supervisor, also if that one is killed.
#[derive(Debug)]
struct Bots(Child);

impl Bots {
    fn start(command: &impl Fn() -> Command) -> io::Result<Self> {
        command().stdin(Stdio::piped()).spawn().map(Self)
    }

    /// Waits for its end and says how it ended. `None` if the server ended before.
    fn died(&mut self, stopped: &Receiver<()>) -> Option<String> {
        while !is_stopped(stopped, LOOK) {
            match self.0.try_wait() {
                Ok(None) => {}
                Ok(Some(status)) => return Some(ExitStatus::to_string(&status)),
                Err(error) => return Some(error.to_string()),
            }
        }
        None
    }
}

impl Drop for Bots {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let asked = Instant::now();
        while let Ok(None) = self.0.try_wait() {
            if asked.elapsed() > GOODBYE {
                let _unless_it_ended = self.0.kill();
                let _reaped = self.0.wait();
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Runs the bots until standard input ends. A signal that a service manager sends to all processes
/// is for the supervisor.
pub(crate) fn run_bots(options: &Options, address: SocketAddr) -> Result<Ended, String> {
    let runtime = runtime()?;
    let within = runtime.enter();
    let _ignored = (Signals::listen(), ignore_replacement());
    drop(within);
    logging::init(options.log);
    let crowd = runtime.block_on(start_bots(address, options.bots));
    let mut nothing = String::new();
    let _ended = io::stdin().read_line(&mut nothing);
    drop(crowd);
    Ok(Ended::in_order("the bots have left"))
}
