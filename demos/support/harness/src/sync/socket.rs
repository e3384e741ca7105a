//! The writing side of a player's connection.

use crate::wait_graph::{Kind, Resource};
use snack::Name;
use std::fmt::{self, Display, Write as _};
use std::io::Write as _;
use std::net::TcpStream;
use std::panic::Location;

/// A blocking socket. If the phone does not read, the kernel's buffer fills up, and then the thread
/// that writes waits.
pub struct Socket {
    stream: TcpStream,
    phone: Resource,
    line: String,
}

impl Socket {
    /// The connection of the player called `name`.
    pub fn new(name: &Name, stream: TcpStream) -> Socket {
        // A line is small: the kernel must not hold it back until the next one. If the option
        // cannot be set, lines only arrive later.
        let _ = stream.set_nodelay(true);
        Socket {
            stream,
            phone: Resource::new(Kind::Phone, format!("{name}'s phone")),
            line: String::new(),
        }
    }

    /// Writes a line. Waits as long as the phone does not read.
    ///
    /// An error is ignored here: the thread that reads this connection sees its end, too, and makes
    /// the player leave.
    #[track_caller]
    pub fn tell(&mut self, line: &impl Display) {
        self.line.clear();
        let told = writeln!(self.line, "{line}");
        debug_assert!(told.is_ok(), "a String has room for every line");
        let _waiting = self.phone.wait(Location::caller());
        let _ = self.stream.write_all(self.line.as_bytes());
    }
}

impl fmt::Debug for Socket {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "Socket({})", self.phone.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait_graph::{Waiter, i_am, snapshot};
    use std::io::{BufRead, BufReader};
    use std::net::TcpListener;
    use std::thread;
    use std::time::{Duration, Instant};

    fn connection() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let phone = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        (listener.accept().unwrap().0, phone)
    }

    fn waiter(name: &str) -> Option<Waiter> {
        let mut all = snapshot(Duration::from_millis(50)).resources.into_iter();
        all.find(|seen| &*seen.name == name)?.waiters.pop()
    }

    #[test]
    fn a_line_arrives_whole_and_a_closed_phone_is_no_error() {
        let (stream, phone) = connection();
        phone
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        let mut socket = Socket::new(&"ann".parse().unwrap(), stream);
        socket.tell(&"#1 ann joined");
        let mut heard = String::new();
        BufReader::new(phone).read_line(&mut heard).unwrap();
        assert_eq!(heard, "#1 ann joined\n");
        for _ in 0..100 {
            socket.tell(&"hello");
        }
    }

    #[test]
    fn a_wait_for_a_phone_is_recorded() {
        let (stream, phone) = connection();
        let wall = "x".repeat(1 << 20);
        let writer = thread::spawn(move || {
            i_am("the room");
            let mut socket = Socket::new(&"sloth".parse().unwrap(), stream);
            // Far more than the kernel buffers. The phone hangs up before all of it is written.
            for _ in 0..64 {
                socket.tell(&wall);
            }
        });
        let begun = Instant::now();
        let waiter = loop {
            if let Some(waiter) = waiter("sloth's phone") {
                break waiter;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no thread waits");
            thread::yield_now();
        };
        assert_eq!(&*waiter.who.name, "the room");
        assert!(waiter.blocks && waiter.at.file().ends_with("socket.rs"));
        drop(phone);
        writer.join().unwrap();
        assert!(self::waiter("sloth's phone").is_none());
    }
}
