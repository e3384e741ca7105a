//! A hundred and sixty phones that follow, and some that do not read: what it takes until all of them have the next slide.

mod stage;

use stage::Stage;
use std::{
    net::{SocketAddr, TcpStream},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};
use tungstenite::{ClientRequestBuilder, Message, WebSocket, client};

const PHONES: usize = 160;
const SLIDES: usize = 40;
const PATIENCE: Duration = Duration::from_secs(30);

fn socket(address: SocketAddr, path: &str) -> WebSocket<TcpStream> {
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

#[test]
fn a_hundred_and_sixty_phones_follow_and_those_that_do_not_read_harm_nobody() {
    let stage = Stage::open(&["--phones", "0"]);
    let (seen, shows) = mpsc::channel();
    for _ in 0..PHONES {
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
    // They are there, and never read a word.
    let _asleep: Vec<_> = (0..8).map(|_| socket(stage.phones(), "/live")).collect();
    let mut speaker = socket(stage.address(), "/control");
    speaker
        .send(Message::text(stage.token()))
        .expect("the word");
    let mut times = Vec::new();
    let mut at = 0;
    for turn in 0..SLIDES {
        let to = 1 + turn as u64 % 4;
        assert_ne!(to, at, "a slide that is no news");
        at = to;
        let began = Instant::now();
        speaker
            .send(Message::text(format!("[\"go\",{to},0]")))
            .expect("a wish");
        for _ in 0..PHONES {
            let arrived = loop {
                let (slide, when) = shows.recv_timeout(PATIENCE).expect("every phone is told");
                if slide == Some(to) && when > began {
                    break when;
                }
            };
            times.push(arrived - began);
        }
        // Faster than anybody talks, and slower than the film.
        thread::sleep(Duration::from_millis(60));
    }
    times.sort();
    let at = |part: f64| times[((times.len() - 1) as f64 * part) as usize];
    println!(
        "{PHONES} phones and 8 that do not read, {SLIDES} slides: p50 {:.1?}, p99 {:.1?}, slowest {:.1?}",
        at(0.5),
        at(0.99),
        at(1.0)
    );
    assert!(at(0.99) < Duration::from_secs(5), "p99 {:?}", at(0.99));
}
