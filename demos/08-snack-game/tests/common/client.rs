//! A phone that blocks, and a mirror that has to agree with all that it hears.

use super::PATIENCE;
use rush::{
    mirror::Mirror,
    wire::{SUBPROTOCOL, Seq, ToClient, ToServer, Welcome},
};
use socket2::{Domain, Socket, Type};
use std::{
    net::{SocketAddr, TcpStream},
    time::Instant,
};
use tungstenite::{
    HandshakeError, Message, WebSocket,
    client::IntoClientRequest,
    http::{HeaderMap, HeaderValue},
    protocol::CloseFrame,
};

/// What a phone hears.
#[derive(Debug)]
pub enum Received {
    Message(ToClient),
    Closed(u16, String),
    /// Without a goodbye.
    Broken(String),
}

/// A phone, seen by its hand.
pub struct Client {
    pub socket: WebSocket<TcpStream>,
    pub welcome: Option<Welcome>,
    pub mirror: Option<Mirror>,
    /// Snapshots that it was shown.
    pub snapshots: u32,
    seq: Seq,
}

impl Client {
    /// Opens a WebSocket and says nothing.
    pub fn connect(address: SocketAddr, room: &str) -> Self {
        Self::try_connect(address, room, |_| {}).expect("the upgrade")
    }

    pub fn try_connect(
        address: SocketAddr,
        room: &str,
        change: impl FnOnce(&mut HeaderMap),
    ) -> Result<Self, tungstenite::Error> {
        let stream = TcpStream::connect(address)?;
        Self::over(stream, address, room, change)
    }

    /// Over a socket that was made elsewhere.
    pub fn over(
        stream: TcpStream,
        address: SocketAddr,
        room: &str,
        change: impl FnOnce(&mut HeaderMap),
    ) -> Result<Self, tungstenite::Error> {
        let mut request = format!("ws://{address}/ws/{room}").into_client_request()?;
        let protocol = HeaderValue::from_static(SUBPROTOCOL);
        request
            .headers_mut()
            .insert("sec-websocket-protocol", protocol);
        change(request.headers_mut());
        stream.set_read_timeout(Some(PATIENCE))?;
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

    pub fn join(address: SocketAddr, room: &str, name: &str) -> Self {
        Self::connect(address, room).enter(&ToServer::Join {
            name: name.to_owned(),
        })
    }

    /// Whose kernel holds little. It plays, and reads only when it is told to.
    pub fn slow(address: SocketAddr, room: &str) -> Self {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(4 * 1024).expect("a small one");
        socket.connect(&address.into()).expect("it listens");
        let name = "slow".to_owned();
        Self::over(socket.into(), address, room, |_| {})
            .expect("the upgrade")
            .enter(&ToServer::Join { name })
    }

    pub fn watch(address: SocketAddr, room: &str) -> Self {
        Self::connect(address, room).enter(&ToServer::Watch)
    }

    /// Comes back to the seat of `before`.
    pub fn resume(address: SocketAddr, room: &str, before: &Welcome) -> Self {
        Self::connect(address, room).enter(&ToServer::Resume {
            token: before.token,
        })
    }

    pub fn enter(mut self, with: &ToServer) -> Self {
        self.send(with);
        let heard = self.receive();
        assert!(
            matches!(heard, Received::Message(ToClient::Welcome(_))),
            "{heard:?}"
        );
        let heard = self.receive();
        assert!(
            matches!(heard, Received::Message(ToClient::Snapshot(_))),
            "{heard:?}"
        );
        self
    }

    pub fn welcome(&self) -> &Welcome {
        self.welcome.as_ref().expect("it is in")
    }

    pub fn seat(&self) -> rush::Seat {
        self.welcome().seat.expect("it plays")
    }

    pub fn mirror(&self) -> &Mirror {
        self.mirror.as_ref().expect("it is in")
    }

    pub fn send(&mut self, what: &ToServer) {
        let message = Message::Binary(what.encode());
        self.socket.send(message).expect("the line is open");
    }

    /// Turns, and says with which number.
    pub fn turn(&mut self, dir: rush::Dir) -> Seq {
        self.seq = self.seq.next();
        let seq = self.seq;
        self.send(&ToServer::Turn { seq, dir });
        seq
    }

    /// The next thing that is said; ticks and snapshots go into the mirror, which has to agree.
    pub fn receive(&mut self) -> Received {
        loop {
            let message = match self.socket.read() {
                Ok(Message::Binary(bytes)) => ToClient::decode(&bytes).expect("a message"),
                Ok(Message::Close(frame)) => {
                    let CloseFrame { code, reason } = frame.expect("a code");
                    return Received::Closed(code.into(), reason.to_string());
                }
                Ok(_) => continue,
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
                    let mirror = self.mirror.as_mut().expect("welcome comes first");
                    mirror.snapshot(snapshot).expect("a picture that can be");
                }
                ToClient::Delta(delta) => {
                    let mirror = self.mirror.as_mut().expect("welcome comes first");
                    mirror.delta(delta).expect("the next tick");
                }
                _ => {}
            }
            return Received::Message(message);
        }
    }

    /// Hears until something is as it should be.
    #[track_caller]
    pub fn receive_until<T>(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&Client, &Received) -> Option<T>,
    ) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let heard = self.receive();
            if let Some(found) = wanted(self, &heard) {
                return found;
            }
            let over = matches!(heard, Received::Closed(..) | Received::Broken(_));
            assert!(!over && Instant::now() < until, "{what}: {heard:?}");
        }
    }

    /// Hears to the goodbye.
    #[track_caller]
    pub fn receive_close(&mut self) -> (u16, String) {
        self.receive_until("a goodbye", |_, heard| match heard {
            Received::Closed(code, reason) => Some((*code, reason.clone())),
            _ => None,
        })
    }

    pub fn receive_ticks(&mut self, count: usize) {
        let mut left = count;
        self.receive_until("ticks", |_, heard| {
            left -= usize::from(matches!(heard, Received::Message(ToClient::Delta(_))));
            (left == 0).then_some(())
        });
    }

    /// The line is cut as in a lift: without goodbye.
    pub fn disconnect(self) -> Welcome {
        self.welcome.expect("it was in")
    }
}
