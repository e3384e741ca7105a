//! The address of a stage that is started there again, so that it keeps its state.

use super::Stage;
use crate::http::connect;
use bots::ports::free_address;
use serde_json::Value;
use std::{
    fs,
    net::{SocketAddr, TcpStream},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};
use tungstenite::{ClientRequestBuilder, WebSocket, client};

/// For a slow disk.
const WRITTEN: Duration = Duration::from_secs(60);

/// Where a stage listens, again and again. Its state is removed when this is dropped.
pub(crate) struct Place {
    pub(crate) listen: SocketAddr,
    pub(crate) phones: u16,
}

impl Place {
    pub(crate) fn free() -> Place {
        let place = Place {
            listen: free_address(),
            phones: free_address().port(),
        };
        let _no_leftover = fs::remove_file(place.state());
        place
    }

    pub(crate) fn open(&self, more: &[&str]) -> Stage {
        let phones = self.phones.to_string();
        // The longest votes there are: none ends while a test looks at it.
        let all = ["--phones", &phones, "--vote-seconds", "60"];
        Stage::open_at(self.listen, &[&all, more].concat())
    }

    /// The file with the stage's state: beside its program.
    pub(crate) fn state(&self) -> PathBuf {
        let name = format!("stage-127.0.0.1-{}.json", self.listen.port());
        PathBuf::from(env!("CARGO_BIN_EXE_slides")).with_file_name(name)
    }

    /// Waits until the file with the state has what a test looks for after `kill -9`. A task writes
    /// the file, some time after pages and phones have the state.
    #[track_caller]
    pub(crate) fn wait_for_state(&self, what: &str, is: impl Fn(&Value) -> bool) {
        let until = Instant::now() + WRITTEN;
        loop {
            // There is none before the first write; each later one replaces the whole file.
            let file = fs::read_to_string(self.state()).unwrap_or_default();
            let file: Value = serde_json::from_str(&file).unwrap_or_default();
            if is(&file["stage"]) {
                return;
            }
            assert!(
                Instant::now() < until,
                "not written after {WRITTEN:?}: {what}: {file}"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    pub(crate) fn phone(&self, cookie: &str) -> WebSocket<TcpStream> {
        let address = SocketAddr::from(([127, 0, 0, 1], self.phones));
        let uri = format!("ws://{address}/live").parse().expect("an address");
        let request = ClientRequestBuilder::new(uri).with_header("Cookie", cookie);
        client(request, connect(address)).expect("a socket").0
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _was_never_written = fs::remove_file(self.state());
    }
}
