//! State that the lab's connections share.

use crate::visits::Visits;
use socket2::{Domain, SockAddr, Socket, Type};
use std::{io, net::SocketAddr, sync::Arc};

/// State that the lab's connections share.
pub(crate) struct ServerState {
    pub(crate) address: SocketAddr,
    pub(crate) visits: Arc<Visits>,
    pub(crate) closed_port: ClosedPort,
}

/// A port of this process on which no program listens, and on which no other can begin to.
pub(crate) struct ClosedPort {
    pub(crate) address: SocketAddr,
    _bound: Socket,
}

impl ClosedPort {
    pub(crate) fn reserve() -> io::Result<ClosedPort> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.bind(&SockAddr::from(SocketAddr::from(([127, 0, 0, 1], 0))))?;
        let address = socket.local_addr()?.as_socket();
        let address = address.ok_or_else(|| io::Error::other("no address"))?;
        Ok(ClosedPort {
            address,
            _bound: socket,
        })
    }
}
