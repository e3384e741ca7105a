//! The supervisor's side of this process: sockets that it holds while one worker replaces another.

#[cfg(not(target_os = "linux"))]
pub use elsewhere::*;
#[cfg(target_os = "linux")]
pub use linux::*;

#[cfg(target_os = "linux")]
mod linux {
    /// The way to the supervisor.
    pub use supervisor::worker::SupervisorHandle as Supervisor;

    use crate::net::TcpStream;
    use bytes::Bytes;
    use std::{os::fd::AsFd, sync::Arc};
    use supervisor::tcp_info::Counters;

    /// A socket that the supervisor holds as well. Dropping this makes the supervisor close it.
    #[derive(Debug)]
    pub struct SupervisedSocket {
        supervisor: Arc<Supervisor>,
        id: u64,
        /// The kernel's counters when the connection became a WebSocket.
        pub(crate) base: Counters,
        /// What the client sent before the handshake was over: it is no longer in the kernel.
        pub(crate) early: Bytes,
    }

    impl SupervisedSocket {
        pub(crate) fn new(
            supervisor: &Arc<Supervisor>,
            id: u64,
            base: Counters,
            early: Bytes,
        ) -> Self {
            Self {
                supervisor: Arc::clone(supervisor),
                id,
                base,
                early,
            }
        }
    }

    impl Drop for SupervisedSocket {
        fn drop(&mut self) {
            self.supervisor.forget_connection(self.id);
        }
    }

    /// Passes a socket that became a WebSocket to the supervisor. `None` if the connection has
    /// ended already.
    pub fn pass_socket(
        supervisor: &Arc<Supervisor>,
        id: u64,
        room: &str,
        stream: &TcpStream,
        early: &Bytes,
    ) -> Option<SupervisedSocket> {
        let base = supervisor.hold_connection(id, room, stream.as_fd()).ok()?;
        Some(SupervisedSocket::new(supervisor, id, base, early.clone()))
    }
}

#[cfg(not(target_os = "linux"))]
mod elsewhere {
    use crate::net::TcpStream;
    use bytes::Bytes;
    use std::sync::Arc;

    /// No value: only Linux has a supervisor.
    #[derive(Debug)]
    pub enum Supervisor {}

    /// No value: only Linux has a supervisor.
    #[derive(Debug)]
    pub enum SupervisedSocket {}

    /// Cannot be called: only Linux has a supervisor.
    pub fn pass_socket(
        supervisor: &Arc<Supervisor>,
        _: u64,
        _: &str,
        _: &TcpStream,
        _: &Bytes,
    ) -> Option<SupervisedSocket> {
        match **supervisor {}
    }
}
