//! With `--keep`, the drawing has two halves: the keeper, which was started, and the worker that it
//! starts. Those who come along are a third process, for they are players like everybody and shall
//! not die with a worker either.

use super::{come as come_along, greet, over};
use demo_08_snack_game::{
    options::{CROWD, Options, WORKER},
    server::{self, Server},
    signals, telling,
};
use std::{
    net::SocketAddr,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
    time::Duration,
};
use supervisor::{
    ipc::Channel,
    worker::{Request, SupervisorHandle},
};
use tokio::{
    runtime::{Builder, Runtime},
    select,
    sync::mpsc,
    time::sleep,
};

/// A worker that has served for so long can go on.
const ALIVE: Duration = Duration::from_secs(1);

/// Holds the server until it ends.
pub(crate) fn keep(options: Options) -> Result<String, String> {
    telling::begin(options.log);
    descriptors::raise();
    // The path, and not the file: what lies there when somebody asks for a new worker is the new
    // program.
    let program =
        std::env::current_exe().map_err(|error| format!("cannot find itself: {error}"))?;
    let listener = server::door(options.listen)?;
    let address = listener.local_addr();
    let address = address.map_err(|error| format!("cannot listen: {error}"))?;
    let start = move |proven: Option<&Path>, part: &str| {
        let mut command = Command::new(proven.unwrap_or(&program));
        command
            .arg0(&program)
            .arg(part)
            .args(std::env::args_os().skip(1));
        command.process_group(0); // Ctrl-C is for the keeper, which says it in order.
        command
    };
    let pid = std::process::id();
    println!("kept by {pid} · kill -USR2 {pid} starts the program that is on the disk now");
    let crowd = match options.bots {
        0 => None,
        _ => {
            let mut along = start(None, &format!("{CROWD}{address}"));
            Some(Along(
                along
                    .stdin(Stdio::piped())
                    .spawn()
                    .map_err(|error| format!("nobody comes along: {error}"))?,
            ))
        }
    };
    let say = |sentence: &str| tracing::warn!(target: "keeper", "{sentence}");
    let status =
        supervisor::supervise::supervise(listener.into(), |proven| start(proven, WORKER), say)?;
    drop(crowd);
    match status {
        0 => Ok("the keeper ends with it".to_owned()),
        status => Err(format!("the server ended with status {status}")),
    }
}

/// The players who come along. They go when their standard input ends, which it does with the
/// keeper in any case.
struct Along(Child);

impl Drop for Along {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ended_already = self.0.wait();
    }
}

/// Plays along until standard input ends.
pub(crate) fn come(options: &Options, address: SocketAddr) -> Result<String, String> {
    let runtime = runtime()?;
    let crowd = runtime.block_on(come_along(address, options.bots));
    let mut nothing = String::new();
    let _ended = std::io::stdin().read_line(&mut nothing);
    drop(crowd);
    Ok("those who came along have left".to_owned())
}

/// Serves from where the worker before was, until another goes on or it is closing time.
pub(crate) fn work(options: Options) -> Result<String, String> {
    telling::begin(options.log);
    let fit = descriptors::connections(descriptors::raise(), server::FILES_BESIDES);
    let runtime = runtime()?;
    let (kept, ears) = SupervisorHandle::from_stdin()
        .map_err(|error| format!("there is no keeper here: {error}"))?;
    let given = kept.inherit(&ears, Server::can_go_on)?;
    let kept = Arc::new(kept);
    let mut wants = what_is_wanted(ears);
    let served = runtime.block_on(async {
        let (audience, lasts) = (options.audience, options.lasts);
        let is_first = given.workers_before == 0;
        let server = Server::go_on(options, Arc::clone(&kept), given).await?;
        if is_first {
            greet(server.address(), audience, fit);
        }
        let pid = std::process::id();
        println!("served by {pid} · kill -9 {pid}, and the next one goes on");
        let (over, mut is_kept) = (over(lasts), true);
        let (mut over, mut alive) = (std::pin::pin!(over), std::pin::pin!(sleep(ALIVE)));
        let mut is_alive = false;
        let why = loop {
            select! {
                next = wants.recv(), if is_kept => match next {
                    Some(Request::HandOver) => {
                        server.hand_over(&kept).await;
                        return Ok("handed over".to_owned());
                    }
                    Some(Request::ShutDown) => break "the keeper was told to",
                    Some(Request::Gone) | None => {
                        is_kept = false;
                        kept.go_silent();
                        tracing::error!("the keeper is gone: the game goes on, but nobody would go on with it");
                    }
                },
                () = &mut alive, if !is_alive => {
                    is_alive = true;
                    kept.report_alive();
                }
                // As long as there is a keeper it is the one to be told.
                why = signals::end(), if !is_kept => break why,
                () = &mut over => break "its time is over",
            }
        };
        kept.report_shutdown();
        println!("closing: {why}; once more, and it ends at once");
        Ok(select! {
            () = server.drain() => "closed in order".to_owned(),
            why = signals::end(), if !is_kept => format!("ended at once: {why}, for the second time"),
        })
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

/// A thread waits for the keeper's next word, as long as there is one.
fn what_is_wanted(ears: Channel) -> mpsc::UnboundedReceiver<Request> {
    let (says, wants) = mpsc::unbounded_channel();
    thread::spawn(move || {
        loop {
            let next = SupervisorHandle::next_request(&ears);
            if says.send(next).is_err() || next == Request::Gone {
                return;
            }
        }
    });
    wants
}

fn runtime() -> Result<Runtime, String> {
    let runtime = Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| format!("cannot start: {error}"))
}
