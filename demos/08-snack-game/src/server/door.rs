//! The door, before anybody has come through it.

use harness::advice;
use socket2::{Domain, Protocol, Socket, Type};
use std::{io, net::SocketAddr};

/// Phones that may knock before anybody answers: a hall that scans one code, and a server's players
/// coming back after a restart. Who finds no place hears nothing and tries again a second later.
/// Linux gives as many unless it is told otherwise, and the README has figures.
const BACKLOG: i32 = 4_096;

/// The door, which nobody has come through yet.
///
/// # Errors
/// A sentence: it cannot be opened.
pub fn door(address: SocketAddr) -> Result<std::net::TcpListener, String> {
    listen(address).map_err(|error| no_door(address, &error))
}

fn listen(address: SocketAddr) -> io::Result<std::net::TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    // After a restart the old connections still linger; elsewhere than on Windows that is what this
    // is for.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Why it cannot be opened, and what to do about it.
pub(super) fn no_door(address: SocketAddr, error: &io::Error) -> String {
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
