//! The TCP stream below HTTP and the WebSocket. The session keeps a second handle, to read it to
//! the end.

use crate::limits::Limits;
use socket2::SockRef;
use std::{
    io,
    net::Shutdown,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::timeout,
};

/// A TCP stream with several handles.
#[derive(Clone, Debug)]
pub(crate) struct Tcp(Arc<TcpStream>);

impl Tcp {
    /// Sets the kernel's options for this connection, as far as the system supports them.
    pub(crate) fn new(stream: TcpStream, limits: &Limits) -> Tcp {
        let _small_packets_may_wait = stream.set_nodelay(true);
        #[cfg(any(target_os = "android", target_os = "linux"))]
        let _or_the_heartbeat_notices_later =
            SockRef::from(&stream).set_tcp_user_timeout(Some(limits.unacknowledged));
        #[cfg(not(any(target_os = "android", target_os = "linux")))]
        let _the_heartbeat_notices = limits;
        Tcp(Arc::new(stream))
    }

    /// Shuts down the write side, and reads until the client has done the same.
    ///
    /// If a socket is closed with unread input, the kernel resets the connection, and the client
    /// loses the last bytes that were sent to it.
    pub(crate) async fn read_to_the_end(&self, limits: &Limits) {
        let _ended_already = SockRef::from(&*self.0).shutdown(Shutdown::Write);
        let reading = async {
            let mut unread = vec![0; 4096];
            while self.0.readable().await.is_ok() {
                match self.0.try_read(&mut unread) {
                    Ok(0) => return,
                    Ok(_) => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    Err(_) => return,
                }
            }
        };
        let _still_sends = timeout(limits.close, reading).await;
    }
}

impl AsyncRead for Tcp {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.0.poll_read_ready(cx))?;
            match self.0.try_read(buffer.initialize_unfilled()) {
                Ok(read) => {
                    buffer.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for Tcp {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.0.poll_write_ready(cx))?;
            match self.0.try_write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(SockRef::from(&*self.0).shutdown(Shutdown::Write))
    }
}
