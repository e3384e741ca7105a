//! Events of a page: loaded documents, console output, and whether it is alive.

use std::collections::HashSet;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::requests::Requests;
use lock::lock;

#[derive(Default)]
pub(crate) struct Events {
    now: Mutex<Now>,
    changed: Condvar,
}

/// The events so far.
#[derive(Default)]
pub(crate) struct Now {
    /// The documents that were loaded.
    pub(crate) loaded: HashSet<String>,
    /// The console output, including errors.
    pub(crate) console: Vec<String>,
    /// Console errors, exceptions, refusals by the content security policy.
    pub(crate) errors: Vec<String>,
    /// The requests that were answered, once they are recorded.
    pub(crate) requests: Requests,
    /// The page has crashed.
    pub(crate) crashed: bool,
    /// The browser has ended.
    pub(crate) ended: bool,
}

impl Events {
    /// Records an event.
    pub(crate) fn record(&self, method: &str, what: &Value) {
        let mut now = lock(&self.now);
        match method {
            "Page.lifecycleEvent" if what["name"] == "load" => {
                let loader = what["loaderId"].as_str().unwrap_or_default();
                now.loaded.insert(loader.to_owned());
            }
            "Runtime.exceptionThrown" => now.error(thrown(&what["exceptionDetails"])),
            "Runtime.consoleAPICalled" => {
                let kind = what["type"].as_str().unwrap_or_default();
                let said = format!("console.{kind}: {}", words(&what["args"]));
                match kind {
                    "error" | "assert" => now.error(said),
                    _ => now.console.push(said),
                }
            }
            "Log.entryAdded" => {
                let entry = &what["entry"];
                let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
                let said = format!("{}: {} {}", text("source"), text("text"), text("url"));
                match text("level").as_str() {
                    "error" => now.error(said.trim_end().to_owned()),
                    _ => now.console.push(said.trim_end().to_owned()),
                }
            }
            "Network.requestWillBeSent" => {
                let url = what["request"]["url"].as_str().unwrap_or_default();
                now.requests.sent(id(what), url);
            }
            "Network.loadingFinished" => {
                let bytes = what["encodedDataLength"].as_f64().unwrap_or_default();
                now.requests.answered(&id(what), bytes as u64);
            }
            "Inspector.targetCrashed" => now.crashed = true,
            _ => return,
        }
        self.changed.notify_all();
    }

    /// Records that the browser has ended: no more events follow.
    pub(crate) fn end(&self) {
        lock(&self.now).ended = true;
        self.changed.notify_all();
    }

    /// Gives access to the events so far.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&Now) -> T) -> T {
        at(&lock(&self.now))
    }

    /// Gives access to the events so far, to take some.
    pub(crate) fn change<T>(&self, at: impl FnOnce(&mut Now) -> T) -> T {
        at(&mut lock(&self.now))
    }

    /// Waits until `enough` holds. The result says whether it does.
    pub(crate) fn wait(&self, within: Duration, enough: impl Fn(&Now) -> bool) -> bool {
        let now = lock(&self.now);
        let waiting = |now: &mut Now| !enough(now) && !now.ended;
        let waited = self.changed.wait_timeout_while(now, within, waiting);
        enough(&waited.unwrap_or_else(PoisonError::into_inner).0)
    }
}

fn id(what: &Value) -> String {
    what["requestId"].as_str().unwrap_or_default().to_owned()
}

impl Now {
    fn error(&mut self, said: String) {
        self.console.push(said.clone());
        self.errors.push(said);
    }
}

/// The text of an exception.
pub(crate) fn thrown(details: &Value) -> String {
    let exception = &details["exception"];
    let said = exception["description"].as_str().map(str::to_owned);
    let said = said.or_else(|| exception.get("value").map(Value::to_string));
    let text = details["text"].as_str().unwrap_or_default();
    said.unwrap_or_else(|| text.to_owned())
}

fn words(arguments: &Value) -> String {
    let word = |argument: &Value| match (&argument["value"], &argument["description"]) {
        (Value::String(text), _) | (Value::Null, Value::String(text)) => text.clone(),
        (value, _) => value.to_string(),
    };
    let words = arguments.as_array().into_iter().flatten().map(word);
    words.collect::<Vec<_>>().join(" ")
}
