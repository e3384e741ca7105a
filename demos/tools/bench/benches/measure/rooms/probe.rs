//! A player in the crowd that measures latencies.

use bench::latency::Latencies;
use snack::{Heard, LINE_LIMIT, News};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

/// The pause between an answer and the next request.
const PAUSE: Duration = Duration::from_micros(500);

/// The longest wait in one call, so that the player notices the end of the run.
const READ_TIMEOUT: Duration = Duration::from_millis(100);

/// Joins as `name`, grabs until `over`, and returns how long each answer took. A request that is
/// never answered is not in the latencies; the caller must check whether the room froze.
///
/// An answer is the next line that is a grab of its own, or a refusal.
pub(crate) fn play(address: SocketAddr, name: &str, over: &AtomicBool) -> io::Result<Latencies> {
    let stream = TcpStream::connect_timeout(&address, Duration::from_secs(1))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(READ_TIMEOUT))?;
    stream.set_write_timeout(Some(READ_TIMEOUT))?;
    let mut phone = Phone {
        lines: BufReader::with_capacity(64 * LINE_LIMIT, stream.try_clone()?),
        stream,
        line: String::new(),
        over,
    };
    let mut latencies = Latencies::default();
    phone
        .stream
        .write_all(format!("join {name}\n").as_bytes())?;
    let mut joined = phone
        .reads_answer(|news| matches!(news, News::Joined { name: who } if who.as_str() == name))?;
    while joined && !over.load(Relaxed) {
        let asked = Instant::now();
        phone.stream.write_all(b"grab\n")?;
        joined = phone.reads_answer(
            |news| matches!(news, News::Grabbed { name: who, .. } if who.as_str() == name),
        )?;
        if joined {
            latencies.add(asked.elapsed());
            thread::sleep(PAUSE);
        }
    }
    Ok(latencies)
}

struct Phone<'a> {
    lines: BufReader<TcpStream>,
    stream: TcpStream,
    line: String,
    over: &'a AtomicBool,
}

impl Phone<'_> {
    /// Reads until an answer. False if the run or the connection ended before.
    fn reads_answer(&mut self, granted: impl Fn(&News) -> bool) -> io::Result<bool> {
        loop {
            match self.lines.read_line(&mut self.line) {
                Ok(0) => return Ok(false),
                Ok(_) => {
                    let heard = self.line.trim_end().parse();
                    self.line.clear();
                    match heard {
                        Ok(Heard::Refused(_)) => return Ok(true),
                        Ok(Heard::Event(event)) if granted(&event.news) => return Ok(true),
                        _ => {}
                    }
                }
                // The part of a line that was read stays in `line`.
                Err(error) if super::is_timeout(&error) && !self.over.load(Relaxed) => {}
                Err(error) if super::is_timeout(&error) => return Ok(false),
                Err(error) => return Err(error),
            }
        }
    }
}
