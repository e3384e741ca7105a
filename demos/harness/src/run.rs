//! One run of a step: the door opens, the crowd comes, the watch looks, and the day is told.

mod watch;

use crate::live::count;
use crate::options::{self, Options, Wish};
use crate::screen::{Screen, complain};
use crate::{Step, door, memory};
use bots::{Crowd, Plan};
use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Instant;
use std::{env, thread};
use watch::Run;

/// Runs a step: reads the command line, opens its door, hands it to `serve` on a thread called
/// `server`, sends the crowd, and tells how it goes until the time is over, until `serve` returns, or
/// until nobody has had a reply for two seconds; then it tells who waits for whom.
///
/// The status is 0 when it served to the end, 2 when it froze, and 1 when it could not do what was
/// asked. Threads of the server may still run when this returns; they end with the process.
pub fn run(
    step: &Step,
    serve: impl FnOnce(TcpListener) -> io::Result<()> + Send + 'static,
) -> ExitCode {
    let options = match options::parse(step, env::args_os().skip(1).collect()) {
        Ok(Wish::Run(options)) => options,
        Ok(Wish::Help) => {
            Screen::stdout().tell(&options::help(step));
            return ExitCode::SUCCESS;
        }
        Err(why) => return refuse(step, &why),
    };
    let (listener, address) = match open(&options) {
        Ok(opened) => opened,
        Err(why) => return refuse(step, &why),
    };
    let mut screen = Screen::stdout();
    screen.tell(&welcome(step, &options, address));
    let memory = memory::resident();
    let (ends, ended) = mpsc::channel();
    let server = thread::Builder::new().name("server".into());
    // A panic in `serve` drops `ends`, and the watch sees that.
    let server = server.spawn(move || ends.send(serve(listener)));
    if let Err(error) = server {
        return refuse(step, &format!("cannot start the server's thread: {error}"));
    }
    let run = Run {
        step,
        began: Instant::now(),
        memory,
        crowd: send_crowd(&options, address),
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
fn send_crowd(options: &Options, address: SocketAddr) -> Option<Crowd> {
    let plan = Plan {
        players: options.bots,
        slow: options.slow,
        ..Plan::default()
    };
    let anybody = options.bots + options.slow > 0;
    anybody.then(|| Crowd::start(door::from_here(address), &plan))
}

fn refuse(step: &Step, why: &str) -> ExitCode {
    complain(step.name, why);
    ExitCode::FAILURE
}

/// What is said before anything happens.
fn welcome(step: &Step, options: &Options, address: SocketAddr) -> String {
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
    format!(
        "{}: {} · listening on {address}
Walk up with `nc {} {}`, then type: join NAME, grab, leave
{crowd}; {end}",
        step.name,
        step.title,
        from_here.ip(),
        from_here.port(),
    )
}
