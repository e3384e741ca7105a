//! A correct server: every request is answered at once.

use harness::sync::Mutex;
use harness::{Step, asked, seated};
use snack::{Event, LineReader, News, Request, Snack};
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread;

const STEP: Step = Step {
    name: "serves",
    command: "cargo run -p harness --example serves",
    port: 7091,
    title: "a server for the harness' own tests",
    cure: "There is nothing to cure (cargo run -p demo-01-deadlock).",
};

fn main() -> ExitCode {
    harness::run(&STEP, |listener: TcpListener| {
        let events = Arc::new(Mutex::new("events", 0));
        for stream in listener.incoming() {
            let (stream, events) = (stream?, Arc::clone(&events));
            thread::spawn(move || serve(stream, &events));
        }
        Ok(())
    })
}

/// Each client has a room of its own. Only the event numbers are shared.
fn serve(mut stream: TcpStream, events: &Mutex<u64>) -> io::Result<()> {
    // A line is small: the kernel must not hold it back until the next one.
    stream.set_nodelay(true)?;
    let mut lines = LineReader::new(BufReader::new(stream.try_clone()?));
    let mut player = None;
    while let Some(line) = lines.next()? {
        let _asked = asked();
        let mut number = events.lock();
        *number += 1;
        let (snack, number) = (Snack(*number), *number);
        let news = match (line, &player) {
            (Ok(Request::Join(name)), None) => {
                player = Some((name.clone(), seated(&name)));
                News::Joined { name }
            }
            (Ok(Request::Grab), Some((name, _))) => {
                let name = name.clone();
                News::Grabbed { name, snack }
            }
            (Ok(Request::Leave), Some((name, _))) => {
                let name = name.clone();
                News::Left { name, snacks: 0 }
            }
            (line, _) => {
                writeln!(stream, "no: {line:?} is not for now")?;
                continue;
            }
        };
        let leaves = matches!(news, News::Left { .. });
        writeln!(stream, "{}", Event { number, news })?;
        if leaves {
            break;
        }
    }
    Ok(())
}
