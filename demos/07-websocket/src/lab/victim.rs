//! A process to be killed: this very program, started again, holding the visitor's socket as its standard input.

use super::visits::Visit;
use std::{
    io,
    net::TcpStream as StdStream,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{net::TcpStream, task::spawn_blocking};
use tokio_tungstenite::tungstenite;

/// The argument that makes the program a victim.
pub(super) const VICTIM: &str = "--be-the-victim";

/// What a victim says when its socket is open.
const READY: &str = "open";

/// Hands the socket to a child, waits until the child has opened it, and kills the child.
pub(super) async fn killed(stream: TcpStream, visit: Visit) {
    let killing = spawn_blocking(move || {
        let stream = stream.into_std()?;
        stream.set_nonblocking(false)?;
        kill(start(stream)?)
    });
    match killing.await {
        Ok(Ok(())) => visit.saw("kill -9: the process saw nothing, and said nothing"),
        Ok(Err(error)) => visit.saw(format!("no process could be killed: {error}")),
        Err(_) => visit.saw("no process could be killed"),
    }
}

/// Like a server of the old school, it finds its socket where the keyboard would be.
#[cfg(unix)]
fn start(stream: StdStream) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(VICTIM)
        .stdin(Stdio::from(std::os::fd::OwnedFd::from(stream)))
        .stdout(Stdio::piped())
        .spawn()
}

#[cfg(not(unix))]
fn start(_stream: StdStream) -> io::Result<Child> {
    Err(io::Error::other("handing a socket over needs Unix"))
}

fn kill(mut child: Child) -> io::Result<()> {
    let mut ready = [0; READY.len()];
    let opened = match &mut child.stdout {
        Some(stdout) => io::Read::read_exact(stdout, &mut ready),
        None => Err(io::ErrorKind::BrokenPipe.into()),
    };
    child.kill()?;
    child.wait()?;
    opened
}

/// What the child does: it opens the WebSocket, says so, and serves until it is killed.
///
/// # Errors
/// Its standard input is no socket, or its parent has gone.
#[cfg(unix)]
pub fn be_the_victim() -> io::Result<()> {
    use std::os::fd::AsFd;
    let stream = StdStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    // Whoever is forgotten ends by itself.
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut socket = tungstenite::accept(stream).map_err(io::Error::other)?;
    // The browser has spoken, so it knows that it is open.
    socket.read().map_err(io::Error::other)?;
    io::Write::write_all(&mut io::stdout(), READY.as_bytes())?;
    io::Write::flush(&mut io::stdout())?;
    while socket.read().is_ok() {}
    Ok(())
}

/// There is none.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub fn be_the_victim() -> io::Result<()> {
    Err(io::Error::other("handing a socket over needs Unix"))
}
