//! The TCP connection below everything. HTTP and the WebSocket speak through it; its session has
//! the last look.

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

/// One connection, which can be held twice.
#[derive(Clone, Debug)]
pub(crate) struct Wire(Arc<TcpStream>);

impl Wire {
    /// Says to the kernel what it is to do for this connection. What it cannot do, it does without.
    pub(crate) fn new(stream: TcpStream, limits: &Limits) -> Wire {
        let _it_waits_a_little = stream.set_nodelay(true);
        #[cfg(any(target_os = "android", target_os = "linux"))]
        let _the_heartbeat_notices_later =
            SockRef::from(&stream).set_tcp_user_timeout(Some(limits.unacknowledged));
        #[cfg(not(any(target_os = "android", target_os = "linux")))]
        let _the_heartbeat_notices = limits;
        Wire(Arc::new(stream))
    }

    /// Says that nothing more will be said, and reads what still comes until the other side says
    /// so, too.
    ///
    /// A socket that is closed with something unread is reset, and takes the last word that was
    /// written along.
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
        let _talks_on = timeout(limits.goodbye, reading).await;
    }
}

impl AsyncRead for Wire {
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

impl AsyncWrite for Wire {
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
