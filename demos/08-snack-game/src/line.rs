//! A connection after its handshake: one socket, read by its own small task and written by its room
//! alone.

use crate::{
    gateway::limits::Permit,
    house,
    kept::Held,
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

/// Unacknowledged for so long, the kernel gives a connection up by itself.
const UNACKNOWLEDGED: Duration = Duration::from_secs(20);

/// What the reader and the room share of a connection.
#[derive(Debug)]
pub struct Line {
    /// Counted from 1 in each server.
    pub id: u64,
    /// The far end.
    pub peer: IpAddr,
    pub(crate) stream: TcpStream,
    /// When something was heard, in milliseconds after `opened`. Half of these bits would be over
    /// after fifty days.
    heard: AtomicU64,
    opened: Instant,
    /// The server has ended this connection. Set before `reader` is woken.
    hung_up: AtomicBool,
    /// Woken by [`hang_up`](Self::hang_up): on Windows, shutting a socket down wakes no reader of
    /// it.
    reader: AtomicWaker,
    /// Given back when the last one who knows this connection forgets it.
    _permit: Option<Permit>,
    /// This connection shall outlive the process.
    pub(crate) held: Option<Box<Held>>,
}

impl Line {
    /// Takes a socket that has changed protocols; the kernel `holds` so many bytes for it.
    pub fn new(
        id: u64,
        peer: IpAddr,
        stream: impl Into<TcpStream>,
        permit: Option<Permit>,
        holds: usize,
    ) -> Self {
        let stream = stream.into();
        let socket = socket_ref(&stream);
        // A tick must not wait for the next one. What a kernel does not know, it does without.
        let _ = socket.set_tcp_nodelay(true);
        let _ = socket.set_send_buffer_size(holds);
        #[cfg(any(target_os = "linux", target_os = "android"))]
        let _ = socket.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
        #[cfg(not(any(target_os = "linux", target_os = "android")))]
        let _ = UNACKNOWLEDGED;
        Self {
            id,
            peer,
            stream,
            heard: AtomicU64::new(0),
            opened: house::now(),
            hung_up: AtomicBool::new(false),
            reader: AtomicWaker::new(),
            _permit: permit,
            held: None,
        }
    }

    /// It shall outlive the process.
    pub fn is_held(mut self, held: Option<Held>) -> Self {
        self.held = held.map(Box::new);
        self
    }

    /// Opened by a process that died, so long ago; and for so long it has been silent.
    pub fn opened_before(mut self, age: Duration, silent: Duration) -> Self {
        let now = house::now();
        self.opened = now.checked_sub(age).unwrap_or(now);
        let heard = age.saturating_sub(silent).as_millis() as u64;
        self.heard = AtomicU64::new(heard);
        self
    }

    /// The far end lives. When that was, in milliseconds after the connection was opened.
    pub fn hears(&self) -> u64 {
        let after = (house::now() - self.opened).as_millis() as u64;
        self.heard.store(after, Ordering::Relaxed);
        after
    }

    /// For how long nothing was heard.
    pub fn silent_for(&self, now: Instant) -> Duration {
        let heard = Duration::from_millis(self.heard.load(Ordering::Relaxed));
        now.saturating_duration_since(self.opened + heard)
    }

    /// How long it has been open.
    pub fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.opened)
    }

    /// Nothing more will be written; what comes is still read.
    pub(crate) fn finish(&self) {
        let _gone_already = socket_ref(&self.stream).shutdown(Shutdown::Write);
    }

    /// Ends it both ways: its reader finds the end at once.
    pub fn hang_up(&self) {
        let _gone_already = socket_ref(&self.stream).shutdown(Shutdown::Both);
        self.hung_up.store(true, Ordering::Release);
        self.reader.wake();
    }

    /// Waits until something can be read. `false`: the server has hung up. For one task only, the
    /// connection's reader.
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
mod tests {
    use super::*;
    use std::{sync::Arc, task::Wake};
    use tokio::net;

    const DAY: Duration = Duration::from_secs(86_400);

    #[tokio::test]
    async fn a_line_that_is_open_for_weeks_is_not_taken_for_a_silent_one() {
        let listener = net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it listens");
        let stream = net::TcpStream::connect(address).await.expect("connected");
        let silent = Duration::from_secs(3);
        let line = Line::new(1, address.ip(), stream, None, 4_096).opened_before(60 * DAY, silent);
        assert!(line.silent_for(house::now()) < DAY);
        line.hears();
        assert!(line.silent_for(house::now()) < DAY);
    }

    #[derive(Default)]
    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[tokio::test]
    async fn hanging_up_wakes_the_reader_before_the_kernel_says_anything() {
        let listener = net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("it listens");
        let stream = net::TcpStream::connect(address).await.expect("connected");
        let line = Line::new(1, address.ip(), stream, None, 4_096);
        let woken = Arc::new(Woken::default());
        let waker = Arc::clone(&woken).into();
        let mut context = Context::from_waker(&waker);
        assert!(line.poll_readable(&mut context).is_pending());
        // Nothing is awaited from here on, so the runtime cannot hear of the shutdown.
        line.hang_up();
        assert!(woken.0.load(Ordering::Relaxed));
        let ended = line.poll_readable(&mut context);
        assert!(matches!(ended, Poll::Ready(Ok(false))), "{ended:?}");
    }
}
