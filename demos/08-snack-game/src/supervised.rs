//! With `--keep` there are three processes: the supervisor, the worker that it starts, which is the
//! server, and the bots, which must not end with a worker either.

mod bots;

pub(crate) use bots::run_bots;

use super::{
    Ended, SHUT_DOWN, TIME_IS_UP, announce_shutdown, print_addresses, start_bots, time_limit,
};
use bots::BotsKeeper;
use demo_08_snack_game::{
    handover::Supervisor,
    logging,
    options::{BOTS, Options, WORKER},
    server::{self, Server},
};
use std::{
    os::unix::process::CommandExt, path::Path, process::Command, sync::Arc, thread, time::Duration,
};
use supervisor::{ipc::Channel, supervise::Severity, worker::Request};
use tokio::{
    runtime::{Builder, Runtime},
    select,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    time::sleep,
};
use web_server::signals::{INTERRUPTED, Signals};

/// A worker that has served for this long is able to serve.
const PROVEN: Duration = Duration::from_secs(1);

/// Runs the supervisor until the server ends.
pub(crate) fn supervise(options: Options) -> Result<Ended, String> {
    let prepared = supervisor::supervise::Prepared::new()?;
    logging::init(options.log);
    sockets::raise_limit();
    // The path, and not the open file: a new worker runs the program that is at this path then.
    let program =
        std::env::current_exe().map_err(|error| format!("cannot find the program: {error}"))?;
    let listener = server::listen(options.listen)?;
    let address = listener.local_addr();
    let address = address.map_err(|error| format!("cannot listen: {error}"))?;
    let start = move |proven: Option<&Path>, role: &str| {
        let mut command = Command::new(proven.unwrap_or(&program));
        command
            .arg0(&program)
            .arg(role)
            .args(std::env::args_os().skip(1));
        command.process_group(0); // Ctrl-C goes to the supervisor alone, which ends the worker.
        command
    };
    let pid = std::process::id();
    logging::say(&format!(
        "supervisor {pid} · kill -USR2 {pid} starts the program that is on the disk now"
    ));
    let bots = match options.bots {
        0 => None,
        _ => {
            let (start, role) = (start.clone(), format!("{BOTS}{address}"));
            let bots = BotsKeeper::start(move || start(None, &role));
            Some(bots.map_err(|error| format!("cannot start the bots: {error}"))?)
        }
    };
    let log = |severity, sentence: &str| match severity {
        Severity::Info => tracing::info!(target: "supervisor", "{sentence}"),
        Severity::Warning => tracing::warn!(target: "supervisor", "{sentence}"),
    };
    let status = supervisor::supervise::supervise(
        prepared,
        listener.into(),
        |proven| start(proven, WORKER),
        log,
    )?;
    drop(bots);
    match status {
        0 => Ok(Ended::in_order("the supervisor ends with the server")),
        status if status == i32::from(INTERRUPTED) => Ok(Ended {
            sentence: "the supervisor ends with the server, which exited at once".to_owned(),
            status: INTERRUPTED,
        }),
        status => Err(format!("the server ended with status {status}")),
    }
}

/// Serves as a worker, from where the worker before stopped, until another worker takes over or the
/// server shuts down.
pub(crate) fn work(options: Options) -> Result<Ended, String> {
    let runtime = runtime()?;
    let within = runtime.enter();
    let mut signals = Signals::listen();
    let _for_the_supervisor = ignore_replacement();
    drop(within);
    logging::init(options.log);
    let fit = sockets::connections(sockets::raise_limit(), server::OTHER_DESCRIPTORS);
    let (supervisor, requests) =
        Supervisor::from_stdin().map_err(|error| format!("no supervisor answers: {error}"))?;
    let inherited = supervisor.inherit(&requests, Server::check_snapshot)?;
    let supervisor = Arc::new(supervisor);
    let mut requests = read_requests(requests);
    let served = runtime.block_on(async {
        let (audience, lasts) = (options.audience, options.time_limit);
        let is_first = inherited.workers_before == 0;
        let server = Server::take_over(options, Arc::clone(&supervisor), inherited).await?;
        if is_first {
            print_addresses(&server, audience, fit);
        }
        let pid = std::process::id();
        logging::say(&format!(
            "worker {pid} · kill -9 {pid}, and the next worker takes over"
        ));
        let mut is_supervised = true;
        let mut for_both = None;
        let mut time_limit = std::pin::pin!(time_limit(lasts));
        let mut proven = std::pin::pin!(sleep(PROVEN));
        let mut is_proven = false;
        let why = loop {
            select! {
                next = requests.recv(), if is_supervised => match next {
                    Some(Request::HandOver) => {
                        server.hand_over(&supervisor).await;
                        return Ok(Ended::in_order("handed over"));
                    }
                    Some(Request::ShutDown) => break "the supervisor ends",
                    Some(Request::Gone) | None => {
                        is_supervised = false;
                        supervisor.go_silent();
                        tracing::error!("the supervisor is gone: the game continues, but a crash will end it");
                        if let Some(why) = for_both {
                            break why;
                        }
                    }
                },
                () = &mut proven, if !is_proven => {
                    is_proven = true;
                    supervisor.report_alive();
                }
                // A service manager sends a signal to all processes at once. While there is a
                // supervisor, it decides, and asks for the same.
                why = signals.next() => match is_supervised {
                    true => for_both = Some(why),
                    false => break why,
                },
                () = &mut time_limit => break TIME_IS_UP,
            }
        };
        supervisor.report_shutdown();
        announce_shutdown(why);
        Ok(select! {
            () = server.drain() => Ended::in_order(SHUT_DOWN),
            why = signals.next(), if !is_supervised => Ended::at_once(why),
        })
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

/// A service manager may send SIGUSR2 to all processes at once. It is for the supervisor, and by
/// default it would end any other.
fn ignore_replacement() -> Option<Signal> {
    signal(SignalKind::user_defined2()).ok()
}

/// The supervisor's requests, read by a thread.
fn read_requests(requests: Channel) -> mpsc::UnboundedReceiver<Request> {
    let (sender, receiver) = mpsc::unbounded_channel();
    thread::spawn(move || {
        loop {
            let next = Supervisor::next_request(&requests);
            if sender.send(next).is_err() || next == Request::Gone {
                return;
            }
        }
    });
    receiver
}

fn runtime() -> Result<Runtime, String> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| format!("cannot start: {error}"))
}
