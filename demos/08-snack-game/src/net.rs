//! Sockets. In the program they are tokio's, with nothing in between. In this crate's own tests a
//! socket is one of tokio's or one of a simulated network, for [`simulation`](crate).

#[cfg(test)]
mod simulated;

#[cfg(test)]
pub use simulated::{SocketRef, TcpListener, TcpStream, reset, socket_ref};
#[cfg(not(test))]
pub use tokio::net::{TcpListener, TcpStream};

/// A borrowed socket for system calls that do not wait.
#[cfg(not(test))]
pub type SocketRef<'a> = socket2::SockRef<'a>;

/// Borrows a socket, so that a room can write to it without waiting.
#[cfg(not(test))]
pub fn socket_ref(stream: &TcpStream) -> SocketRef<'_> {
    socket2::SockRef::from(stream)
}
