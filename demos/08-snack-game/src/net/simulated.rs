//! Sockets that are either real or simulated, with those calls of tokio and socket2 that the server
//! uses.

#![allow(missing_docs, reason = "the names are tokio's and socket2's")]

use crate::sync::lock;
use socket2::SockRef;
use std::{
    cell::RefCell,
    io::{self, ErrorKind},
    mem::MaybeUninit,
    net::{IpAddr, Shutdown, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, Weak},
    task::{Context, Poll, Waker},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A real or a simulated listener.
#[derive(Debug)]
pub enum TcpListener {
    Real(tokio::net::TcpListener),
    Simulated(SimulatedListener),
}

/// A simulated listener. turmoil's own is not `Debug`.
pub struct SimulatedListener(turmoil::net::TcpListener);

impl std::fmt::Debug for SimulatedListener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SimulatedListener")
    }
}

impl From<tokio::net::TcpListener> for TcpListener {
    fn from(real: tokio::net::TcpListener) -> Self {
        Self::Real(real)
    }
}

impl From<turmoil::net::TcpListener> for TcpListener {
    fn from(simulated: turmoil::net::TcpListener) -> Self {
        Self::Simulated(SimulatedListener(simulated))
    }
}

impl TcpListener {
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match self {
            Self::Real(real) => real.accept().await.map(|(it, from)| (it.into(), from)),
            Self::Simulated(SimulatedListener(listener)) => {
                let (stream, from) = listener.accept().await?;
                let stream = Arc::new(SimulatedStream::from(stream));
                ACCEPTED.with_borrow_mut(|accepted| {
                    accepted.retain(|(_, stream)| stream.strong_count() > 0);
                    accepted.push((from.ip(), Arc::downgrade(&stream)));
                });
                Ok((TcpStream::Simulated(stream), from))
            }
        }
    }
}

thread_local! {
    /// The connections that this thread has accepted, with the address of the client.
    static ACCEPTED: RefCell<Vec<(IpAddr, Weak<SimulatedStream>)>> = const { RefCell::new(Vec::new()) };
}

/// Resets all connections from a client, as a router between two live ends may do. Returns how many
/// there were. Must be called on the host that accepted them.
pub fn reset(from: IpAddr) -> u64 {
    let accepted = ACCEPTED.with_borrow(|accepted| accepted.clone());
    let theirs = accepted.iter().filter(|(client, _)| *client == from);
    let resets = theirs.filter_map(|(_, stream)| Some(u64::from(stream.upgrade()?.reset())));
    resets.sum()
}

/// A real or a simulated connection.
#[derive(Debug)]
pub enum TcpStream {
    Real(tokio::net::TcpStream),
    Simulated(Arc<SimulatedStream>),
}

/// A simulated connection. Its host has one thread, so no task waits for these locks.
#[derive(Debug)]
pub struct SimulatedStream {
    /// `None` after a reset.
    stream: Mutex<Option<turmoil::net::TcpStream>>,
    /// Shut down on this side, so its reader sees the end of the stream.
    shut_down: Mutex<bool>,
    reader: Mutex<Option<Waker>>,
}

impl From<tokio::net::TcpStream> for TcpStream {
    fn from(real: tokio::net::TcpStream) -> Self {
        Self::Real(real)
    }
}

impl From<turmoil::net::TcpStream> for SimulatedStream {
    fn from(simulated: turmoil::net::TcpStream) -> Self {
        Self {
            stream: Mutex::new(Some(simulated)),
            shut_down: Mutex::default(),
            reader: Mutex::default(),
        }
    }
}

impl SimulatedStream {
    /// Resets the connection; the client sees the reset. Returns false if it was reset before.
    fn reset(&self) -> bool {
        let stream = lock(&self.stream).take();
        self.wake();
        stream.is_some()
    }

    /// Wakes the reader, because the connection has changed.
    fn wake(&self) {
        lock(&self.reader).take().into_iter().for_each(Waker::wake);
    }

    fn with<T>(
        &self,
        what: impl FnOnce(Pin<&mut turmoil::net::TcpStream>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match &mut *lock(&self.stream) {
            Some(stream) => what(Pin::new(stream)),
            None => Poll::Ready(Err(ErrorKind::ConnectionReset.into())),
        }
    }
}

impl TcpStream {
    pub(crate) fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let simulated = match self {
            Self::Real(real) => return real.poll_read_ready(context),
            Self::Simulated(simulated) => simulated,
        };
        if *lock(&simulated.shut_down) {
            return Poll::Ready(Ok(()));
        }
        *lock(&simulated.reader) = Some(context.waker().clone());
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        let looked = simulated.with(|mut it| it.poll_peek(context, &mut byte));
        looked.map_ok(|_| ())
    }

    pub(crate) fn try_read(&self, space: &mut [u8]) -> io::Result<usize> {
        let simulated = match self {
            Self::Real(real) => return real.try_read(space),
            Self::Simulated(simulated) => simulated,
        };
        if *lock(&simulated.shut_down) {
            return Ok(0);
        }
        let mut read = ReadBuf::new(space);
        let mut context = Context::from_waker(Waker::noop());
        match simulated.with(|it| it.poll_read(&mut context, &mut read)) {
            Poll::Ready(done) => done.map(|()| read.filled().len()),
            Poll::Pending => Err(ErrorKind::WouldBlock.into()),
        }
    }
}

/// For the supervisor, which holds real connections only.
#[cfg(unix)]
impl std::os::fd::AsFd for TcpStream {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        match self {
            Self::Real(real) => real.as_fd(),
            Self::Simulated(_) => unreachable!("no supervisor holds a simulated connection"),
        }
    }
}

/// A borrowed socket, as `SocketRef` of the program.
pub enum SocketRef<'a> {
    Real(SockRef<'a>),
    Simulated(&'a SimulatedStream),
}

/// Borrows a socket, as `hand` of the program.
pub fn socket_ref(stream: &TcpStream) -> SocketRef<'_> {
    match stream {
        TcpStream::Real(real) => SocketRef::Real(SockRef::from(real)),
        TcpStream::Simulated(simulated) => SocketRef::Simulated(simulated),
    }
}

impl SocketRef<'_> {
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Real(real) => real.send(bytes),
            Self::Simulated(simulated) => match &*lock(&simulated.stream) {
                Some(stream) => stream.try_write(bytes),
                None => Err(ErrorKind::ConnectionReset.into()),
            },
        }
    }

    pub(crate) fn recv(&self, space: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        match self {
            Self::Real(real) => real.recv(space),
            Self::Simulated(_) => unreachable!("only real connections are peeked at"),
        }
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let simulated = match self {
            Self::Real(real) => return real.shutdown(how),
            Self::Simulated(simulated) => simulated,
        };
        let mut context = Context::from_waker(Waker::noop());
        let finished = simulated.with(|it| it.poll_shutdown(&mut context));
        if how == Shutdown::Both {
            *lock(&simulated.shut_down) = true;
            simulated.wake();
        }
        match finished {
            Poll::Ready(done) => done,
            Poll::Pending => unreachable!("a simulated shutdown never waits"),
        }
    }

    pub(crate) fn set_tcp_nodelay(&self, on: bool) -> io::Result<()> {
        self.only_real(|real| real.set_tcp_nodelay(on))
    }

    pub(crate) fn set_send_buffer_size(&self, bytes: usize) -> io::Result<()> {
        self.only_real(|real| real.set_send_buffer_size(bytes))
    }

    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(crate) fn set_tcp_user_timeout(
        &self,
        after: Option<std::time::Duration>,
    ) -> io::Result<()> {
        self.only_real(|real| real.set_tcp_user_timeout(after))
    }

    fn only_real(&self, set: impl FnOnce(&SockRef<'_>) -> io::Result<()>) -> io::Result<()> {
        match self {
            Self::Real(real) => set(real),
            Self::Simulated(_) => Ok(()),
        }
    }
}

impl AsyncRead for TcpStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Real(real) => Pin::new(real).poll_read(context, space),
            Self::Simulated(simulated) => {
                *lock(&simulated.reader) = Some(context.waker().clone());
                simulated.with(|it| it.poll_read(context, space))
            }
        }
    }
}

impl AsyncWrite for TcpStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Real(real) => Pin::new(real).poll_write(context, bytes),
            Self::Simulated(simulated) => simulated.with(|it| it.poll_write(context, bytes)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // Neither kind buffers.
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Real(real) => Pin::new(real).poll_shutdown(context),
            Self::Simulated(simulated) => simulated.with(|it| it.poll_shutdown(context)),
        }
    }
}
