//! One connection: one thread reads the server, one reads the keyboard, and one shows the lines.

use crate::shown::{next_line, text};
use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Capacity of the queue of lines for a slow terminal. While it is full the server is not read, as
/// with `nc`.
const WAITING: usize = 256;

/// How a connection ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The server closed it.
    ByServer,
    /// The input ended, and then the server closed the connection, as it should.
    ByInput,
    /// The input ended, and the server kept the connection open for too long.
    Unanswered,
    /// The server does not read, and the typed lines fill the kernel's buffers.
    Unheard,
    /// The server speaks HTTP: this is step 7 or 8, or no step at all.
    Http,
    /// The connection broke.
    Broken(String),
    /// The output was closed: `player | head`.
    Unread,
}

enum Event {
    Line(Vec<u8>),
    ServerEnded(io::Result<()>),
    InputEnded,
    Unheard,
}

/// Sends each line of `input` to the server and shows on `screen` each line that it sends, until
/// one of them ends. After the end of the input it still reads the server for `patience`. It also
/// waits for `patience` if the server does not read and the kernel's buffers are full.
///
/// A thread may still be blocked in a read of `input` when this returns; it ends with the process.
///
/// # Errors
/// A thread cannot be started, or the socket cannot be prepared for two of them.
pub fn play(
    stream: TcpStream,
    input: impl BufRead + Send + 'static,
    screen: impl Write,
    patience: Duration,
) -> io::Result<Ended> {
    stream.set_write_timeout(Some(patience))?;
    let (events, inbox) = sync_channel(WAITING);
    let (from, to) = (stream.try_clone()?, events.clone());
    let reads = thread::Builder::new().name("server".into());
    reads.spawn(move || listen(from, &to))?;
    let types = thread::Builder::new().name("keyboard".into());
    types.spawn(move || speak(stream, input, &events))?;
    Ok(show(&inbox, screen, patience))
}

/// Reads what the server sends.
fn listen(stream: TcpStream, events: &SyncSender<Event>) {
    let mut stream = BufReader::new(stream);
    let ended = loop {
        match next_line(&mut stream) {
            Ok(Some(line)) => {
                if events.send(Event::Line(line)).is_err() {
                    return;
                }
            }
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    let _unless_over = events.send(Event::ServerEnded(ended));
}

/// Sends what is typed. A line that ends the input without a line end gets one.
fn speak(mut stream: TcpStream, mut input: impl BufRead, events: &SyncSender<Event>) {
    // Input that cannot be read has ended, too. If the socket fails, the other thread reads why.
    while let Ok(Some(mut line)) = next_line(&mut input) {
        line.push(b'\n');
        match stream.write_all(&line) {
            Ok(()) => {}
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                let _unless_over = events.send(Event::Unheard);
                return;
            }
            Err(_broken) => return,
        }
    }
    // The server reads an end, and may still answer.
    let _unless_closed = stream.shutdown(Shutdown::Write);
    let _unless_over = events.send(Event::InputEnded);
}

fn show(inbox: &Receiver<Event>, mut screen: impl Write, patience: Duration) -> Ended {
    let (mut until, mut first) = (None, true);
    loop {
        let event = match until {
            None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(until) => {
                inbox.recv_timeout(Instant::saturating_duration_since(&until, Instant::now()))
            }
        };
        match event {
            Ok(Event::Line(line)) => {
                if std::mem::take(&mut first) && line.starts_with(b"HTTP/1.") {
                    return Ended::Http;
                }
                let shown = writeln!(screen, "{}", text(&line)).and_then(|()| screen.flush());
                if shown.is_err() {
                    return Ended::Unread;
                }
                // Lines that keep coming do not make the wait longer.
                if until.is_some_and(|until| Instant::now() >= until) {
                    return Ended::Unanswered;
                }
            }
            Ok(Event::ServerEnded(Ok(()))) if until.is_some() => return Ended::ByInput,
            Ok(Event::ServerEnded(Ok(()))) => return Ended::ByServer,
            // A server that closes a socket before it has read everything resets it.
            Ok(Event::ServerEnded(Err(error))) if is_reset(&error) && until.is_some() => {
                return Ended::ByInput;
            }
            Ok(Event::ServerEnded(Err(error))) => return Ended::Broken(error.to_string()),
            Ok(Event::Unheard) => return Ended::Unheard,
            Ok(Event::InputEnded) => until = Some(Instant::now() + patience),
            Err(RecvTimeoutError::Timeout) => return Ended::Unanswered,
            Err(RecvTimeoutError::Disconnected) => return Ended::ByServer,
        }
    }
}

fn is_reset(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_keep_coming_after_the_inputs_end_do_not_make_the_wait_longer() {
        let (events, inbox) = sync_channel(WAITING);
        events.send(Event::InputEnded).unwrap();
        for _ in 0..3 {
            events.send(Event::Line(b"tick".to_vec())).unwrap();
        }
        let mut screen = Vec::new();
        let ended = show(&inbox, &mut screen, Duration::ZERO);
        assert_eq!((ended, screen), (Ended::Unanswered, b"tick\n".to_vec()));
    }
}
