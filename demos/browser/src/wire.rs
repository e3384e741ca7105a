//! The protocol's wire: commands are asked and answered, and what merely happens is noted for its page.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Error;
use crate::seen::Seen;

/// How long an answer may take, also on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

type Answer = Result<Value, String>;

/// One browser's wire, shared by its pages.
pub(crate) struct Wire {
    stdin: Mutex<ChildStdin>,
    known: Mutex<Known>,
}

/// Whom an incoming message is for.
#[derive(Default)]
struct Known {
    asked: u64,
    asking: HashMap<u64, mpsc::Sender<Answer>>,
    pages: HashMap<String, Arc<Seen>>,
    ended: bool,
}

impl Wire {
    /// Listens on a thread of its own, until the browser ends.
    pub(crate) fn new(stdin: ChildStdin, stdout: ChildStdout) -> Arc<Self> {
        let wire = Arc::new(Self {
            stdin: Mutex::new(stdin),
            known: Mutex::default(),
        });
        let listening = Arc::downgrade(&wire);
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut message = Vec::new();
            while matches!(stdout.read_until(0, &mut message), Ok(1..)) {
                let Some(wire) = listening.upgrade() else {
                    return;
                };
                if let Ok(message) =
                    serde_json::from_slice(message.strip_suffix(b"\0").unwrap_or(&message))
                {
                    wire.hear(message);
                }
                message.clear();
            }
            if let Some(wire) = listening.upgrade() {
                wire.end();
            }
        });
        wire
    }

    /// From now on, what happens in this session is noted there.
    pub(crate) fn note(&self, session: &str, seen: Arc<Seen>) {
        lock(&self.known).pages.insert(session.to_owned(), seen);
    }

    /// From now on it is not.
    pub(crate) fn forget(&self, session: &str) {
        lock(&self.known).pages.remove(session);
    }

    /// Asks, and waits for the answer.
    pub(crate) fn ask(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, Error> {
        let answer = self.say(session, method, parameters)?;
        match answer.recv_timeout(PATIENCE) {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(why)) => Err(Error::Refused {
                what: method.to_owned(),
                why,
            }),
            Err(RecvTimeoutError::Timeout) => Err(Error::NoAnswer {
                to: method.to_owned(),
            }),
            Err(RecvTimeoutError::Disconnected) => Err(Error::Gone),
        }
    }

    /// Asks, and leaves the waiting to whom it concerns.
    pub(crate) fn say(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<mpsc::Receiver<Answer>, Error> {
        let (answered, answer) = mpsc::channel();
        let id = {
            let mut known = lock(&self.known);
            if known.ended {
                return Err(Error::Gone);
            }
            known.asked += 1;
            let id = known.asked;
            known.asking.insert(id, answered);
            id
        };
        let mut message = json!({ "id": id, "method": method, "params": parameters });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let said = lock(&self.stdin).write_all(format!("{message}\0").as_bytes());
        said.map(|()| answer).map_err(|_| Error::Gone)
    }

    fn hear(&self, message: Value) {
        if let Some(id) = message["id"].as_u64() {
            if let Some(asking) = lock(&self.known).asking.remove(&id) {
                let answer = match message["error"]["message"].as_str() {
                    Some(why) => Err(why.to_owned()),
                    None => Ok(message["result"].clone()),
                };
                let _unless_it_waits_no_more = asking.send(answer);
            }
            return;
        }
        let session = message["sessionId"].as_str().unwrap_or_default();
        let method = message["method"].as_str().unwrap_or_default();
        // A question put to the person in front of it would stop the page for ever.
        if method == "Page.javascriptDialogOpening" {
            let yes = json!({ "accept": true });
            let _unless_gone = self.say(Some(session), "Page.handleJavaScriptDialog", yes);
        }
        let seen = lock(&self.known).pages.get(session).cloned();
        if let Some(seen) = seen {
            seen.hear(method, &message["params"]);
        }
    }

    fn end(&self) {
        let mut known = lock(&self.known);
        known.ended = true;
        known.asking.clear(); // Whoever waits learns that there will be no answer.
        for seen in known.pages.values() {
            seen.end();
        }
    }
}

/// A lock that a failed test poisoned still guards what it guards.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
