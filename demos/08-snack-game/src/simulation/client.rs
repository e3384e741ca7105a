//! A simulated client: connects, plays, ends its connection in one of five ways, and connects
//! again.

mod checks;

use super::{
    rng::millis,
    world::{Event, World},
};
use ::rng::Rng;
use futures_util::{SinkExt, StreamExt};
use rush::{
    Dir, Seat,
    mirror::Mirror,
    wire::{SUBPROTOCOL, Seq, ToServer, Token},
};
use std::time::Duration;
use tokio::{
    select,
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_tungstenite::{WebSocketStream, client_async};
use tungstenite::{Message, client::IntoClientRequest, http::HeaderValue};
use turmoil::net::TcpStream;

/// A connection on which nothing arrives for this long is dead: ticks come ten times a second.
const TICK_TIMEOUT: Duration = Duration::from_secs(3);

/// For how long the client waits for anything else.
pub(super) const TIMEOUT: Duration = Duration::from_secs(2);

pub(super) type Socket = WebSocketStream<TcpStream>;

struct Client {
    n: u64,
    rng: Rng,
    world: World,
    mirror: Option<Mirror>,
    seat: Option<(Seat, Token)>,
    turns: Turns,
    /// The points of a round, as they were last shown: round and points.
    points: Option<(u32, u16)>,
    /// When the server sent the newest message that arrived, by the server's clock.
    newest_sent_at: Duration,
}

/// Numbers of a client's newest turns.
#[derive(Default)]
struct Turns {
    sent: Seq,
    applied: Option<Seq>,
}

/// How a client ends a connection.
enum Ending {
    /// Drops it, with whatever is unread.
    Cut,
    /// Sends a Close frame and reads the rest.
    Close,
    /// Leaves the game.
    Leave,
    /// Stops reading for a while, then reads the rest.
    StopReading,
    /// Keeps it open and opens another one with the same token.
    TakeOver,
}

/// Plays for `duration`.
pub(super) async fn play(n: u64, rng: Rng, duration: Duration, world: World) -> turmoil::Result {
    let mut client = Client {
        n,
        rng,
        world,
        mirror: None,
        seat: None,
        turns: Turns::default(),
        points: None,
        newest_sent_at: Duration::ZERO,
    };
    let until = Instant::now() + duration;
    let mut older = None;
    while Instant::now() < until {
        let pause = millis(&mut client.rng, 0, 400);
        sleep(pause).await;
        if let Ok(Some(socket)) = timeout(TIMEOUT, connect()).await {
            client.note("connected");
            let kept = client.visit(socket, until).await;
            drop(older.replace(kept)); // An older connection is dropped only after the next visit.
        } else {
            client.note("not connected");
        }
    }
    Ok(())
}

pub(super) async fn connect() -> Option<Socket> {
    let stream = TcpStream::connect(("server", 7_008)).await.ok()?;
    let mut request = "ws://server:7008/ws/hall".into_client_request().ok()?;
    let protocol = HeaderValue::from_static(SUBPROTOCOL);
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    Some(client_async(request, stream).await.ok()?.0)
}

impl Client {
    fn note(&self, what: &str) {
        let line = format!("{} {what}", self.n);
        self.world.log.lock().expect("one thread").write(&line);
    }

    /// Plays over one connection, from the first message to its end. Returns the connection if it
    /// was left open.
    async fn visit(&mut self, mut socket: Socket, until: Instant) -> Option<Socket> {
        let first = match self.seat {
            Some((_, token)) => ToServer::Resume { token },
            None => ToServer::Join {
                name: format!("client {}", self.n),
            },
        };
        self.mirror = None;
        if !self.send(&mut socket, &first).await {
            return None;
        }
        let ending = match self.rng.below(10) {
            0..4 => Ending::Cut,
            4..6 => Ending::Close,
            6 => Ending::Leave,
            7 => Ending::StopReading,
            _ => Ending::TakeOver,
        };
        let ends = (Instant::now() + millis(&mut self.rng, 300, 4_000)).min(until);
        let mut next_turn = Instant::now() + millis(&mut self.rng, 50, 400);
        let mut received_at = Instant::now();
        loop {
            select! {
                biased;
                received = socket.next() => match received {
                    Some(Ok(message)) => {
                        received_at = Instant::now();
                        if !self.receive(&message) {
                            return None;
                        }
                    }
                    _ => {
                        self.note("connection lost");
                        return None;
                    }
                },
                () = sleep_until(ends) => break,
                () = sleep_until(received_at + TICK_TIMEOUT) => {
                    self.note("no ticks");
                    self.world.count(Event::NoTicks, 1);
                    return None;
                }
                () = sleep_until(next_turn) => {
                    next_turn = Instant::now() + millis(&mut self.rng, 50, 400);
                    if self.mirror.is_some() && !self.turn(&mut socket).await {
                        return None;
                    }
                }
            }
        }
        self.end(socket, ending).await
    }

    async fn end(&mut self, mut socket: Socket, ending: Ending) -> Option<Socket> {
        match ending {
            Ending::Cut => self.world.count(Event::Cut, 1),
            Ending::TakeOver => return Some(socket),
            Ending::StopReading => {
                let pause = millis(&mut self.rng, 500, 5_000);
                sleep(pause).await;
                self.read_rest(socket).await;
            }
            Ending::Close => {
                let _unless_broken = timeout(TIMEOUT, socket.close(None)).await;
                self.read_rest(socket).await;
            }
            Ending::Leave => {
                // Once Leave is sent the client has no seat, whether or not the message arrives.
                if self.mirror.is_some() && self.send(&mut socket, &ToServer::Leave).await {
                    self.forget_seat();
                }
                while let Ok(Some(Ok(message))) = timeout(TIMEOUT, socket.next()).await {
                    if let Message::Close(frame) = message {
                        self.note(&format!("{frame:?}"));
                    }
                }
            }
        }
        None
    }

    fn forget_seat(&mut self) {
        (self.seat, self.turns) = (None, Turns::default());
        self.points = None;
    }

    /// Reads until nothing more arrives.
    async fn read_rest(&mut self, mut socket: Socket) {
        let until = Instant::now() + TIMEOUT;
        while let Ok(Some(Ok(message))) = timeout(TIMEOUT, socket.next()).await {
            if Instant::now() > until || !self.receive(&message) {
                break;
            }
        }
    }

    /// Returns false if the message could not be sent.
    async fn send(&mut self, socket: &mut Socket, message: &ToServer) -> bool {
        let sent = socket.send(Message::Binary(message.encode()));
        let sent = matches!(timeout(TIMEOUT, sent).await, Ok(Ok(())));
        if !sent {
            self.note("not sent");
        }
        sent
    }

    /// Sends a turn, sometimes twice, as a client does that has seen no answer to it.
    async fn turn(&mut self, socket: &mut Socket) -> bool {
        self.turns.sent = self.turns.sent.next();
        let dirs = [Dir::Up, Dir::Right, Dir::Down, Dir::Left];
        let dir = dirs[self.rng.below(4) as usize];
        let turn = ToServer::Turn {
            seq: self.turns.sent,
            dir,
        };
        let twice = self.rng.below(4) == 0;
        self.world.count(Event::TurnRepeated, u64::from(twice));
        self.send(socket, &turn).await && (!twice || self.send(socket, &turn).await)
    }
}
