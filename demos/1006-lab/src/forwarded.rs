//! A listener for axum that gets its connections from the dispatch, so that one port serves every
//! cause.

use axum::serve::Listener;
use std::{future::pending, io, net::SocketAddr};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

/// Connections that the dispatch has accepted.
pub(super) struct Forwarded(pub(super) mpsc::Receiver<TcpStream>);

impl Listener for Forwarded {
    type Io = TcpStream;
    type Addr = ();

    async fn accept(&mut self) -> (TcpStream, ()) {
        match self.0.recv().await {
            Some(stream) => (stream, ()),
            None => pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<()> {
        Ok(())
    }
}

/// The two ends of a new TCP connection of this process.
pub(super) async fn pair() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let address = listener.local_addr()?;
    let (near, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    Ok((near?, accepted?.0))
}
