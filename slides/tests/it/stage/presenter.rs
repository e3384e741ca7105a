//! A presenter's WebSocket: it sends commands and receives the newest state.

use super::{Stage, phones::socket};
use std::net::TcpStream;
use tungstenite::{Message, WebSocket};

const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(60);

pub(crate) struct Presenter(WebSocket<TcpStream>);

impl Presenter {
    pub(crate) fn connect(stage: &Stage) -> Presenter {
        let mut socket = socket(stage.address(), "/control");
        socket
            .send(Message::text(stage.token()))
            .expect("the token");
        Presenter(socket)
    }

    pub(crate) fn send(&mut self, command: &str) {
        self.0.send(Message::text(command)).expect("a command");
    }

    /// Waits for a state for which `is` holds, and returns it.
    #[track_caller]
    pub(crate) fn wait_for(
        &mut self,
        what: &str,
        is: impl Fn(&serde_json::Value) -> bool,
    ) -> serde_json::Value {
        let end = std::time::Instant::now() + TIMEOUT;
        let mut last = serde_json::Value::Null;
        while std::time::Instant::now() < end {
            let message = self.0.read().expect("a state");
            let Message::Text(text) = message else {
                continue;
            };
            last = serde_json::from_str(&text).expect("a state is JSON");
            if is(&last) {
                return last;
            }
        }
        panic!("not after {TIMEOUT:?}: {what}; the last state is\n{last:#}");
    }
}
