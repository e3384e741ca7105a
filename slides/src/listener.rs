//! Why a listener cannot be opened, and what to do about it.

use crate::demo::port;
use harness::advice;
use std::{io, net::SocketAddr};

/// Says why the stage cannot listen on this address, and what to do: a sentence without its full
/// stop.
pub(crate) fn cannot_listen(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "cannot listen on {address}: {} listens there, perhaps another stage; {}",
            port::who(address.port()),
            advice::port_is_taken(address.port())
        ),
        io::ErrorKind::PermissionDenied => format!(
            "cannot listen on {address}: {}",
            advice::port_is_forbidden(address)
        ),
        _ => format!("cannot listen on {address}: {error}"),
    }
}
