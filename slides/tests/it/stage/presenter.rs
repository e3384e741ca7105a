//! A presenter's WebSocket: it sends commands and receives every state.

use super::{
    Stage,
    phones::{read, socket_that_says},
};
use serde_json::Value;
use std::{
    net::{Shutdown, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{Message, Utf8Bytes, WebSocket, protocol::Role};

const TIMEOUT: Duration = Duration::from_secs(60);

pub(crate) struct Presenter {
    sends: WebSocket<TcpStream>,
    /// What a thread reads, also while the test does something else: the stage disconnects a page
    /// that does not read.
    received: Receiver<Result<Utf8Bytes, tungstenite::Error>>,
}

impl Presenter {
    pub(crate) fn connect(stage: &Stage) -> Presenter {
        let mut reads = socket_that_says(stage.address(), "/control", &stage.token());
        let stream = reads.get_ref().try_clone().expect("a second handle");
        let (sender, received) = mpsc::channel();
        thread::spawn(move || {
            loop {
                let message = match read(&mut reads) {
                    Ok(Message::Text(text)) => Ok(text),
                    Ok(_) => continue,
                    Err(error) => Err(error),
                };
                let is_over = message.is_err();
                if sender.send(message).is_err() || is_over {
                    return;
                }
            }
        });
        Presenter {
            sends: WebSocket::from_raw_socket(stream, Role::Client, None),
            received,
        }
    }

    pub(crate) fn send(&mut self, command: &str) {
        self.sends.send(Message::text(command)).expect("a command");
    }

    /// Waits for a state for which `is` holds, and returns it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + TIMEOUT;
        let mut last = Value::Null;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(message) = self.received.recv_timeout(left) else {
                panic!("not after {TIMEOUT:?}: {what}; the last state is\n{last:#}");
            };
            let text = message.unwrap_or_else(|error| panic!("{what}: disconnected: {error}"));
            last = serde_json::from_str(&text).expect("a state is JSON");
            if is(&last) {
                return last;
            }
        }
    }

    /// Returns a state that is newer than this call: older ones may wait to be read. For a test
    /// that does not light up the rows itself.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn state_now(&mut self) -> Value {
        let [lit, _] = [true, false].map(|lit| {
            self.send(r#"["lights"]"#);
            self.wait_for("the lights", |state| state["allLit"] == lit)
        });
        lit
    }
}

impl Drop for Presenter {
    fn drop(&mut self) {
        // Ends the thread, too.
        let _unless_it_ended = self.sends.get_ref().shutdown(Shutdown::Both);
    }
}
