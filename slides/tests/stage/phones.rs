//! Phones that follow, and what it takes until all of them have the next slide.

use super::Stage;
use std::{
    net::{SocketAddr, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};
use tungstenite::{ClientRequestBuilder, Message, WebSocket, client};

const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) fn socket(address: SocketAddr, path: &str) -> WebSocket<TcpStream> {
    let stream = TcpStream::connect(address).expect("the stage listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a bound");
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

/// Phones that read, and a speaker who turns slides.
pub(crate) struct Phones {
    count: usize,
    shows: Receiver<(Option<u64>, Instant)>,
    speaker: WebSocket<TcpStream>,
    at: u64,
}

impl Phones {
    pub(crate) fn follow(stage: &Stage, count: usize) -> Phones {
        let (seen, shows) = mpsc::channel();
        for _ in 0..count {
            let mut phone = socket(stage.phones(), "/live");
            let seen = seen.clone();
            thread::spawn(move || {
                while let Ok(message) = phone.read() {
                    let Message::Text(text) = message else {
                        continue;
                    };
                    if seen.send((slide(&text), Instant::now())).is_err() {
                        return;
                    }
                }
            });
        }
        let mut speaker = socket(stage.address(), "/control");
        speaker
            .send(Message::text(stage.token()))
            .expect("the word");
        Phones {
            count,
            shows,
            speaker,
            at: 0,
        }
    }

    /// Turns so many slides. The times from the wish to each phone, the shortest first.
    pub(crate) fn turn(&mut self, slides: usize) -> Vec<Duration> {
        let mut times = Vec::new();
        for _ in 0..slides {
            self.at = 1 + self.at % 4;
            let to = self.at;
            let began = Instant::now();
            self.speaker
                .send(Message::text(format!("[\"go\",{to},0]")))
                .expect("a wish");
            for _ in 0..self.count {
                let arrived = loop {
                    let next = self.shows.recv_timeout(PATIENCE);
                    let (slide, when) = next.expect("every phone is told");
                    if slide == Some(to) && when > began {
                        break when;
                    }
                };
                times.push(arrived - began);
            }
            // Faster than a presenter talks, and slower than the stage shows states.
            thread::sleep(Duration::from_millis(60));
        }
        times.sort();
        times
    }
}

/// The time within which this part of all have the slide.
pub(crate) fn within(times: &[Duration], part: f64) -> Duration {
    times[((times.len() - 1) as f64 * part) as usize]
}
