//! Accepting connections: a failed `accept` never ends a server that could go on.

use std::io::{self, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long accepting pauses when the system has no descriptor or no memory left.
const PAUSE: Duration = Duration::from_millis(50);

/// After so long without a failure, the next one is news again.
const EPISODE: Duration = Duration::from_secs(5);

/// The last failure that paused accepting, of any listener: what the system lacks, it lacks for
/// all.
static LAST: Mutex<Option<Instant>> = Mutex::new(None);

/// Accepts the next connection. A client that gave up in the queue is skipped. When the system has
/// nothing left for another connection, this pauses, says so once, and tries again.
///
/// # Errors
/// The listener itself is broken.
pub fn accept(listener: &TcpListener) -> io::Result<(TcpStream, SocketAddr)> {
    loop {
        match listener.accept() {
            Ok(accepted) => return Ok(accepted),
            Err(error) => thread::sleep(accept_failed(error)?.told().pause),
        }
    }
}

/// A failure of `accept` after which the listener can go on.
#[derive(Debug)]
pub struct AcceptFailed {
    /// What failed.
    pub error: io::Error,
    /// How long to wait before the next `accept`. Zero if the failure concerned one client alone.
    pub pause: Duration,
    /// The first one for a while, so that a log shows one line and not twenty a second.
    pub is_news: bool,
}

impl AcceptFailed {
    /// Says it on standard error, if it is news.
    pub fn told(self) -> Self {
        if self.is_news {
            let _unless_closed = writeln!(
                io::stderr(),
                "accept failed, pausing: {}. Connected players play on; new ones wait until one leaves.",
                self.error
            );
        }
        self
    }
}

/// Judges a failed `accept`.
///
/// # Errors
/// The same error, if the listener itself is broken: it would fail for ever.
pub fn accept_failed(error: io::Error) -> io::Result<AcceptFailed> {
    use ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted, InvalidInput};
    let (pause, is_news) = match error.kind() {
        InvalidInput => return Err(error),
        ConnectionAborted | ConnectionReset | Interrupted => (Duration::ZERO, false),
        _ => {
            let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
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

/// What is left of the pause after the last failure. For tasks whose wait may be cancelled and
/// begun anew.
pub fn accept_pause() -> Duration {
    let last = *LAST.lock().unwrap_or_else(PoisonError::into_inner);
    last.map_or(Duration::ZERO, |last| PAUSE.saturating_sub(last.elapsed()))
}

/// Returns a second handle of a client's socket. If the system has none left, the client is told,
/// and its session alone ends with the error.
///
/// # Errors
/// The system has no descriptor left.
pub fn share(stream: &TcpStream) -> io::Result<TcpStream> {
    stream.try_clone().inspect_err(|_| {
        let mut stream = stream;
        let _gone_already = writeln!(
            stream,
            "no: the server has no descriptor left for you; try again when somebody has left"
        );
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_pauses_nobody_a_full_system_pauses_once_aloud_and_a_broken_listener_ends() {
        for kind in [
            ErrorKind::ConnectionAborted,
            ErrorKind::ConnectionReset,
            ErrorKind::Interrupted,
        ] {
            let failed = accept_failed(kind.into()).expect("the listener goes on");
            assert_eq!((failed.pause, failed.is_news), (Duration::ZERO, false));
        }
        let news = [(); 3].map(|()| {
            let failed =
                accept_failed(ErrorKind::OutOfMemory.into()).expect("the listener goes on");
            assert_eq!(failed.pause, PAUSE);
            failed.is_news
        });
        assert_eq!(news, [true, false, false]);
        assert!(accept_pause() <= PAUSE);
        assert!(accept_failed(ErrorKind::InvalidInput.into()).is_err());
    }
}
