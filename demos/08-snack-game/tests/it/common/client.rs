//! A blocking WebSocket client. It keeps a mirror of the game, which must agree with every tick.

use super::PATIENCE;
use rush::{
    mirror::Mirror,
    wire::{SUBPROTOCOL, Seq, ToClient, ToServer, Welcome},
};
use socket2::{Domain, Socket, Type};
use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpStream},
    time::Instant,
};
use tungstenite::{
    Error, HandshakeError, Message, WebSocket,
    client::IntoClientRequest,
    http::{HeaderMap, HeaderValue},
    protocol::CloseFrame,
};

/// What a client receives.
#[derive(Debug)]
pub(crate) enum Received {
    Message(ToClient),
    Closed(u16, String),
    /// The connection ended without a Close frame.
    Broken(#[allow(dead_code, reason = "failed tests print it")] String),
}

/// A player or a watcher, with one connection.
pub(crate) struct Client {
    pub(crate) socket: WebSocket<TcpStream>,
    pub(crate) welcome: Option<Welcome>,
    pub(crate) mirror: Option<Mirror>,
    /// Number of snapshots received.
    pub(crate) snapshots: u32,
    seq: Seq,
}

impl Client {
    /// Opens a WebSocket and sends nothing.
    pub(crate) fn connect(address: SocketAddr, room: &str) -> Self {
        Self::try_connect(address, room, |_| {}).expect("the upgrade")
    }

    pub(crate) fn try_connect(
        address: SocketAddr,
        room: &str,
        change: impl FnOnce(&mut HeaderMap),
    ) -> Result<Self, tungstenite::Error> {
        Self::try_connect_below(address, "", room, change)
    }

    /// Opens a WebSocket of a server whose paths are below `path`.
    pub(crate) fn try_connect_below(
        address: SocketAddr,
        path: &str,
        room: &str,
        change: impl FnOnce(&mut HeaderMap),
    ) -> Result<Self, tungstenite::Error> {
        let stream = TcpStream::connect(address)?;
        Self::over(stream, &format!("{address}{path}"), room, change)
    }

    /// Opens a WebSocket over a connected socket. `server` is its address, with a path if it has
    /// one.
    pub(crate) fn over(
        stream: TcpStream,
        server: &str,
        room: &str,
        change: impl FnOnce(&mut HeaderMap),
    ) -> Result<Self, tungstenite::Error> {
        let mut request = format!("ws://{server}/ws/{room}").into_client_request()?;
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        change(request.headers_mut());
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.set_nodelay(true)?;
        let (socket, _) = tungstenite::client(request, stream).map_err(|error| match error {
            HandshakeError::Failure(error) => error,
            HandshakeError::Interrupted(_) => panic!("no answer in time"),
        })?;
        Ok(Self {
            socket,
            welcome: None,
            mirror: None,
            snapshots: 0,
            seq: Seq(0),
        })
    }

    pub(crate) fn join(address: SocketAddr, room: &str, name: &str) -> Self {
        Self::connect(address, room).enter(&ToServer::Join {
            name: name.to_owned(),
        })
    }

    /// Joins with a small receive buffer. The client reads only when a test calls it.
    pub(crate) fn slow(address: SocketAddr, room: &str) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket
            .set_recv_buffer_size(4 * 1024)
            .expect("a small buffer");
        socket.connect(&address.into()).expect("the server listens");
        let name = "slow".to_owned();
        Self::over(socket.into(), &address.to_string(), room, |_| {})
            .expect("the upgrade")
            .enter(&ToServer::Join { name })
    }

    pub(crate) fn watch(address: SocketAddr, room: &str) -> Self {
        Self::connect(address, room).enter(&ToServer::Watch)
    }

    /// Takes the seat of `before` again.
    pub(crate) fn resume(address: SocketAddr, room: &str, before: &Welcome) -> Self {
        Self::connect(address, room).enter(&ToServer::Resume {
            token: before.token,
        })
    }

    pub(crate) fn enter(mut self, with: &ToServer) -> Self {
        self.send(with);
        let received = self.receive();
        assert!(
            matches!(received, Received::Message(ToClient::Welcome(_))),
            "{received:?}"
        );
        let received = self.receive();
        assert!(
            matches!(received, Received::Message(ToClient::Snapshot(_))),
            "{received:?}"
        );
        self
    }

    pub(crate) fn welcome(&self) -> &Welcome {
        self.welcome.as_ref().expect("the client has joined")
    }

    pub(crate) fn seat(&self) -> rush::Seat {
        self.welcome().seat.expect("the client plays")
    }

    pub(crate) fn mirror(&self) -> &Mirror {
        self.mirror.as_ref().expect("the client has joined")
    }

    pub(crate) fn send(&mut self, what: &ToServer) {
        let message = Message::Binary(what.encode());
        self.socket.send(message).expect("the connection is open");
    }

    /// Sends a turn and returns its number.
    pub(crate) fn turn(&mut self, dir: rush::Dir) -> Seq {
        self.seq = self.seq.next();
        let seq = self.seq;
        self.send(&ToServer::Turn { seq, dir });
        seq
    }

    /// Waits for the next message. Snapshots and ticks are applied to the mirror, which must agree.
    pub(crate) fn receive(&mut self) -> Received {
        loop {
            let message = match self.socket.read() {
                Ok(Message::Binary(bytes)) => ToClient::decode(&bytes).expect("a valid message"),
                Ok(Message::Close(frame)) => {
                    let CloseFrame { code, reason } = frame.expect("a code");
                    return Received::Closed(code.into(), reason.to_string());
                }
                Ok(_) => continue,
                // A socket with a timeout does not go on by itself after Ctrl-Z.
                Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Received::Broken(error.to_string()),
            };
            match &message {
                ToClient::Welcome(welcome) => {
                    self.mirror = Some(Mirror::new(welcome.config));
                    self.seq = welcome.last_seq;
                    self.welcome = Some(welcome.clone());
                }
                ToClient::Snapshot(snapshot) => {
                    self.snapshots += 1;
                    let mirror = self.mirror.as_mut().expect("Welcome comes first");
                    mirror.snapshot(snapshot).expect("a valid snapshot");
                }
                ToClient::Delta(delta) => {
                    let mirror = self.mirror.as_mut().expect("Welcome comes first");
                    mirror.delta(delta).expect("the next tick");
                }
                _ => {}
            }
            return Received::Message(message);
        }
    }

    /// Receives until `wanted` returns a value.
    #[track_caller]
    pub(crate) fn receive_until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&Client, &Received) -> Option<T>,
    ) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let received = self.receive();
            if let Some(found) = wanted(self, &received) {
                return found;
            }
            let over = matches!(received, Received::Closed(..) | Received::Broken(_));
            assert!(!over && Instant::now() < until, "{what}: {received:?}");
        }
    }

    /// Receives until the Close frame. Returns its code and reason.
    #[track_caller]
    pub(crate) fn receive_close(&mut self) -> (u16, String) {
        self.receive_until("a Close frame", |_, received| match received {
            Received::Closed(code, reason) => Some((*code, reason.clone())),
            _ => None,
        })
    }

    pub(crate) fn receive_ticks(&mut self, count: usize) {
        let mut left = count;
        self.receive_until("ticks", |_, received| {
            left -= usize::from(matches!(received, Received::Message(ToClient::Delta(_))));
            (left == 0).then_some(())
        });
    }

    /// Drops the connection without a Close frame.
    pub(crate) fn disconnect(self) -> Welcome {
        self.welcome.expect("the client had joined")
    }
}
