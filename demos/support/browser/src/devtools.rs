//! The connection to the browser: it sends commands, receives answers, and records events for their
//! pages.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{ChildStdin, ChildStdout};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::Error;
use crate::events::Events;
use lock::lock;

/// The maximum time for an answer, also on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

type Answer = Result<Value, String>;

/// The connection to one browser, shared by its pages.
pub(crate) struct DevTools {
    stdin: Mutex<ChildStdin>,
    known: Mutex<Known>,
}

/// The receivers of incoming messages.
#[derive(Default)]
struct Known {
    asked: u64,
    asking: HashMap<u64, mpsc::Sender<Answer>>,
    pages: HashMap<String, Arc<Events>>,
    ended: bool,
}

impl DevTools {
    /// Reads on a thread of its own, until the browser ends.
    pub(crate) fn new(stdin: ChildStdin, stdout: ChildStdout) -> Arc<Self> {
        let devtools = Arc::new(Self {
            stdin: Mutex::new(stdin),
            known: Mutex::default(),
        });
        let listening = Arc::downgrade(&devtools);
        thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut message = Vec::new();
            while matches!(stdout.read_until(0, &mut message), Ok(1..)) {
                let Some(devtools) = listening.upgrade() else {
                    return;
                };
                if let Ok(message) =
                    serde_json::from_slice(message.strip_suffix(b"\0").unwrap_or(&message))
                {
                    devtools.dispatch(message);
                }
                message.clear();
            }
            if let Some(devtools) = listening.upgrade() {
                devtools.end();
            }
        });
        devtools
    }

    /// From now on, records the events of this session in `events`.
    pub(crate) fn subscribe(&self, session: &str, events: Arc<Events>) {
        lock(&self.known).pages.insert(session.to_owned(), events);
    }

    /// Stops recording the events of this session.
    pub(crate) fn unsubscribe(&self, session: &str) {
        lock(&self.known).pages.remove(session);
    }

    /// Sends a command, and waits for the answer.
    pub(crate) fn call(
        &self,
        session: Option<&str>,
        method: &str,
        parameters: Value,
    ) -> Result<Value, Error> {
        let answer = self.send(session, method, parameters)?;
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

    /// Sends a command. The caller waits for the answer.
    pub(crate) fn send(
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

    /// Whether the browser has not closed its end.
    pub(crate) fn is_open(&self) -> bool {
        !lock(&self.known).ended
    }

    fn dispatch(&self, message: Value) {
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
        // A dialog would stop the page for ever, because no user is there to close it.
        if method == "Page.javascriptDialogOpening" {
            let yes = json!({ "accept": true });
            let _unless_gone = self.send(Some(session), "Page.handleJavaScriptDialog", yes);
        }
        let events = lock(&self.known).pages.get(session).cloned();
        if let Some(events) = events {
            events.record(method, &message["params"]);
        }
    }

    fn end(&self) {
        let mut known = lock(&self.known);
        known.ended = true;
        known.asking.clear(); // Waiting callers learn that there will be no answer.
        for events in known.pages.values() {
            events.end();
        }
    }
}
