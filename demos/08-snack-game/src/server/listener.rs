//! The listening socket.

use harness::advice;
use socket2::{Domain, Protocol, Socket, Type};
use std::{io, net::SocketAddr};

/// The length of the kernel's accept queue: a hall that scans one code, or all players of a server
/// reconnecting after a restart. A client that finds it full tries again a second later. Linux
/// limits it to this length by default; the README has measurements.
const ACCEPT_QUEUE: i32 = 4_096;

/// Opens the listening socket.
///
/// # Errors
/// A sentence for the user.
pub fn listen(address: SocketAddr) -> Result<std::net::TcpListener, String> {
    bind(address).map_err(|error| explain(address, &error))
}

fn bind(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // After a restart the old connections are still in TIME_WAIT. On Windows the option means
    // something else.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(ACCEPT_QUEUE)?;
    Ok(socket.into())
}

/// Why the socket cannot be opened, and what to do about it.
pub(super) fn explain(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{address} is taken: another program listens there. Choose another with --listen, such as --listen 127.0.0.1:0 for any that is free, or {}",
            advice::port_is_taken(address.port())
        ),
        io::ErrorKind::AddrNotAvailable => {
            format!("{address} is not an address of this machine. Choose another with --listen")
        }
        io::ErrorKind::PermissionDenied => format!(
            "cannot listen on {address}: {}, with --listen",
            advice::port_is_forbidden(address)
        ),
        _ => format!("cannot listen on {address}: {error}"),
    }
}
