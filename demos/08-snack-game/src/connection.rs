//! A client's connection after the WebSocket handshake: one socket, read by a small task of its own
//! and written by its room alone.

use crate::{
    clock,
    gateway::connection_limit::Permit,
    handover::SupervisedSocket,
    net::{TcpStream, socket_ref},
};
use futures_util::task::AtomicWaker;
use std::{
    io,
    net::{IpAddr, Shutdown},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// `TCP_USER_TIMEOUT`: the kernel ends a connection that acknowledges nothing for this long.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// What the reader and the room share of a connection.
#[derive(Debug)]
pub struct Connection {
    /// Counted from 1 in each server.
    pub id: u64,
    /// The client's IP address.
    pub peer: IpAddr,
    pub(crate) stream: TcpStream,
    /// When something was last received, in milliseconds after `opened`. 32 bits would wrap around
    /// after fifty days.
    last_received: AtomicU64,
    opened: Instant,
    /// The server has ended this connection. Set before `reader` is woken.
    hung_up: AtomicBool,
    /// Woken by [`hang_up`](Self::hang_up): on Windows, shutting a socket down does not wake its
    /// reader.
    reader: AtomicWaker,
    /// Given back when the last owner of this connection is dropped.
    _permit: Option<Permit>,
    /// The supervisor's hold on the socket. `None`: the connection ends with this process.
    pub(crate) supervised: Option<Box<SupervisedSocket>>,
}

impl Connection {
    /// Wraps a socket that has changed protocols. `send_buffer` is the size of its kernel buffer,
    /// in bytes.
    pub fn new(
        id: u64,
        peer: IpAddr,
        stream: impl Into<TcpStream>,
        permit: Option<Permit>,
        send_buffer: usize,
    ) -> Self {
        let stream = stream.into();
        let socket = socket_ref(&stream);
        // A tick must not wait for the next one. Where the kernel lacks an option, the game works
        // without it.
        let _ = socket.set_tcp_nodelay(true);
        let _ = socket.set_send_buffer_size(send_buffer);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let _ = UNACKNOWLEDGED;
        Self {
            id,
            peer,
            stream,
            last_received: AtomicU64::new(0),
            opened: clock::now(),
            hung_up: AtomicBool::new(false),
            reader: AtomicWaker::new(),
            _permit: permit,
            supervised: None,
        }
    }

    /// Attaches the supervisor's hold on the socket: the connection outlives this process.
    pub fn with_supervisor(mut self, socket: Option<SupervisedSocket>) -> Self {
        self.supervised = socket.map(Box::new);
        self
    }

    /// Sets the age of a connection that an earlier process opened, and for how long it has been
    /// silent.
    pub fn opened_before(mut self, age: Duration, silent: Duration) -> Self {
        let now = clock::now();
        self.opened = now.checked_sub(age).unwrap_or(now);
        let received = age.saturating_sub(silent).as_millis() as u64;
        self.last_received = AtomicU64::new(received);
        self
    }

    /// Records that something was received, and returns when: in milliseconds after the connection
    /// was opened.
    pub fn mark_alive(&self) -> u64 {
        let after = self.age_in_millis();
        self.last_received.store(after, Ordering::Relaxed);
        after
    }

    /// The time since the connection was opened, in milliseconds.
    pub(crate) fn age_in_millis(&self) -> u64 {
        self.age(clock::now()).as_millis() as u64
    }

    /// The time since something was last received.
    pub fn silent_for(&self, now: Instant) -> Duration {
        let received = Duration::from_millis(self.last_received.load(Ordering::Relaxed));
        now.saturating_duration_since(self.opened + received)
    }

    /// The time since the connection was opened.
    pub fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.opened)
    }

    /// Shuts down writing; the client's bytes are still read.
    pub(crate) fn finish(&self) {
        let _gone_already = socket_ref(&self.stream).shutdown(Shutdown::Write);
    }

    /// Shuts down both directions and wakes the reader, which finds the end at once.
    pub fn hang_up(&self) {
        let _gone_already = socket_ref(&self.stream).shutdown(Shutdown::Both);
        self.hung_up.store(true, Ordering::Release);
        self.reader.wake();
    }

    /// Waits until something can be read. `false` if the server has hung up. Only one task may call
    /// this, the connection's reader.
    pub(crate) fn poll_readable(&self, context: &mut Context) -> Poll<io::Result<bool>> {
        self.reader.register(context.waker());
        if self.hung_up.load(Ordering::Acquire) {
            return Poll::Ready(Ok(false));
        }
        let ready = self.stream.poll_read_ready(context);
        ready.map_ok(|()| true)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use socket2::SockRef;
    use std::{
        net::{self, Ipv4Addr},
        sync::Arc,
        task::Wake,
    };

    const DAY: Duration = Duration::from_secs(86_400);

    /// A connection on the loopback interface, and its client's end. The caller is in a runtime.
    pub(crate) fn connected(id: u64, send_buffer: usize) -> (Connection, net::TcpStream) {
        let listener = net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = listener.local_addr().expect("an address");
        let client = net::TcpStream::connect(address).expect("it listens");
        let (ours, from) = listener.accept().expect("a connection");
        ours.set_nonblocking(true).expect("non-blocking");
        let ours = tokio::net::TcpStream::from_std(ours).expect("a socket");
        let connection = Connection::new(id, from.ip(), ours, None, send_buffer);
        (connection, client)
    }

    /// Leaves little space in the kernel for a client that does not read.
    pub(crate) fn shrink_receive_buffer(client: &net::TcpStream) {
        let little = SockRef::from(client).set_recv_buffer_size(4 * 1024);
        little.expect("a small receive buffer");
    }

    #[tokio::test]
    async fn a_connection_that_is_open_for_weeks_does_not_count_as_silent() {
        let (connection, _client) = connected(1, 4_096);
        let connection = connection.opened_before(60 * DAY, Duration::from_secs(3));
        assert!(connection.silent_for(clock::now()) < DAY);
        connection.mark_alive();
        assert!(connection.silent_for(clock::now()) < DAY);
    }

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn hanging_up_wakes_the_reader_without_the_kernel() {
        let (connection, _client) = connected(1, 4_096);
        let woken = Arc::new(Woken::default());
        let waker = Arc::clone(&woken).into();
        let mut context = Context::from_waker(&waker);
        assert!(connection.poll_readable(&mut context).is_pending());
        // Nothing is awaited from here on, so the runtime cannot notice the shutdown.
        connection.hang_up();
        assert!(woken.0.load(Ordering::Relaxed));
        let ended = connection.poll_readable(&mut context);
        assert!(matches!(ended, Poll::Ready(Ok(false))), "{ended:?}");
    }
}
