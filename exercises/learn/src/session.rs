//! A child process that plays scenarios: an answer and its judge, built as for a verdict.

use crate::error::{PlayError, TrialError};
use crate::runner::{Program, seal};
use crate::workbench::Trial;
use judge::play::{Ask, Told};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long one answer may take: the child ends itself when it works for longer than a verdict may,
/// so this is for one that waits for ever, and for a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many bytes the program may print in one session.
const PRINTED: u64 = 16 << 20;

/// A child that answers questions; killed when dropped.
pub(crate) struct Session {
    child: Child,
    asks: ChildStdin,
    told: Receiver<Told>,
    /// When the question was asked that is not answered yet.
    asked: Option<Instant>,
    /// The file that runs.
    _program: Arc<Program>,
}

impl Session {
    /// Starts the program.
    pub(crate) fn start(trial: &Trial<'_>, program: &Arc<Program>) -> Result<Session, TrialError> {
        let mut command = program.command(trial);
        command.arg(judge::PLAY).arg("100");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(Stdio::null());
        let seal = seal()?;
        let mut child = command.spawn().map_err(TrialError::NoStart)?;
        let mut asks = child.stdin.take().expect("piped");
        let stdout = child.stdout.take().expect("piped");
        writeln!(asks, "{seal}").map_err(TrialError::NoStart)?;
        let (send, told) = channel();
        thread::spawn(move || {
            // Bytes, because an answer may print what is not text.
            let mut stdout = BufReader::new(stdout.take(PRINTED));
            let mut line = vec![];
            while let Ok(1..) = stdout.read_until(b'\n', &mut line) {
                let told = Told::read(&String::from_utf8_lossy(&line), &seal);
                if told.is_some_and(|told| send.send(told).is_err()) {
                    break;
                }
                line.clear();
            }
        });
        Ok(Session {
            child,
            asks,
            told,
            asked: None,
            _program: Arc::clone(program),
        })
    }

    /// Asks, without waiting.
    pub(crate) fn ask(&mut self, ask: &Ask) -> Result<(), PlayError> {
        self.asked = Some(Instant::now());
        writeln!(self.asks, "{}", ask.line()).map_err(|_| self.ended())
    }

    /// Returns the answer if it comes within this time.
    pub(crate) fn answer(&mut self, within: Duration) -> Result<Option<Told>, PlayError> {
        match self.told.recv_timeout(within) {
            Ok(told) => {
                self.asked = None;
                Ok(Some(told))
            }
            Err(RecvTimeoutError::Timeout) => match self.asked {
                Some(asked) if asked.elapsed() > PATIENCE => Err(PlayError::Hangs),
                _ => Ok(None),
            },
            Err(RecvTimeoutError::Disconnected) => Err(self.ended()),
        }
    }

    /// Asks, and waits for the answer.
    pub(crate) fn wait(&mut self, ask: &Ask) -> Result<Told, PlayError> {
        self.ask(ask)?;
        loop {
            if let Some(told) = self.answer(PATIENCE)? {
                return Ok(told);
            }
        }
    }

    fn ended(&mut self) -> PlayError {
        let code = self.child.wait().ok().and_then(|status| status.code());
        match code == Some(judge::OUT_OF_TIME) {
            true => PlayError::Hangs,
            false => PlayError::Ended,
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _unless_it_ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}
