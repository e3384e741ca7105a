//! Binding the listener, or explaining why that failed and what to do.

use crate::advice;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::sync::OnceLock;

/// A function that prepares a listener before the first client connects. It can set socket options
/// that the standard library does not offer.
pub type Prepare = fn(&TcpListener) -> io::Result<()>;

static PREPARE: OnceLock<Prepare> = OnceLock::new();

/// Makes [`run`](crate::run) prepare its listener with `prepare`, and slow phones of this process
/// connect with `dial`, so that the kernel buffers little for a phone that does not read. Only the
/// first call has an effect.
pub fn shorten_buffers(prepare: Prepare, dial: bots::Dial) {
    let _said_before = PREPARE.set(prepare);
    bots::slow_phones_dial(dial);
}

/// Listens on `address`. An error is a sentence for the person who started the program.
pub(crate) fn open(address: SocketAddr) -> Result<TcpListener, String> {
    let listening = TcpListener::bind(address).and_then(|listener| {
        PREPARE.get().map_or(Ok(()), |prepare| prepare(&listener))?;
        Ok(listener)
    });
    listening.map_err(|error| why_not(address, &error))
}

fn why_not(address: SocketAddr, error: &io::Error) -> String {
    let port = address.port();
    match error.kind() {
        ErrorKind::AddrInUse => {
            // Far enough from the ports of the neighbouring steps.
            let other = port.checked_add(100).unwrap_or(port - 100);
            format!(
                "port {port} is taken, another program listens on {address}: {} or choose \
                 another address, such as --listen {}",
                advice::port_is_taken(port),
                SocketAddr::new(address.ip(), other)
            )
        }
        ErrorKind::AddrNotAvailable => format!(
            "{} is not an address of this machine: --listen 127.0.0.1:{port} serves this machine \
             alone, --listen 0.0.0.0:{port} its whole network",
            address.ip()
        ),
        ErrorKind::PermissionDenied => format!(
            "{}, or let the system choose one with --listen {}",
            advice::port_is_forbidden(address),
            SocketAddr::new(address.ip(), 0)
        ),
        _ => format!("cannot listen on {address}: {error}"),
    }
}

/// The address at which a client on this machine reaches a server that listens on `address`. For a
/// server that listens on all interfaces it is the loopback address.
pub(crate) fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(address: &str) -> SocketAddr {
        address.parse().unwrap()
    }

    #[test]
    fn a_taken_port_is_named_with_a_way_out() {
        let first = open(at("127.0.0.1:0")).unwrap();
        let address = first.local_addr().unwrap();
        let why = open(address).unwrap_err();
        let begins = format!(
            "port {} is taken, another program listens on {address}",
            address.port()
        );
        assert!(why.starts_with(&begins), "{why}");
        let why = why_not(at("[::1]:65500"), &ErrorKind::AddrInUse.into());
        assert!(why.ends_with("such as --listen [::1]:65400"), "{why}");
    }

    #[test]
    fn every_refusal_says_what_to_do() {
        let why = open(at("192.0.2.1:7001")).unwrap_err();
        assert!(why.contains("is not an address of this machine: --listen 127.0.0.1:7001"));
        let why = why_not(at("127.0.0.1:80"), &ErrorKind::PermissionDenied.into());
        assert!(why.starts_with(&advice::port_is_forbidden(at("127.0.0.1:80"))));
        assert!(why.ends_with("with --listen 127.0.0.1:0"));
        let why = why_not(at("127.0.0.1:80"), &ErrorKind::Other.into());
        assert!(why.starts_with("cannot listen on 127.0.0.1:80: "));
    }

    #[test]
    fn all_interfaces_are_reached_at_loopback() {
        assert_eq!(from_here(at("0.0.0.0:7")), at("127.0.0.1:7"));
        assert_eq!(from_here(at("[::]:7")), at("[::1]:7"));
        assert_eq!(from_here(at("192.0.2.1:7")), at("192.0.2.1:7"));
    }
}
