//! The door of the test server: HTTP and WebSockets by tokio-tungstenite, so that the crowd's own
//! reader is checked by another's writer.

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

use crate::room::{self, Lie, Told, Word};

/// For whoever was said goodbye to, to go.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server that lasts as long as the test's runtime.
pub(crate) async fn start(lie: Lie) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("it is bound");
    let (tell, told) = mpsc::unbounded_channel();
    tokio::spawn(room::run(lie, told));
    tokio::spawn(async move {
        let mut id = 0;
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(connection(stream, id, lie, tell.clone()));
            id += 1;
        }
    });
    address
}

// tungstenite's callback may refuse with a whole response; this one refuses nobody.
#[allow(clippy::result_large_err)]
async fn connection(mut stream: TcpStream, id: u64, lie: Lie, tell: mpsc::UnboundedSender<Told>) {
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
    let (outbox, mut words) = mpsc::unbounded_channel();
    let hello = ToServer::decode(&hello).expect("a crowd says what the protocol has");
    let _ = tell.send(Told::Here(id, hello, outbox));
    loop {
        tokio::select! {
            word = words.recv() => {
                let message = match word {
                    Some(Word::Say(message)) => Message::Binary(message.encode()),
                    Some(Word::Text) => Message::text("hello"),
                    Some(Word::Close(code)) => {
                        let frame = CloseFrame { code: code.into(), reason: "retry in 20 ms".into() };
                        let _ = socket.close(Some(frame)).await;
                        let _ = tell.send(Told::Gone(id));
                        // A turn may be on its way: a socket that is dropped with bytes unread is
                        // reset, and its goodbye may be lost.
                        let to_the_end = async { while let Some(Ok(_)) = socket.next().await {} };
                        let _ = timeout(PATIENCE, to_the_end).await;
                        return;
                    }
                    Some(Word::End) | None => break,
                };
                if socket.send(message).await.is_err() {
                    break;
                }
            }
            heard = socket.next() => match heard {
                Some(Ok(Message::Binary(said))) => {
                    let said = ToServer::decode(&said).expect("a crowd says what the protocol has");
                    let _ = tell.send(Told::Said(id, said));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => break,
            },
        }
    }
    let _ = tell.send(Told::Gone(id));
}
