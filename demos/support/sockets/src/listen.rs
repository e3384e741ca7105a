//! A listener for phones.

use socket2::{Domain, Protocol, Socket, Type};
use std::{
    io,
    net::{SocketAddr, TcpListener},
};

/// The length of the kernel's accept queue: a hall that scans one code, or all players of a server
/// reconnecting after a restart. A client that finds it full tries again a second later. Linux
/// limits it to this length by default; the README of the game has measurements.
const ACCEPT_QUEUE: i32 = 4_096;

/// Opens a listener that does not block. On an IPv6 address that is unspecified, such as
/// `[::]:7011`, it takes IPv4 connections, too; left alone, each system has its own default.
///
/// # Errors
/// Why the system does not open it.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if address.is_ipv6() && address.ip().is_unspecified() {
        socket.set_only_v6(false)?;
    }
    // After a restart the old connections are still in TIME_WAIT. On Windows the option means
    // something else.
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(ACCEPT_QUEUE)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr, TcpStream};

    #[test]
    fn all_ipv6_addresses_are_all_ipv4_addresses_too() {
        let listener = match listen((Ipv6Addr::UNSPECIFIED, 0).into()) {
            Ok(listener) => listener,
            // There are machines without IPv6.
            Err(error) => return println!("not tested: {error}"),
        };
        let port = listener.local_addr().expect("an address").port();
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("IPv4");
    }

    #[test]
    fn a_taken_port_is_an_error() {
        let first = listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a port");
        let address = first.local_addr().expect("an address");
        let error = listen(address).expect_err("it is taken");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }
}
