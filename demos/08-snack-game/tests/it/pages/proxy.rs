//! A TCP proxy between a page and a server. A test can make it cut, refuse or silence connections.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How often a forwarding thread checks whether its connection was silenced.
const LOOK: Duration = Duration::from_millis(50);

/// Forwards bytes in both directions until the test process ends.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    server: Mutex<SocketAddr>,
    /// New connections are accepted and closed at once.
    closed: AtomicBool,
    connections: Mutex<Vec<Forwarded>>,
}

struct Forwarded {
    ends: [TcpStream; 2],
    /// Bytes are read and dropped, so the connection looks alive.
    silenced: Arc<AtomicBool>,
}

impl Proxy {
    /// Starts a proxy to this server.
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener
            .local_addr()
            .expect("a bound socket has an address");
        let state = Arc::new(State {
            server: Mutex::new(server),
            closed: AtomicBool::new(false),
            connections: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if shared.closed.load(Ordering::Relaxed) {
                    continue; // Dropped: the page sees only the end of the connection.
                }
                let server = *shared.server.lock().expect("no thread panics here");
                if let Ok(upstream) = TcpStream::connect(server) {
                    let mut connections = shared.connections.lock().expect("no thread panics here");
                    connections.extend(forward(client, upstream));
                }
            }
        });
        Self { address, state }
    }

    /// The address that pages connect to.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts every connection and refuses new ones.
    pub(crate) fn close(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
        for connection in self
            .state
            .connections
            .lock()
            .expect("no thread panics here")
            .drain(..)
        {
            for end in connection.ends {
                let _unless_closed = end.shutdown(Shutdown::Both);
            }
        }
    }

    /// Refuses new connections and keeps the open ones.
    pub(crate) fn refuse_new(&self) {
        self.state.closed.store(true, Ordering::Relaxed);
    }

    /// Forwards new connections to another server.
    pub(crate) fn lead_to(&self, server: SocketAddr) {
        *self.state.server.lock().expect("no thread panics here") = server;
    }

    /// Accepts new connections again.
    pub(crate) fn open(&self) {
        self.state.closed.store(false, Ordering::Relaxed);
    }

    /// Silences every open connection for ever, without closing it. New connections work.
    pub(crate) fn silence(&self) {
        for connection in self
            .state
            .connections
            .lock()
            .expect("no thread panics here")
            .iter()
        {
            connection.silenced.store(true, Ordering::Relaxed);
        }
    }
}

/// Forwards bytes with one thread per direction.
fn forward(client: TcpStream, server: TcpStream) -> Option<Forwarded> {
    let silenced = Arc::new(AtomicBool::new(false));
    for (from, to) in [(&client, &server), (&server, &client)] {
        let (from, to) = (from.try_clone().ok()?, to.try_clone().ok()?);
        let silenced = Arc::clone(&silenced);
        from.set_read_timeout(Some(LOOK)).ok()?;
        thread::spawn(move || copy(from, to, &silenced));
    }
    Some(Forwarded {
        ends: [client, server],
        silenced,
    })
}

fn copy(mut from: TcpStream, mut to: TcpStream, silenced: &AtomicBool) {
    let mut bytes = [0; 4096];
    loop {
        match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(_) if silenced.load(Ordering::Relaxed) => {}
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
    let _unless_closed = to.shutdown(Shutdown::Both);
}
