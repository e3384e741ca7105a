//! A process to be killed: this program, started again with the browser's socket.

use super::visits::Visit;
use std::{
    io,
    net::TcpStream as StdStream,
    process::{Child, Command, Stdio},
    time::Duration,
};
use tokio::{net::TcpStream, task::spawn_blocking};
use tokio_tungstenite::tungstenite;

/// The argument that starts the program as this process.
const ARGUMENT: &str = "--be-killed";

/// What the child prints when its WebSocket is open.
const READY: &str = "open";

/// The child ends after this long without a message.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);

/// Gives the connection to a child process, and kills it as soon as the WebSocket is open.
pub(super) async fn killed(stream: TcpStream, visit: Visit) {
    match serve_and_kill(stream).await {
        Ok(()) => visit.saw("kill -9: the process could send nothing"),
        Err(error) => visit.saw(format!("no process could be killed: {error}")),
    }
}

/// The child finds the socket as its standard input, as with `inetd`.
#[cfg(unix)]
async fn serve_and_kill(stream: TcpStream) -> io::Result<()> {
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    kill(start(std::os::fd::OwnedFd::from(stream).into())?).await
}

/// On this system a socket cannot be passed on without unsafe code. So the child connects to this
/// process, which carries every byte between it and the browser, like a reverse proxy.
#[cfg(not(unix))]
async fn serve_and_kill(mut browser: TcpStream) -> io::Result<()> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let mut child = start(Stdio::piped())?;
    if let Some(mut stdin) = child.stdin.take() {
        io::Write::write_all(
            &mut stdin,
            format!("{}\n", listener.local_addr()?).as_bytes(),
        )?;
    }
    let mut killing = std::pin::pin!(kill(child));
    let carrying = async {
        let (mut server, _) = listener.accept().await?;
        tokio::io::copy_bidirectional(&mut browser, &mut server).await
    };
    tokio::select! {
        killed = &mut killing => return killed,
        _browser_gone = carrying => {}
    }
    killing.await
}

fn start(stdin: Stdio) -> io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .arg(ARGUMENT)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .spawn()
}

/// Kills the child as soon as its WebSocket is open. If that fails, the child is killed as well.
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

/// The child process: opens the WebSocket, prints that it is open, and serves until it is killed.
///
/// # Errors
/// There is no connection, or the parent process is gone.
pub fn be_killed() -> io::Result<()> {
    let stream = inherited_stream()?;
    stream.set_read_timeout(Some(IDLE_TIMEOUT))?;
    let mut socket = tungstenite::accept(stream).map_err(io::Error::other)?;
    // After the first message the browser knows that the connection is open.
    socket.read().map_err(io::Error::other)?;
    io::Write::write_all(&mut io::stdout(), READY.as_bytes())?;
    io::Write::flush(&mut io::stdout())?;
    while socket.read().is_ok() {}
    Ok(())
}

#[cfg(unix)]
fn inherited_stream() -> io::Result<StdStream> {
    use std::os::fd::AsFd;
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

#[cfg(not(unix))]
fn inherited_stream() -> io::Result<StdStream> {
    let mut address = String::new();
    io::stdin().read_line(&mut address)?;
    StdStream::connect(address.trim_end())
}
