//! A process to be killed: this very program, started again, holding the visitor's socket.

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
const VICTIM: &str = "--be-killed";

/// What a victim says when its socket is open.
const READY: &str = "open";

/// A victim that hears nothing for this long ends by itself.
const FORGOTTEN: Duration = Duration::from_secs(20);

/// Gives the connection to a child, waits until the child has opened its WebSocket, and kills the
/// child.
pub(super) async fn killed(stream: TcpStream, visit: Visit) {
    match given_to_a_victim(stream).await {
        Ok(()) => visit.saw("kill -9: the process saw nothing, and said nothing"),
        Err(error) => visit.saw(format!("no process could be killed: {error}")),
    }
}

/// Like a server of the old school, the child finds its socket where the keyboard would be.
#[cfg(unix)]
async fn given_to_a_victim(stream: TcpStream) -> io::Result<()> {
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    kill(start(std::os::fd::OwnedFd::from(stream).into())?).await
}

/// A socket cannot be handed over without unsafe code here: the child opens a connection to this
/// process, which carries every byte between it and the visitor, as a reverse proxy does.
#[cfg(not(unix))]
async fn given_to_a_victim(mut visitor: TcpStream) -> io::Result<()> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let mut child = start(Stdio::piped())?;
    if let Some(mut way) = child.stdin.take() {
        io::Write::write_all(&mut way, format!("{}\n", listener.local_addr()?).as_bytes())?;
    }
    let mut killing = std::pin::pin!(kill(child));
    let carrying = async {
        let (mut server, _) = listener.accept().await?;
        tokio::io::copy_bidirectional(&mut visitor, &mut server).await
    };
    tokio::select! {
        killed = &mut killing => return killed,
        _visitor_gone = carrying => {}
    }
    killing.await
}

fn start(stdin: Stdio) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(VICTIM)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .spawn()
}

/// Kills the child as soon as its WebSocket is open. It is dead afterwards in any case.
async fn kill(mut child: Child) -> io::Result<()> {
    let killing = spawn_blocking(move || {
        let mut ready = [0; READY.len()];
        let opened = match &mut child.stdout {
            Some(stdout) => io::Read::read_exact(stdout, &mut ready),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        };
        child.kill()?;
        child.wait()?;
        opened
    });
    killing.await.map_err(io::Error::other)?
}

/// What the child does: it opens the WebSocket, says so, and serves until it is killed.
///
/// # Errors
/// It was given no connection, or its parent has gone.
pub fn be_killed() -> io::Result<()> {
    let stream = given_stream()?;
    stream.set_read_timeout(Some(FORGOTTEN))?;
    let mut socket = tungstenite::accept(stream).map_err(io::Error::other)?;
    // The browser has spoken, so it knows that it is open.
    socket.read().map_err(io::Error::other)?;
    io::Write::write_all(&mut io::stdout(), READY.as_bytes())?;
    io::Write::flush(&mut io::stdout())?;
    while socket.read().is_ok() {}
    Ok(())
}

#[cfg(unix)]
fn given_stream() -> io::Result<StdStream> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn given_stream() -> io::Result<StdStream> {
    let mut address = String::new();
    io::stdin().read_line(&mut address)?;
    StdStream::connect(address.trim_end())
}
