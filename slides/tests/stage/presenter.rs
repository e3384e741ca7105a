//! The presenter's socket: wishes one way, the newest state the other.

use super::Stage;
use serde_json::Value;
use std::{
    net::TcpStream,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket, client};

const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Desk(WebSocket<TcpStream>);

impl Desk {
    pub(crate) fn at(stage: &Stage) -> Desk {
        let stream = TcpStream::connect(stage.address()).expect("the stage listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a bound");
        let uri = format!("ws://{}/control", stage.address());
        let (mut socket, _) = client(uri, stream).expect("a socket");
        socket.send(Message::text(stage.token())).expect("the word");
        Desk(socket)
    }

    pub(crate) fn wish(&mut self, wish: &str) {
        self.0.send(Message::text(wish)).expect("a wish");
    }

    /// The first state that is as wanted.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let end = Instant::now() + PATIENCE;
        let mut last = Value::Null;
        while Instant::now() < end {
            let message = self.0.read().expect("a state");
            let Message::Text(text) = message else {
                continue;
            };
            last = serde_json::from_str(&text).expect("a state is JSON");
            if is(&last) {
                return last;
            }
        }
        panic!("not after {PATIENCE:?}: {what}; but\n{last:#}");
    }
}
