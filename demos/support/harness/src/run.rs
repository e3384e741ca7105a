//! One run of a step: the door opens, the crowd comes, the watch looks, and the day is told.

mod watch;

use crate::live::count;
use crate::options::{self, Options, Wish};
use crate::screen::{Screen, complain};
use crate::{Step, advice, door, memory};
use bots::{Crowd, Plan};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Instant;
use std::{env, thread};
use watch::Run;

/// Runs a step: reads the command line, opens its door, hands it to `serve` on a thread called
/// `server`, sends the crowd, and tells how it goes until the time is over, until `serve` returns,
/// or until nobody has had a reply for two seconds; then it tells who waits for whom.
///
/// The status is 0 when it served to the end, 2 when it froze, and 1 when it could not do what was
/// asked. Threads of the server may still run when this returns; they end with the process.
pub fn run(
    step: &Step,
    serve: impl FnOnce(TcpListener) -> io::Result<()> + Send + 'static,
) -> ExitCode {
    run_behind(step, None, env::args_os().skip(1).collect(), serve)
}

/// How people and the crowd come to a step that does not speak lines over TCP.
#[derive(Clone, Copy, Debug)]
pub struct Front {
    /// What is said of how to walk up to this address.
    pub walk_up: fn(SocketAddr) -> String,
    /// What `--help` says of the step's own options, and of how to walk up.
    pub help: &'static str,
    /// Opens a way in for the crowd, which speaks lines over TCP, to the server at this address.
    pub bridge: fn(SocketAddr) -> io::Result<SocketAddr>,
}

/// As [`run`], for a step with a front and options of its own: `words` is what is left of the
/// command line once the step has taken those.
pub fn run_behind(
    step: &Step,
    front: Option<&Front>,
    words: Vec<OsString>,
    serve: impl FnOnce(TcpListener) -> io::Result<()> + Send + 'static,
) -> ExitCode {
    let options = match options::parse(step, words) {
        Ok(Wish::Run(options)) => options,
        Ok(Wish::Help) => {
            Screen::stdout().tell(&options::help(step, front));
            return ExitCode::SUCCESS;
        }
        Err(why) => return refuse(step, &why),
    };
    let (listener, address) = match open(&options) {
        Ok(opened) => opened,
        Err(why) => return refuse(step, &why),
    };
    let mut screen = Screen::stdout();
    screen.tell(&welcome(step, front, &options, address));
    let memory = memory::resident();
    let (ends, ended) = mpsc::channel();
    let server = thread::Builder::new().name("server".into());
    // A panic in `serve` drops `ends`, and the watch sees that.
    let server = server.spawn(move || ends.send(serve(listener)));
    if let Err(error) = server {
        return refuse(step, &format!("cannot start the server's thread: {error}"));
    }
    let crowd = match send_crowd(&options, front, address) {
        Ok(crowd) => crowd,
        Err(error) => return refuse(step, &format!("there is no way in for the crowd: {error}")),
    };
    let run = Run {
        step,
        began: Instant::now(),
        memory,
        crowd,
        replies: VecDeque::new(),
    };
    run.watch(&ended, options.lasts, &mut screen)
}

fn open(options: &Options) -> Result<(TcpListener, SocketAddr), String> {
    let listener = door::open(options.listen)?;
    let address = listener.local_addr();
    let address = address.map_err(|error| format!("cannot listen on {}: {error}", options.listen));
    Ok((listener, address?))
}

/// Nobody comes if nobody is asked to.
fn send_crowd(
    options: &Options,
    front: Option<&Front>,
    address: SocketAddr,
) -> io::Result<Option<Crowd>> {
    if options.bots + options.slow == 0 {
        return Ok(None);
    }
    let plan = Plan {
        players: options.bots,
        slow: options.slow,
        ..Plan::default()
    };
    let from_here = door::from_here(address);
    let way_in = front.map_or(Ok(from_here), |front| (front.bridge)(from_here))?;
    Ok(Some(Crowd::start(way_in, &plan)))
}

fn refuse(step: &Step, why: &str) -> ExitCode {
    complain(step.name, why);
    ExitCode::FAILURE
}

/// What is said before anything happens.
fn welcome(step: &Step, front: Option<&Front>, options: &Options, address: SocketAddr) -> String {
    let from_here = door::from_here(address);
    let bots = match options.bots {
        0 => None,
        1 => Some("1 bot plays".into()),
        bots => Some(format!("{} play", count(bots, "bot"))),
    };
    let slow = match options.slow {
        0 => None,
        1 => Some("1 comes that never reads".into()),
        slow => Some(format!("{slow} come that never read")),
    };
    let crowd: Vec<String> = bots.into_iter().chain(slow).collect();
    let crowd = match crowd.is_empty() {
        true => "nobody is in yet".into(),
        false => crowd.join(", "),
    };
    let end = match options.lasts {
        Some(lasts) => format!("it ends after {} s, or with Ctrl-C", lasts.as_secs()),
        None => "it ends with Ctrl-C".into(),
    };
    let walk_up = match front {
        Some(front) => (front.walk_up)(from_here),
        None => format!(
            "Walk up with `{}`, then type: join NAME, grab, leave",
            advice::walk_up(from_here),
        ),
    };
    format!(
        "{}: {} · listening on {address}\n{walk_up}\n{crowd}; {end}",
        step.name, step.title,
    )
}
