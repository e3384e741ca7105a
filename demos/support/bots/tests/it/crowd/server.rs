//! A minimal snack bar with one lock for everything; honest, or with one kind of fault. It counts
//! everything that it does.

mod room;

use std::collections::BTreeMap;
use std::io::{self, BufReader, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use snack::{HELP, LineReader, Name, Request};

use room::Room;

/// The interval between two refills.
const TICK: Duration = Duration::from_millis(5);

/// A player that does not read for so long is disconnected. Longer than a bot of a busy machine
/// stands still.
const UNREAD: Duration = Duration::from_secs(3);

/// How the server misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// It does not. It disconnects players that do not read.
    None,
    /// As `None`, but a write to a phone that does not read waits for ever, with the lock held.
    WaitsForPhones,
    /// Each tenth grab gets the snack that was given before.
    SnackTwice,
    /// `bot-3` receives every twentieth event after the next one.
    Reorders,
    /// Players receive all events except every tenth; their own events are always sent.
    LeavesOut,
    /// After this many requests, no player receives anything.
    MuteAfter(u64),
    /// The first joins are refused, up to this number.
    RefusesJoins(u64),
    /// Each connection is closed before any line.
    ClosesAtOnce,
    /// A greeting that never ends.
    Endless,
    /// Meaningless lines before each real one.
    Garbage,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    bar: Arc<Bar>,
}

struct Bar {
    lie: Lie,
    room: Mutex<Room>,
    door: Mutex<Door>,
}

#[derive(Default)]
struct Door {
    closed: bool,
    visits: u64,
    sockets: BTreeMap<u64, TcpStream>,
}

impl Server {
    pub(crate) fn start(lie: Lie) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let bar = Arc::new(Bar {
            lie,
            room: Mutex::new(Room::new(lie)),
            door: Mutex::default(),
        });
        let (porter, ticker) = (Arc::clone(&bar), Arc::clone(&bar));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let stream = stream.expect("a client");
                let Some(visit) = porter.lets_in(&stream) else {
                    return; // And nothing listens here any more.
                };
                let bar = Arc::clone(&porter);
                thread::spawn(move || {
                    // Whatever ended the connection, it has ended.
                    let _ = bar.serve(stream);
                    bar.door().sockets.remove(&visit);
                });
            }
        });
        thread::spawn(move || {
            while !ticker.door().closed {
                thread::sleep(TICK);
                ticker.room().refill();
            }
        });
        Self { address, bar }
    }

    /// Connections that were accepted.
    pub(crate) fn visits(&self) -> u64 {
        self.bar.door().visits
    }

    /// The number of faults so far.
    pub(crate) fn lies(&self) -> u64 {
        self.bar.room().lies
    }

    /// Grabs that were granted, the same snack twice or not.
    pub(crate) fn grabs(&self) -> u64 {
        self.bar.room().grabs
    }

    /// Players in the room.
    pub(crate) fn players(&self) -> usize {
        self.bar.room().players()
    }

    /// Disconnects every player and stops listening.
    pub(crate) fn dies(&self) {
        let mut door = self.bar.door();
        door.closed = true;
        for socket in door.sockets.values() {
            let _ = socket.shutdown(Shutdown::Both);
        }
        drop(door);
        let _ = TcpStream::connect(self.address); // So that the porter looks up.
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.dies();
    }
}

impl Bar {
    fn room(&self) -> MutexGuard<'_, Room> {
        self.room
            .lock()
            .expect("no thread panics with the room's lock")
    }

    fn door(&self) -> MutexGuard<'_, Door> {
        self.door
            .lock()
            .expect("no thread panics with the door's lock")
    }

    fn lets_in(&self, stream: &TcpStream) -> Option<u64> {
        let mut door = self.door();
        if door.closed {
            return None;
        }
        door.visits += 1;
        let visit = door.visits;
        door.sockets
            .insert(visit, stream.try_clone().expect("a handle"));
        Some(visit)
    }

    fn serve(&self, mut stream: TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        match self.lie {
            Lie::ClosesAtOnce => return Ok(()),
            Lie::Endless => while stream.write_all(&[b'x'; 4096]).is_ok() {},
            Lie::WaitsForPhones => {}
            _ => stream.set_write_timeout(Some(UNREAD))?,
        }
        writeln!(stream, "{HELP}")?;
        let mut me = None;
        let parting = self.converse(&mut stream, &mut me);
        if let Some(name) = me {
            self.room().leave(&name);
        }
        parting
    }

    fn converse(&self, stream: &mut TcpStream, me: &mut Option<Name>) -> io::Result<()> {
        let mut lines = LineReader::new(BufReader::new(stream.try_clone()?));
        while let Some(request) = lines.next()? {
            let leaves = request == Ok(Request::Leave) && me.is_some();
            let mut room = self.room();
            if room.is_mute() {
                continue;
            }
            if self.lie == Lie::Garbage {
                room.lies += 3;
                stream.write_all(b"\xff\xfe\x00 (\n#1 <b> joined\n\n")?;
            }
            let answer = request.and_then(|request| room.answer(request, me, stream));
            if let Err(refusal) = answer {
                // The lock is still held: a client that does not read this may block all others.
                writeln!(stream, "{refusal}")?;
            } else if leaves {
                break;
            }
        }
        Ok(())
    }
}
