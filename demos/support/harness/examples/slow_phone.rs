//! A server that writes every event to every player while it holds its only lock.

use harness::sync::{Mutex, Socket};
use harness::{Step, asked, seated};
use snack::{Event, LineReader, Name, News, Request, Snack};
use std::collections::BTreeMap;
use std::io::{self, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

const STEP: Step = Step {
    name: "slow_phone",
    command: "cargo run -p harness --example slow_phone",
    port: 7093,
    title: "a server for the harness' own tests",
    cure: "Step 3 never writes while it holds a lock: cargo run -p demo-03-short-locks",
};

/// Lines before every event, so that the kernel's buffer for one phone is soon full.
const LINES: usize = 16;

/// The length of each of those lines in bytes.
const LENGTH: usize = 4_000;

#[derive(Default)]
struct Room {
    events: u64,
    phones: BTreeMap<Name, Socket>,
}

fn main() -> ExitCode {
    harness::run(&STEP, |listener: TcpListener| {
        let room = Arc::new(Mutex::new("room", Room::default()));
        for stream in listener.incoming() {
            let (stream, room) = (stream?, Arc::clone(&room));
            thread::spawn(move || serve(&stream, &room));
        }
        Ok(())
    })
}

fn serve(stream: &TcpStream, room: &Mutex<Room>) -> io::Result<()> {
    let mut lines = LineReader::new(BufReader::new(stream));
    let Some(Ok(Request::Join(name))) = lines.next()? else {
        return Ok(());
    };
    let _seated = seated(&name);
    let socket = Socket::new(&name, stream.try_clone()?);
    room.lock().phones.insert(name.clone(), socket);
    answer(room, &name, &Request::Join(name.clone()));
    while let Ok(Some(Ok(request))) = lines.next() {
        answer(room, &name, &request);
        if request == Request::Leave {
            break;
        }
    }
    room.lock().phones.remove(&name);
    Ok(())
}

fn answer(room: &Mutex<Room>, name: &Name, request: &Request) {
    let _asked = asked();
    let mut room = room.lock();
    room.events += 1;
    let (number, name) = (room.events, name.clone());
    let news = match request {
        Request::Join(_) => News::Joined { name },
        Request::Leave => News::Left { name, snacks: 0 },
        Request::Grab => News::Grabbed {
            name,
            snack: Snack(number),
        },
    };
    let small_talk = format!("* {}", ".".repeat(LENGTH));
    let event = Event { number, news };
    for phone in room.phones.values_mut() {
        for _ in 0..LINES {
            phone.tell(&small_talk);
        }
        phone.tell(&event);
    }
}
