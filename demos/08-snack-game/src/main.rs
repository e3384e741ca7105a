//! What starts: the server, and bots to play with. What ends last: the store.

#[cfg(target_os = "linux")]
mod supervised;

use crowd::{Crowd, Plan};
use demo_08_snack_game::{
    logging, operator_token,
    options::{self, Command, HELP, Options},
    replay,
    server::{self, Server},
};
use std::{
    io::{self, IsTerminal},
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};
use tokio::{runtime::Builder, select, time::sleep};
use web_server::{
    join,
    signals::{INTERRUPTED, Signals},
};

fn main() -> ExitCode {
    let _written = output::Guard::new();
    let result = match options::parse(std::env::args_os().skip(1)) {
        Ok(Command::Help) => Ok(Ended::in_order(HELP)),
        Ok(Command::Replay(file)) => replay::play(&file).map(Ended::in_order),
        #[cfg(target_os = "linux")]
        Ok(Command::Serve(options)) if options.keep => supervised::supervise(*options),
        #[cfg(target_os = "linux")]
        Ok(Command::Work(options)) => supervised::work(*options),
        #[cfg(target_os = "linux")]
        Ok(Command::Bots(options, address)) => supervised::run_bots(&options, address),
        Ok(Command::Serve(options)) => serve(*options),
        Err(error) => {
            logging::settle(std::env::args_os().skip(1));
            Err(error.to_string())
        }
    };
    logging::report_left_out();
    match result {
        Ok(Ended { sentence, status }) => {
            logging::say(&sentence);
            ExitCode::from(status)
        }
        Err(sentence) => {
            logging::fail(&sentence);
            ExitCode::FAILURE
        }
    }
}

/// How the program ended: its last line, and its exit status.
struct Ended {
    sentence: String,
    status: u8,
}

impl Ended {
    fn in_order(sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            status: 0,
        }
    }

    /// A second signal did not wait for the end.
    fn at_once(why: &str) -> Self {
        Self {
            sentence: format!("exited at once (second {why})"),
            status: INTERRUPTED,
        }
    }
}

/// Serves until the server shuts down, and returns how it ended.
fn serve(options: Options) -> Result<Ended, String> {
    logging::init(options.log);
    if options.keep {
        tracing::warn!(
            "--keep needs Linux: a restart closes every connection (1012), a crash ends them without a close frame"
        );
    }
    let fit = sockets::connections(sockets::raise_limit(), server::OTHER_DESCRIPTORS);
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start: {error}"))?;
    let served = runtime.block_on(async {
        let mut signals = Signals::listen();
        let (bots, audience, lasts) = (options.bots, options.audience, options.time_limit);
        let server = Server::start(options).await?;
        print_addresses(&server, audience, fit);
        let crowd = start_bots(server.address(), bots).await;
        let why = select! {
            why = signals.next() => why,
            () = time_limit(lasts) => TIME_IS_UP,
        };
        announce_shutdown(why);
        let drain = async {
            server.drain().await;
            drop(crowd); // The server has closed the bots' connections; they would reconnect.
        };
        Ok(select! {
            () = drain => Ended::in_order(SHUT_DOWN),
            why = signals.next() => Ended::at_once(why),
        })
    });
    runtime.shutdown_timeout(Duration::from_millis(200));
    served
}

/// Why a server with `--seconds` shuts down.
const TIME_IS_UP: &str = "--seconds are over";

/// The last line of a server that has shut down gracefully.
const SHUT_DOWN: &str = "shut down gracefully";

fn announce_shutdown(why: &str) {
    logging::say(&format!(
        "shutting down ({why}); press Ctrl-C again to exit now"
    ));
}

/// Prints where to play, and a QR code for an audience.
fn print_addresses(server: &Server, audience: bool, fit: Option<u64>) {
    let address = server.address();
    let url = server.state().join_url(address);
    if audience
        && logging::is_for_people()
        && let Some(code) = join::qr_code(&url)
    {
        output::out!("{code}");
    }
    logging::say(&format!(
        "Snack Rush · play at {url} · for the wall: {url}hall"
    ));
    if audience && server.state().options.public.is_none() && !join::is_known(address) {
        tracing::warn!(
            "this machine's address is unknown, so no other machine can open that URL: \
             connect it to a network, or say with --public how it is reached"
        );
    }
    logging::say(&for_the_operator(server, audience));
    if let Some(fit) = fit {
        logging::say(&format!("{fit} connections fit"));
    }
    logging::say(&format!("listening on {address}"));
}

/// Where the x-ray is, with its token if only the person at this terminal sees it. An audience may
/// see the terminal, too, and a pipe may lead to a log. The path of the data folder has the name of
/// the person, which is not for an audience either.
fn for_the_operator(server: &Server, audience: bool) -> String {
    let options = &server.state().options;
    let url = format!("http://{}/xray", on_this_machine(server.address()));
    match (&options.token, &options.data) {
        (Some(token), Some(folder)) if operator_token::is_in(folder, token) => {
            if !audience && logging::is_for_people() && io::stdout().is_terminal() {
                return format!("for the operator: {url}#token={token}");
            }
            if audience {
                return format!("for the operator: {url}#token=… · token in the data folder");
            }
            let file = operator_token::file(folder);
            format!(
                "for the operator: {url}#token=… · token in {}",
                file.display()
            )
        }
        _ => format!("for the operator: {url}#token=…"),
    }
}

/// The address at which this machine itself reaches the server.
fn on_this_machine(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        ip if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Starts the bots, so that the first player is not alone.
async fn start_bots(address: SocketAddr, bots: u32) -> Option<Crowd> {
    if bots == 0 {
        return None;
    }
    let plan = Plan {
        players: bots,
        ..Plan::default()
    };
    Some(Crowd::start(on_this_machine(address), plan).await)
}

/// Waits for the time limit. Never returns without one.
async fn time_limit(lasts: Option<Duration>) {
    match lasts {
        Some(lasts) => sleep(lasts).await,
        None => std::future::pending().await,
    }
}
