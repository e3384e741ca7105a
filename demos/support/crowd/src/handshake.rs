//! The WebSocket handshake.

use std::net::SocketAddr;

use http_client::StatusCode;
use hyper::header;
use hyper_util::rt::TokioIo;
use rng::Rng;
use rush::wire::SUBPROTOCOL;
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tungstenite::handshake::{client::generate_key, derive_accept_key};

use crate::connection::Connection;
use crate::http::{self, Failure};

/// The receive buffer of a slow player. It is small, so that the server finds the player slow
/// within seconds and not minutes.
const SLOW_RECEIVE_BUFFER: u32 = 4 * 1024;

/// Opens a WebSocket. `slow` makes the receive buffer small; `masks` provides the frames' masks.
pub(crate) async fn connect(
    server: SocketAddr,
    path: &str,
    slow: bool,
    masks: Rng,
) -> Result<Connection, Failure> {
    let key = generate_key();
    let request = http::to(server, path)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, &key)
        .header(header::SEC_WEBSOCKET_PROTOCOL, SUBPROTOCOL);
    let handshake = async {
        let socket = if server.is_ipv4() {
            TcpSocket::new_v4()?
        } else {
            TcpSocket::new_v6()?
        };
        if slow {
            socket.set_recv_buffer_size(SLOW_RECEIVE_BUFFER)?;
        }
        let stream = socket.connect(server).await?;
        stream.set_nodelay(true)?;
        let response = http_client::send(stream, request, String::new()).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(http::refusal(response).await);
        }
        let accept = response.headers().get(header::SEC_WEBSOCKET_ACCEPT);
        if accept.is_none_or(|it| it != derive_accept_key(key.as_bytes()).as_str()) {
            return Err(Failure::Protocol("a wrong Sec-WebSocket-Accept"));
        }
        let upgraded = hyper::upgrade::on(response)
            .await
            .map_err(http_client::Failure::from)?;
        let parts = upgraded
            .downcast::<TokioIo<TcpStream>>()
            .map_err(|_| Failure::Protocol("a connection of another kind"))?;
        Ok(Connection::new(
            parts.io.into_inner(),
            parts.read_buf.into(),
            masks,
        ))
    };
    timeout(http::TIMEOUT, handshake)
        .await
        .unwrap_or(Err(Failure::Timeout))
}
