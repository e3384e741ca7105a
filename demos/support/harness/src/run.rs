//! One run of a step: it listens, starts the crowd, and hands over to the watchdog.

use crate::front::Front;
use crate::live::count;
use crate::options::{self, Command, Options};
use crate::screen::{Screen, fail};
use crate::watchdog::Watchdog;
use crate::{Step, advice, listen, memory};
use bots::{Crowd, Plan};
use std::collections::VecDeque;
use std::ffi::OsString;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Instant;
use std::{env, thread};

/// Runs a step: parses the command line, listens, calls `serve` on a thread called `server`, starts
/// the crowd, and prints live lines until the time is over or `serve` returns. If no player gets a
/// reply for two seconds, the server is frozen: then it prints who waits for whom, and ends.
///
/// The status is 0 after a complete run, 2 after a freeze, and 1 if the run could not start or
/// failed. Threads of the server may still run when this returns; they end with the process. The
/// output is never waited for while the server runs, and written when this returns.
pub fn run(
    step: &Step,
    serve: impl FnOnce(TcpListener) -> io::Result<()> + Send + 'static,
) -> ExitCode {
    run_behind(step, None, env::args_os().skip(1).collect(), serve)
}

/// As [`run`], for a step with a front and options of its own. `words` is the rest of the command
/// line, without the step's own options.
pub fn run_behind(
    step: &Step,
    front: Option<&Front>,
    words: Vec<OsString>,
    serve: impl FnOnce(TcpListener) -> io::Result<()> + Send + 'static,
) -> ExitCode {
    let _written = output::Guard::new();
    let options = match options::parse(step, words) {
        Ok(Command::Run(options)) => options,
        Ok(Command::Help) => {
            Screen::stdout().print(&options::help(step, front));
            return ExitCode::SUCCESS;
        }
        Err(why) => return fail(step.name, &why),
    };
    let (listener, address) = match open(&options) {
        Ok(opened) => opened,
        Err(why) => return fail(step.name, &why),
    };
    let mut screen = Screen::stdout();
    screen.print(&welcome(step, front, &options, address));
    let memory = memory::resident();
    let (ends, ended) = mpsc::channel();
    let server = thread::Builder::new().name("server".into());
    // A panic in `serve` drops `ends`, and the watchdog notices.
    let server = server.spawn(move || ends.send(serve(listener)));
    if let Err(error) = server {
        return fail(
            step.name,
            &format!("cannot start the server's thread: {error}"),
        );
    }
    let crowd = match send_crowd(&options, front, address) {
        Ok(crowd) => crowd,
        Err(error) => return fail(step.name, &format!("cannot connect the crowd: {error}")),
    };
    let watchdog = Watchdog {
        step,
        began: Instant::now(),
        memory,
        crowd,
        replies: VecDeque::new(),
    };
    watchdog.watch(&ended, options.lasts, &mut screen)
}

fn open(options: &Options) -> Result<(TcpListener, SocketAddr), String> {
    let listener = listen::open(options.listen)?;
    let address = listener.local_addr();
    let address = address.map_err(|error| format!("cannot listen on {}: {error}", options.listen));
    Ok((listener, address?))
}

/// Starts the crowd. `None` if it has no bots.
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
        slow_after: options.slow_after,
        leave_after: options.leave_after,
        ..Plan::default()
    };
    let from_here = listen::from_here(address);
    let way_in = front.map_or(Ok(from_here), |front| (front.bridge)(from_here))?;
    Ok(Some(Crowd::start(way_in, &plan)))
}

/// The first lines of the output.
fn welcome(step: &Step, front: Option<&Front>, options: &Options, address: SocketAddr) -> String {
    let from_here = listen::from_here(address);
    let bots = match options.bots {
        0 => None,
        1 => Some("1 bot plays".into()),
        bots => Some(format!("{} play", count(bots, "bot"))),
    };
    let slow = match (options.slow, options.slow_after.as_secs()) {
        (0, _) => None,
        (1, 0) => Some("1 comes that never reads".into()),
        (slow, 0) => Some(format!("{slow} come that never read")),
        (1, after) => Some(format!("1 more stops reading after {after} s")),
        (slow, after) => Some(format!("{slow} more stop reading after {after} s")),
    };
    let crowd: Vec<String> = bots.into_iter().chain(slow).collect();
    let crowd = match crowd.is_empty() {
        true => "the room is empty".into(),
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
