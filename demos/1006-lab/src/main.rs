//! The 1006 lab's program. Run `cargo run -p lab-1006`, open the address, and press a button.

use harness::advice;
use lab_1006::be_killed;
use std::{
    io::{self, IsTerminal},
    net::SocketAddr,
    process::ExitCode,
};
use tokio::net::TcpListener;

const HELP: &str = "\
Every way in which a WebSocket ends, made to happen in your own browser.

Usage: cargo run -p lab-1006 -- [OPTIONS]

  --listen ADDR:PORT  where to listen  [default: 127.0.0.1:7106]; an address that is not a loopback
                      address lets other machines in
  --help              this text";

/// What the command line asks for.
enum Asked {
    Serve(SocketAddr),
    BeKilled,
    Help,
}

fn main() -> ExitCode {
    let _written = output::Guard::new();
    let done = match asked() {
        Ok(Asked::Help) => {
            output::out!("{HELP}");
            Ok(())
        }
        // This program started itself to be killed.
        Ok(Asked::BeKilled) => {
            be_killed().map_err(|error| format!("cannot open the connection: {error}"))
        }
        Ok(Asked::Serve(address)) => serve(address),
        Err(error) => Err(format!("{error}; --help lists the options")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            output::err!("1006-lab: {why}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Result<Asked, lexopt::Error> {
    use lexopt::prelude::*;
    let mut address = SocketAddr::from(([127, 0, 0, 1], 7106));
    let mut words = lexopt::Parser::from_env();
    while let Some(word) = words.next()? {
        match word {
            Long("listen") => {
                let value = words.value()?;
                let parsed = value.to_str().and_then(|text| text.parse().ok());
                address = parsed.ok_or_else(|| {
                    format!(
                        "--listen wants an address and a port, such as {address}, not {value:?}"
                    )
                })?;
            }
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("be-killed") => return Ok(Asked::BeKilled),
            _ => return Err(word.unexpected()),
        }
    }
    Ok(Asked::Serve(address))
}

#[tokio::main]
async fn serve(address: SocketAddr) -> Result<(), String> {
    let log = tracing_subscriber::fmt()
        .compact()
        .with_target(false)
        .with_writer(output::stderr);
    // The default turns the colours off for NO_COLOR alone, not for a file or a pipe.
    match io::stderr().is_terminal() {
        true => log.init(),
        false => log.with_ansi(false).init(),
    }
    let listener = TcpListener::bind(address).await;
    let listener = listener.map_err(|error| {
        let what_to_do = match error.kind() {
            io::ErrorKind::AddrInUse => format!(
                "another program listens there, perhaps another lab: {}",
                advice::port_is_taken(address.port())
            ),
            io::ErrorKind::PermissionDenied => advice::port_is_forbidden(address),
            _ => error.to_string(),
        };
        format!(
            "cannot listen on {address}: {what_to_do}; or `--listen 127.0.0.1:0` takes a free port"
        )
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    output::out!("1006-lab: every way in which a WebSocket ends · listening on {address}");
    output::out!("Open http://{address}/ and press a button; Ctrl-C stops the lab");
    if !address.ip().is_loopback() {
        output::out!("Other machines that reach this address can press the buttons, too");
    }
    lab_1006::serve(listener)
        .await
        .map_err(|error| format!("the listener failed: {error}"))
}
