//! Sockets of a simulated network, beside real ones. What the server does with a real one it does
//! with these, call by call.

#![allow(missing_docs, reason = "what tokio's own are called by")]

use socket2::SockRef;
use std::{
    cell::RefCell,
    io::{self, ErrorKind},
    mem::MaybeUninit,
    net::{IpAddr, Shutdown, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    task::{Context, Poll, Waker},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use turmoil::net as far;

/// A door.
#[derive(Debug)]
pub enum TcpListener {
    Real(tokio::net::TcpListener),
    Simulated(Door),
}

/// turmoil's listener tells nothing of itself.
pub struct Door(far::TcpListener);

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl From<tokio::net::TcpListener> for TcpListener {
    fn from(real: tokio::net::TcpListener) -> Self {
        Self::Real(real)
    }
}

impl From<far::TcpListener> for TcpListener {
    fn from(simulated: far::TcpListener) -> Self {
        Self::Simulated(Door(simulated))
    }
}

impl TcpListener {
    pub async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match self {
            Self::Real(real) => real.accept().await.map(|(it, from)| (it.into(), from)),
            Self::Simulated(Door(far)) => {
                let (stream, from) = far.accept().await?;
                let far = Arc::new(Far::from(stream));
                LINES.with_borrow_mut(|lines| {
                    lines.retain(|(_, far)| far.strong_count() > 0);
                    lines.push((from.ip(), Arc::downgrade(&far)));
                });
                Ok((TcpStream::Simulated(far), from))
            }
        }
    }
}

thread_local! {
    /// The lines that were let in on this thread, and from where.
    static LINES: RefCell<Vec<(IpAddr, Weak<Far>)>> = const { RefCell::new(Vec::new()) };
}

/// Whatever stands between the two resets all lines from there, and both ends are alive. How many.
/// Within the host that let them in.
pub fn reset(from: IpAddr) -> u64 {
    let lines = LINES.with_borrow(|lines| lines.clone());
    let theirs = lines.iter().filter(|(phone, _)| *phone == from);
    let resets = theirs.filter_map(|(_, far)| Some(u64::from(far.upgrade()?.reset())));
    resets.sum()
}

/// A connection.
#[derive(Debug)]
pub enum TcpStream {
    Real(tokio::net::TcpStream),
    Simulated(Arc<Far>),
}

/// One on the simulated network. Its host has one thread: nobody ever waits for these locks.
#[derive(Debug)]
pub struct Far {
    /// None: it was reset.
    stream: Mutex<Option<far::TcpStream>>,
    /// Hung up on this side: its reader finds the end.
    over: Mutex<bool>,
    reader: Mutex<Option<Waker>>,
}

impl From<tokio::net::TcpStream> for TcpStream {
    fn from(real: tokio::net::TcpStream) -> Self {
        Self::Real(real)
    }
}

impl From<far::TcpStream> for Far {
    fn from(simulated: far::TcpStream) -> Self {
        Self {
            stream: Mutex::new(Some(simulated)),
            over: Mutex::default(),
            reader: Mutex::default(),
        }
    }
}

impl Far {
    /// Whether it was not before. The phone is told so, too.
    fn reset(&self) -> bool {
        let stream = lock(&self.stream).take();
        self.wake();
        stream.is_some()
    }

    /// Its reader has something to find.
    fn wake(&self) {
        lock(&self.reader).take().into_iter().for_each(Waker::wake);
    }

    fn with<T>(
        &self,
        what: impl FnOnce(Pin<&mut far::TcpStream>) -> Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match &mut *lock(&self.stream) {
            Some(stream) => what(Pin::new(stream)),
            None => Poll::Ready(Err(ErrorKind::ConnectionReset.into())),
        }
    }
}

impl TcpStream {
    pub(crate) fn poll_read_ready(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let far = match self {
            Self::Real(real) => return real.poll_read_ready(context),
            Self::Simulated(far) => far,
        };
        if *lock(&far.over) {
            return Poll::Ready(Ok(()));
        }
        *lock(&far.reader) = Some(context.waker().clone());
        let mut byte = [0];
        let mut byte = ReadBuf::new(&mut byte);
        let looked = far.with(|mut it| it.poll_peek(context, &mut byte));
        looked.map_ok(|_| ())
    }

    pub(crate) fn try_read(&self, space: &mut [u8]) -> io::Result<usize> {
        let far = match self {
            Self::Real(real) => return real.try_read(space),
            Self::Simulated(far) => far,
        };
        if *lock(&far.over) {
            return Ok(0);
        }
        let mut read = ReadBuf::new(space);
        let mut context = Context::from_waker(Waker::noop());
        match far.with(|it| it.poll_read(&mut context, &mut read)) {
            Poll::Ready(done) => done.map(|()| read.filled().len()),
            Poll::Pending => Err(ErrorKind::WouldBlock.into()),
        }
    }
}

/// What a keeper holds.
#[cfg(unix)]
impl std::os::fd::AsFd for TcpStream {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        match self {
            Self::Real(real) => real.as_fd(),
            Self::Simulated(_) => unreachable!("no keeper holds a simulated line"),
        }
    }
}

/// What a room writes with.
pub enum Hand<'a> {
    Real(SockRef<'a>),
    Simulated(&'a Far),
}

/// See the program's own.
pub fn hand(stream: &TcpStream) -> Hand<'_> {
    match stream {
        TcpStream::Real(real) => Hand::Real(SockRef::from(real)),
        TcpStream::Simulated(far) => Hand::Simulated(far),
    }
}

impl Hand<'_> {
    pub(crate) fn send(&self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Real(real) => real.send(bytes),
            Self::Simulated(far) => match &*lock(&far.stream) {
                Some(stream) => stream.try_write(bytes),
                None => Err(ErrorKind::ConnectionReset.into()),
            },
        }
    }

    pub(crate) fn recv(&self, space: &mut [MaybeUninit<u8>]) -> io::Result<usize> {
        match self {
            Self::Real(real) => real.recv(space),
            Self::Simulated(_) => unreachable!("only real phones are looked at in this way"),
        }
    }

    pub(crate) fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let far = match self {
            Self::Real(real) => return real.shutdown(how),
            Self::Simulated(far) => far,
        };
        let mut context = Context::from_waker(Waker::noop());
        let finished = far.with(|it| it.poll_shutdown(&mut context));
        if how == Shutdown::Both {
            *lock(&far.over) = true;
            far.wake();
        }
        match finished {
            Poll::Ready(done) => done,
            Poll::Pending => unreachable!("it says so at once"),
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
            Self::Simulated(far) => {
                *lock(&far.reader) = Some(context.waker().clone());
                far.with(|it| it.poll_read(context, space))
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
            Self::Simulated(far) => far.with(|it| it.poll_write(context, bytes)),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(())) // Neither of them keeps anything back.
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Real(real) => Pin::new(real).poll_shutdown(context),
            Self::Simulated(far) => far.with(|it| it.poll_shutdown(context)),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
