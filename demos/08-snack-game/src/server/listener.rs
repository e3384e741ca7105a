//! The listening socket.

use harness::advice;
use std::{fmt, io, net::SocketAddr};

/// Opens the listening socket.
///
/// # Errors
/// Why not.
pub fn listen(address: SocketAddr) -> Result<std::net::TcpListener, ListenError> {
    sockets::listen(address).map_err(|error| ListenError::new(address, error))
}

/// Why the socket cannot be opened. Displayed, it also says what to do about it.
#[derive(Debug)]
pub enum ListenError {
    /// Another program listens at the address.
    InUse(SocketAddr),
    /// Another machine has the address.
    NotLocal(SocketAddr),
    /// The user may not listen at the address.
    Forbidden(SocketAddr),
    /// The system has another reason.
    Failed(SocketAddr, io::Error),
}

impl ListenError {
    pub(super) fn new(address: SocketAddr, error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::AddrInUse => Self::InUse(address),
            io::ErrorKind::AddrNotAvailable => Self::NotLocal(address),
            io::ErrorKind::PermissionDenied => Self::Forbidden(address),
            _ => Self::Failed(address, error),
        }
    }
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(address) => write!(
                f,
                "{address} is taken: another program listens there. Choose another with --listen, such as --listen 127.0.0.1:0 for any that is free, or {}",
                advice::port_is_taken(address.port())
            ),
            Self::NotLocal(address) => write!(
                f,
                "{address} is not an address of this machine. Choose another with --listen"
            ),
            Self::Forbidden(address) => write!(
                f,
                "cannot listen on {address}: {}, with --listen",
                advice::port_is_forbidden(*address)
            ),
            Self::Failed(address, error) => write!(f, "cannot listen on {address}: {error}"),
        }
    }
}

impl std::error::Error for ListenError {}

/// The sentence that a program prints.
impl From<ListenError> for String {
    fn from(error: ListenError) -> Self {
        error.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_taken_or_elsewhere_is_told_apart() {
        let taken = listen(([127, 0, 0, 1], 0).into()).expect("a port");
        let address = taken.local_addr().expect("an address");
        let error = listen(address).expect_err("taken");
        assert!(
            matches!(error, ListenError::InUse(it) if it == address),
            "{error:?}"
        );
        let sentence = format!("{address} is taken: another program listens there. Choose another");
        assert!(error.to_string().starts_with(&sentence), "{error}");
        // An address for documentation: no machine has it.
        let address = SocketAddr::from(([192, 0, 2, 1], 7_008));
        let error = listen(address).expect_err("elsewhere");
        assert!(
            matches!(error, ListenError::NotLocal(it) if it == address),
            "{error:?}"
        );
        let sentence =
            "192.0.2.1:7008 is not an address of this machine. Choose another with --listen";
        assert_eq!(error.to_string(), sentence);
    }
}
