//! The servers under comparison, each in a process of its own: `game-bench serve CORE WHAT`.

mod floor;
mod naive;
mod stream;

use std::io::{self, Write};
use std::net::TcpListener;

use stream::Stream;

use crate::pinned;

/// The same listen backlog as the game's, so that a whole crowd can connect at once.
const BACKLOG: i32 = 4_096;

/// The size of axum's read buffer in `naive-4k`.
const SMALL: usize = 4 * 1024;

/// Serves `CORE floor|naive|naive-4k CONNECTIONS PLAYERS TURNS_PER_SECOND`, or
/// `CORE program EXE ARGS…`. Ends with the round.
pub(crate) fn serve(args: &[String]) -> Result<(), String> {
    let usage = || {
        format!(
            "`serve {}` is not how this program calls itself",
            args.join(" ")
        )
    };
    let [core, what, rest @ ..] = args else {
        return Err(usage());
    };
    let core = core.parse().map_err(|_| usage())?;
    pinned::stay_on(core).map_err(|error| format!("core {core}: {error}"))?;
    sockets::raise_limit();
    let served = match (what.as_str(), rest) {
        ("program", [exe, args @ ..]) => Err(pinned::replace_by(exe, args)),
        ("floor" | "naive" | "naive-4k", [connections, players, turns]) => {
            let connections = connections.parse().map_err(|_| usage())?;
            let players = players.parse().map_err(|_| usage())?;
            let turns = turns.parse().map_err(|_| usage())?;
            let stream = Stream::play(players, turns);
            match what.as_str() {
                "floor" => {
                    listen().and_then(|listener| floor::serve(&listener, connections, stream))
                }
                "naive" => on_tokio(connections, stream, None),
                _ => on_tokio(connections, stream, Some(SMALL)),
            }
        }
        _ => return Err(usage()),
    };
    served.map_err(|error| format!("{what}: {error}"))
}

fn on_tokio(connections: usize, stream: Stream, read_buffer: Option<usize>) -> io::Result<()> {
    // As `#[tokio::main]` does: one worker per core; here that is one.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async { naive::serve(listen()?, connections, stream, read_buffer).await })
}

fn listen() -> io::Result<TcpListener> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None)?;
    socket.bind(&std::net::SocketAddr::from(([127, 0, 0, 1], 0)).into())?;
    socket.listen(BACKLOG)?;
    let listener = TcpListener::from(socket);
    let mut out = io::stdout();
    writeln!(out, "listening on {}", listener.local_addr()?)?;
    out.flush()?;
    Ok(listener)
}
