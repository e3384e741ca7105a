//! The connections of the test server: HTTP, and WebSockets by tokio-tungstenite, so that the
//! crowd's own parser is checked against another implementation.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use rush::wire::{SUBPROTOCOL, ToServer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::protocol::CloseFrame;

use crate::room::{self, Incoming, Lie, Outgoing};

/// The maximum time for a client to close after the server's Close.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Starts a server that runs as long as the test's runtime.
pub(crate) async fn start(lie: Lie) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let (to_room, incoming) = mpsc::unbounded_channel();
    tokio::spawn(room::run(lie, incoming));
    tokio::spawn(async move {
        let mut id = 0;
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, id, lie, to_room.clone()));
            id += 1;
        }
    });
    address
}

// tungstenite's callback may return a whole response as its error; this one never does.
#[allow(clippy::result_large_err)]
async fn connection(
    mut stream: TcpStream,
    id: u64,
    lie: Lie,
    to_room: mpsc::UnboundedSender<Incoming>,
) {
    let mut start = [0; 9];
    while stream
        .peek(&mut start)
        .await
        .is_ok_and(|read| read < start.len())
    {
        tokio::task::yield_now().await;
    }
    if &start == b"GET /api/" || lie == Lie::Refuses {
        let body = match lie {
            Lie::IsFull => r#"{"full":true,"elsewhere":[]}"#,
            _ => r#"{"room":"test","free":9,"full":false,"ws":"/ws/test"}"#,
        };
        let status = if lie == Lie::Refuses {
            "503 No"
        } else {
            "200 OK"
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(answer.as_bytes()).await;
        return;
    }
    let agree = |request: &Request, mut response: Response| {
        assert_eq!(request.headers()["sec-websocket-protocol"], SUBPROTOCOL);
        let protocol = SUBPROTOCOL.parse().expect("a header");
        response
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        Ok(response)
    };
    let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, agree).await else {
        return;
    };
    let Some(Ok(Message::Binary(hello))) = socket.next().await else {
        return;
    };
    let (outbox, mut outgoing) = mpsc::unbounded_channel();
    let hello = ToServer::decode(&hello).expect("a message of the protocol");
    let _ = to_room.send(Incoming::First(id, hello, outbox));
    loop {
        tokio::select! {
            next = outgoing.recv() => {
                let message = match next {
                    Some(Outgoing::Message(message)) => Message::Binary(message.encode()),
                    Some(Outgoing::Text) => Message::text("hello"),
                    Some(Outgoing::Close(code)) => {
                        let frame = CloseFrame { code: code.into(), reason: "retry in 20 ms".into() };
                        let _ = socket.close(Some(frame)).await;
                        let _ = to_room.send(Incoming::Gone(id));
                        // A turn may be on its way. A socket that is dropped with unread bytes is
                        // reset, and the Close may be lost.
                        let to_the_end = async { while let Some(Ok(_)) = socket.next().await {} };
                        let _ = timeout(CLOSE_TIMEOUT, to_the_end).await;
                        return;
                    }
                    Some(Outgoing::Drop) | None => break,
                };
                if socket.send(message).await.is_err() {
                    break;
                }
            }
            received = socket.next() => match received {
                Some(Ok(Message::Binary(bytes))) => {
                    let message = ToServer::decode(&bytes).expect("a message of the protocol");
                    let _ = to_room.send(Incoming::Message(id, message));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    let _ = to_room.send(Incoming::Gone(id));
}
