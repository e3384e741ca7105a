//! A lift between a phone and the server: its doors close on whoever is inside, or it stands still
//! and nobody hears a thing.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How long a byte may wait at most before somebody looks whether the lift is to stand still.
const LOOK: Duration = Duration::from_millis(50);

/// Passes bytes on, both ways. It ends with the test's process.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    server: Mutex<SocketAddr>,
    /// New ones are let in, and thrown out at once.
    closed: AtomicBool,
    inside: Mutex<Vec<Passenger>>,
}

struct Passenger {
    ends: [TcpStream; 2],
    /// Takes everything and passes nothing on: the line looks alive.
    mute: Arc<AtomicBool>,
}

impl Proxy {
    /// A lift to this server.
    pub(crate) fn to(server: SocketAddr) -> Self {
        let door = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = door.local_addr().expect("a bound socket has an address");
        let state = Arc::new(State {
            server: Mutex::new(server),
            closed: AtomicBool::new(false),
            inside: Mutex::default(),
        });
        let inside = Arc::clone(&state);
        thread::spawn(move || {
            for phone in door.incoming().flatten() {
                if inside.closed.load(Ordering::Relaxed) {
                    continue; // Dropped: the phone is told nothing but that.
                }
                let server = *inside.server.lock().expect("nobody panics here");
                if let Ok(line) = TcpStream::connect(server) {
                    let mut passengers = inside.inside.lock().expect("no passenger panics");
                    passengers.extend(ride(phone, line));
                }
            }
        });
        Self { address, state }
    }

    /// Where a phone gets in.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The doors close: every line is cut, and no new one gets through.
    pub(crate) fn close(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
        for passenger in self
            .state
            .inside
            .lock()
            .expect("no passenger panics")
            .drain(..)
        {
            for end in passenger.ends {
                let _gone_already = end.shutdown(Shutdown::Both);
            }
        }
    }

    /// The doors stay closed: whoever is inside stays there, and no new one gets through.
    pub(crate) fn lets_nobody_in(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
    }

    /// Leads to another server from now on.
    pub(crate) fn leads_to(&self, server: SocketAddr) {
        *self.state.server.lock().expect("nobody panics here") = server;
    }

    /// The doors open.
    pub(crate) fn open(&self) {
        self.state.closed.store(false, Ordering::Relaxed);
    }

    /// Every line of now falls silent for ever, and nobody is told. New ones get through.
    pub(crate) fn silence(&self) {
        for passenger in self
            .state
            .inside
            .lock()
            .expect("no passenger panics")
            .iter()
        {
            passenger.mute.store(true, Ordering::Relaxed);
        }
    }
}

/// Two threads, one a direction.
fn ride(phone: TcpStream, line: TcpStream) -> Option<Passenger> {
    let mute = Arc::new(AtomicBool::new(false));
    for (from, to) in [(&phone, &line), (&line, &phone)] {
        let (from, to) = (from.try_clone().ok()?, to.try_clone().ok()?);
        let mute = Arc::clone(&mute);
        from.set_read_timeout(Some(LOOK)).ok()?;
        thread::spawn(move || carry(from, to, &mute));
    }
    Some(Passenger {
        ends: [phone, line],
        mute,
    })
}

fn carry(mut from: TcpStream, mut to: TcpStream, mute: &AtomicBool) {
    let mut bytes = [0; 4096];
    loop {
        match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(_) if mute.load(Ordering::Relaxed) => {}
            Ok(read) => {
                if to.write_all(&bytes[..read]).is_err() {
                    break;
                }
            }
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                ) => {}
            Err(_) => break,
        }
    }
    let _gone_already = to.shutdown(Shutdown::Both);
}
