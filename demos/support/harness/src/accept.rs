//! Accepting connections. A failed `accept` stops the server only if the listener is broken.

use lock::lock;
use std::io::{self, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

/// How long accepting pauses when the system has no descriptor or no memory left.
const PAUSE: Duration = Duration::from_millis(50);

/// After this time without a failure, the next one is reported again.
const EPISODE: Duration = Duration::from_secs(5);

/// The time of the last failure that paused accepting. One for all listeners, because a lack of
/// descriptors concerns all of them.
static LAST: Mutex<Option<Instant>> = Mutex::new(None);

/// Accepts the next connection. A client that gave up in the queue is skipped. If the system has
/// no descriptor or memory left for a connection, this pauses, reports it once, and tries again.
///
/// # Errors
/// The listener itself is broken.
pub fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        match listener.accept() {
            Ok(accepted) => return Ok(accepted),
            Err(error) => thread::sleep(accept_failed(error)?.log().pause),
        }
    }
}

/// A failure of `accept` after which the listener can continue.
#[derive(Debug)]
pub struct AcceptFailed {
    /// What failed.
    pub error: io::Error,
    /// How long to wait before the next `accept`. Zero if the failure concerned one client alone.
    pub pause: Duration,
    /// Whether to report it. Only the first failure for a while, so that a log does not get twenty
    /// lines a second.
    pub is_news: bool,
}

impl AcceptFailed {
    /// Writes it to standard error, if it is to be reported.
    pub fn log(self) -> Self {
        if self.is_news {
            crate::log(&format!(
                "accept failed, pausing: {}. Connected players continue; new ones wait until one leaves.",
                self.error
            ));
        }
        self
    }
}

/// Decides what to do after a failed `accept`.
///
/// # Errors
/// The same error, if the listener is broken and would fail every time.
pub fn accept_failed(error: io::Error) -> io::Result<AcceptFailed> {
    use ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, InvalidInput};
    let (pause, is_news) = match error.kind() {
        InvalidInput => return Err(error),
        ConnectionAborted | ConnectionReset | Interrupted => (Duration::ZERO, false),
        _ => {
            let mut last = lock(&LAST);
            let before = last.replace(Instant::now());
            (PAUSE, before.is_none_or(|then| then.elapsed() >= EPISODE))
        }
    };
    Ok(AcceptFailed {
        error,
        pause,
        is_news,
    })
}

/// The rest of the pause after the last failure. For a task whose wait may be cancelled and
/// started again.
pub fn accept_pause() -> Duration {
    let last = *lock(&LAST);
    last.map_or(Duration::ZERO, |last| PAUSE.saturating_sub(last.elapsed()))
}

/// Returns a second handle of a client's socket. If the system has no descriptor left, the client
/// gets a refusal, and only its session ends.
///
/// # Errors
/// The system has no descriptor left.
pub fn share(stream: &TcpStream) -> io::Result<TcpStream> {
    stream.try_clone().inspect_err(|_| {
        let mut stream = stream;
        let _gone_already = writeln!(
            stream,
            "no: the server has no descriptor left for you; try again when a player has left"
        );
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_client_does_not_pause_a_full_system_does_and_a_broken_listener_is_an_error() {
        for kind in [
            ErrorKind::ConnectionAborted,
            ErrorKind::ConnectionReset,
            ErrorKind::Interrupted,
        ] {
            let failed = accept_failed(kind.into()).expect("the listener continues");
            assert_eq!((failed.pause, failed.is_news), (Duration::ZERO, false));
        }
        let news = [(); 3].map(|()| {
            let failed =
                accept_failed(ErrorKind::OutOfMemory.into()).expect("the listener continues");
            assert_eq!(failed.pause, PAUSE);
            failed.is_news
        });
        assert_eq!(news, [true, false, false]);
        assert!(accept_pause() <= PAUSE);
        assert!(accept_failed(ErrorKind::InvalidInput.into()).is_err());
    }
}
