//! The sockets, at the one seam where a test may put another network under the server.
//!
//! In the program these are tokio's sockets and the kernel's own calls, and nothing stands between.
//! In this crate's own tests a socket is one of tokio's or one of a simulated network:
//! [`simulation`](crate) are made of those.

#[cfg(test)]
mod simulated;

#[cfg(test)]
pub use simulated::{Hand, TcpListener, TcpStream, hand, reset};
#[cfg(not(test))]
pub use tokio::net::{TcpListener, TcpStream};

/// A socket as the kernel knows it.
#[cfg(not(test))]
pub type Hand<'a> = socket2::SockRef<'a>;

/// What a room writes with: straight to the kernel.
#[cfg(not(test))]
pub fn hand(stream: &TcpStream) -> Hand<'_> {
    socket2::SockRef::from(stream)
}
