//! The bridge: the crowd of steps 1 to 6 speaks lines over TCP, and walks in through the WebSocket.
//!
//! A line becomes a message and a message a line, in little memory: what the one side does not
//! read, the other side is not asked for. Who hangs up without goodbye on this side does so on the
//! other.

use super::writer::PATIENCE;
use futures_util::{SinkExt, StreamExt};
use snack::LINE_LIMIT;
use socket2::SockRef;
use std::{
    collections::BTreeSet,
    io,
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpSocket, TcpStream},
    select,
    task::spawn_local,
    time::timeout,
};
use tokio_tungstenite::{
    client_async_with_config,
    tungstenite::{Message, protocol::WebSocketConfig},
};

/// What the kernel may hold in each direction, in bytes: a slow phone shall be felt on the other
/// side.
const HELD: u32 = 8 * 1024;

/// Opens a way in for lines, on a port of this machine, to the WebSocket of the server at `server`.
/// It is there as long as the process.
///
/// # Errors
/// There is no port, or no thread.
pub fn open(server: SocketAddr) -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    SockRef::from(&listener).set_send_buffer_size(HELD as usize)?;
    let address = listener.local_addr()?;
    let bridge = move || {
        harness_tokio::on_one_thread(listener, async |listener| {
            loop {
                let (phone, _) = harness_tokio::accept(&listener).await?;
                spawn_local(async move { drop(cross(phone, server).await) });
            }
        })
    };
    thread::Builder::new().name("bridge".into()).spawn(bridge)?;
    Ok(address)
}

/// Whether the one at this address came over a bridge of this process.
pub(crate) fn is_ours(peer: SocketAddr) -> bool {
    ours().contains(&peer)
}

fn ours() -> MutexGuard<'static, BTreeSet<SocketAddr>> {
    static OURS: Mutex<BTreeSet<SocketAddr>> = Mutex::new(BTreeSet::new());
    OURS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries lines and messages until either side ends.
async fn cross(phone: TcpStream, server: SocketAddr) -> io::Result<()> {
    phone.set_nodelay(true)?;
    let socket = match server {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_recv_buffer_size(HELD)?;
    // Its address is known before the server can hear of it.
    socket.bind(SocketAddr::new(server.ip(), 0))?;
    let _mine = Mine::new(socket.local_addr()?);
    let stream = socket.connect(server).await?;
    stream.set_nodelay(true)?;
    let small = WebSocketConfig::default()
        .read_buffer_size(4096)
        .write_buffer_size(0);
    let url = format!("ws://{server}/ws");
    let opened = client_async_with_config(url, stream, Some(small)).await;
    let (socket, _) = opened.map_err(io::Error::other)?;
    let (mut to_server, mut from_server) = socket.split();
    let (from_phone, mut to_phone) = phone.into_split();
    let mut from_phone = BufReader::with_capacity(1024, from_phone);
    let up = async {
        let mut line = Vec::new();
        while next_line(&mut from_phone, &mut line).await? {
            let text = String::from_utf8_lossy(&line).into_owned();
            let sent = to_server.send(Message::Text(text.into())).await;
            sent.map_err(io::Error::other)?;
        }
        Ok(())
    };
    let down = async {
        while let Some(Ok(message)) = from_server.next().await {
            if let Message::Text(text) = message {
                to_phone.write_all(format!("{text}\n").as_bytes()).await?;
            }
        }
        // The server has said goodbye: so do we.
        to_phone.shutdown().await
    };
    let ended: io::Result<()> = select! {
        ended = up => return ended,
        ended = down => ended,
    };
    // A phone that is hung up on with something unread loses what it was told last.
    let rest = async {
        while next_line(&mut from_phone, &mut Vec::new()).await? {}
        io::Result::Ok(())
    };
    let _talks_on = timeout(PATIENCE, rest).await;
    ended
}

/// Reads a line into `line`, without its end. Of one that is too long, as much is kept as shows
/// that it is. False: there is none.
async fn next_line(
    phone: &mut (impl AsyncBufReadExt + Unpin),
    line: &mut Vec<u8>,
) -> io::Result<bool> {
    line.clear();
    loop {
        let bytes = phone.fill_buf().await?;
        if bytes.is_empty() {
            return Ok(false);
        }
        let end = bytes.iter().position(|&byte| byte == b'\n');
        let piece = &bytes[..end.unwrap_or(bytes.len())];
        let room = (2 * LINE_LIMIT).saturating_sub(line.len());
        line.extend_from_slice(&piece[..piece.len().min(room)]);
        let taken = end.map_or(bytes.len(), |end| end + 1);
        phone.consume(taken);
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// A connection of ours, until it is dropped.
struct Mine(SocketAddr);

impl Mine {
    fn new(address: SocketAddr) -> Mine {
        ours().insert(address);
        Mine(address)
    }
}

impl Drop for Mine {
    fn drop(&mut self) {
        ours().remove(&self.0);
    }
}
