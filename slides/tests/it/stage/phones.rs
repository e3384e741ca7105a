//! Phones that follow, and the time until each of them has the next slide.

use super::{Stage, presenter::Presenter};
use std::{
    net::{SocketAddr, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{ClientRequestBuilder, Message, WebSocket, client};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Opens a WebSocket whose reads are bounded.
pub(crate) fn socket(address: SocketAddr, path: &str) -> WebSocket<TcpStream> {
    let stream = TcpStream::connect(address).expect("the stage listens");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a bound");
    stream.set_nodelay(true).expect("a socket");
    let uri = format!("ws://{address}{path}").parse().expect("an address");
    client(ClientRequestBuilder::new(uri), stream)
        .expect("a socket")
        .0
}

/// The number in `"slide":N`.
fn slide(text: &str) -> Option<u64> {
    let rest = text.split("\"slide\":").nth(1)?;
    rest.split(|c: char| !c.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// Phones that follow, and a presenter who changes slides.
pub(crate) struct Phones {
    count: usize,
    received: Receiver<(Option<u64>, Instant)>,
    presenter: Presenter,
    at: u64,
}

impl Phones {
    pub(crate) fn follow(stage: &Stage, count: usize) -> Phones {
        let (sender, received) = mpsc::channel();
        for _ in 0..count {
            let mut phone = socket(stage.phones(), "/live");
            let sender = sender.clone();
            thread::spawn(move || {
                while let Ok(message) = phone.read() {
                    let Message::Text(text) = message else {
                        continue;
                    };
                    if sender.send((slide(&text), Instant::now())).is_err() {
                        return;
                    }
                }
            });
        }
        Phones {
            count,
            received,
            presenter: Presenter::connect(stage),
            at: 0,
        }
    }

    /// Changes the slide `slides` times. Returns the times from the command to the arrival on each
    /// phone, the shortest first.
    pub(crate) fn turn(&mut self, slides: usize) -> Vec<Duration> {
        let mut times = Vec::new();
        for _ in 0..slides {
            self.at = 1 + self.at % 4;
            let to = self.at;
            let began = Instant::now();
            self.presenter.send(&format!("[\"go\",{to},0]"));
            for _ in 0..self.count {
                let arrived = loop {
                    let next = self.received.recv_timeout(TIMEOUT);
                    let (slide, when) = next.expect("every phone receives it");
                    if slide == Some(to) && when > began {
                        break when;
                    }
                };
                times.push(arrived - began);
            }
            // Longer than the stage's pause between two states, so that it shows each slide.
            thread::sleep(Duration::from_millis(60));
        }
        times.sort();
        times
    }
}

/// The time within which this part of all phones has the slide, for a sorted list of times.
pub(crate) fn within(times: &[Duration], part: f64) -> Duration {
    times[((times.len() - 1) as f64 * part) as usize]
}
