//! The bridge: the bots of steps 1 to 6 send lines over TCP, and the bridge carries these to the
//! WebSocket.
//!
//! A line becomes a message, and a message a line. The bridge buffers little: while one side does
//! not read, it does not read from the other. If one side ends without a Close frame, so does the
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

/// The size of the kernel's buffers, in bytes. They are small, so that the server notices a slow
/// phone soon.
const HELD: u32 = 8 * 1024;

/// Opens a bridge to the server at `server`, and returns the bridge's own address. It stays open as
/// long as the process.
///
/// # Errors
/// No port is free, or no thread can be started.
pub fn open(server: SocketAddr) -> io::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    SockRef::from(&listener).set_send_buffer_size(HELD as usize)?;
    let address = listener.local_addr()?;
    let bridge = move || {
        harness_tokio::on_one_thread(listener, async |listener| {
            loop {
                let (phone, _) = harness_tokio::accept(&listener).await?;
                spawn_local(async move { drop(carry(phone, server).await) });
            }
        })
    };
    thread::Builder::new().name("bridge".into()).spawn(bridge)?;
    Ok(address)
}

/// Whether the client at this address came over a bridge of this process.
pub(crate) fn is_from_here(peer: SocketAddr) -> bool {
    bridged().contains(&peer)
}

fn bridged() -> MutexGuard<'static, BTreeSet<SocketAddr>> {
    static BRIDGED: Mutex<BTreeSet<SocketAddr>> = Mutex::new(BTreeSet::new());
    BRIDGED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Carries lines and messages until either side ends.
async fn carry(phone: TcpStream, server: SocketAddr) -> io::Result<()> {
    phone.set_nodelay(true)?;
    let socket = match server {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.set_recv_buffer_size(HELD)?;
    // The address is registered before the server can see it.
    socket.bind(SocketAddr::new(server.ip(), 0))?;
    let _registered = Bridged::new(socket.local_addr()?);
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
        // The server closed the connection: close this side, too.
        to_phone.shutdown().await
    };
    let ended: io::Result<()> = select! {
        ended = up => return ended,
        ended = down => ended,
    };
    // Closing a socket with unread input would destroy the last line before the phone reads it.
    let rest = async {
        while next_line(&mut from_phone, &mut Vec::new()).await? {}
        io::Result::Ok(())
    };
    let _still_sends = timeout(PATIENCE, rest).await;
    ended
}

/// Reads a line into `line`, without its end. Cuts a line that is much too long: the server refuses
/// what is left. Returns `false` at the end of the stream.
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

/// The registered address of a bridged connection, until this is dropped.
struct Bridged(SocketAddr);

impl Bridged {
    fn new(address: SocketAddr) -> Bridged {
        bridged().insert(address);
        Bridged(address)
    }
}

impl Drop for Bridged {
    fn drop(&mut self) {
        bridged().remove(&self.0);
    }
}
