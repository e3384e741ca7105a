//! A phone that has a bad evening.

mod checks;

use super::{
    rng::Chance,
    scenario::{Scene, Sums},
};
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

/// After the evening, for a phone to find that it is over.
pub(super) const LAST_WORDS: Duration = Duration::from_secs(6);

/// A line on which nothing was heard for so long is dead: ticks come ten times a second.
const MUTE: Duration = Duration::from_secs(3);

/// Whoever has not been answered for so long tries again.
const PATIENCE: Duration = Duration::from_secs(2);

type Socket = WebSocketStream<TcpStream>;

struct Phone {
    n: u64,
    chance: Chance,
    scene: Scene,
    mirror: Option<Mirror>,
    seat: Option<(Seat, Token)>,
    /// The newest turn that was said, and the newest that came back.
    said: Seq,
    turned: Option<Seq>,
    /// The points of a round, as they were last seen.
    points: Option<(u32, u16)>,
    /// When the newest thing that it heard was said, by the server's clock.
    heard: Duration,
}

/// How a visit ends.
enum Fate {
    /// The line is cut, with whatever is unread.
    Cut,
    Goodbye,
    Leave,
    /// Nothing is read for a while; then all of it.
    Deaf,
    /// The line stays, and another is opened with the same token.
    Twice,
}

/// Plays until the evening is over.
pub(super) async fn plays(
    n: u64,
    chance: Chance,
    lasts: Duration,
    scene: Scene,
) -> turmoil::Result {
    let mut phone = Phone {
        n,
        chance,
        scene,
        mirror: None,
        seat: None,
        said: Seq(0),
        turned: None,
        points: None,
        heard: Duration::ZERO,
    };
    let until = Instant::now() + lasts;
    let mut before = None;
    while Instant::now() < until {
        let pause = phone.chance.millis(0, 400);
        sleep(pause).await;
        if let Ok(Some(socket)) = timeout(PATIENCE, connect()).await {
            phone.note("connected");
            let stays = phone.visit(socket, until).await;
            drop(before.replace(stays)); // Who was taken over is let go at the next visit.
        } else {
            phone.note("not let in");
        }
    }
    Ok(())
}

async fn connect() -> Option<Socket> {
    let stream = TcpStream::connect(("server", 7_008)).await.ok()?;
    let mut request = "ws://server:7008/ws/hall".into_client_request().ok()?;
    let protocol = HeaderValue::from_static(SUBPROTOCOL);
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    Some(client_async(request, stream).await.ok()?.0)
}

impl Phone {
    fn note(&self, what: &str) {
        let line = format!("{} {what}", self.n);
        self.scene.log.lock().expect("one thread").write(&line);
    }

    fn count(&self, what: impl FnOnce(&mut Sums)) {
        what(&mut self.scene.sums.lock().expect("one thread"));
    }

    /// One line from its first word to its end. What is given back is a line that was left as it
    /// is.
    async fn visit(&mut self, mut socket: Socket, until: Instant) -> Option<Socket> {
        let first = match self.seat {
            Some((_, token)) => ToServer::Resume { token },
            None => ToServer::Join {
                name: format!("phone {}", self.n),
            },
        };
        self.mirror = None;
        if !self.says(&mut socket, &first).await {
            return None;
        }
        let fate = match self.chance.below(10) {
            0..4 => Fate::Cut,
            4..6 => Fate::Goodbye,
            6 => Fate::Leave,
            7 => Fate::Deaf,
            _ => Fate::Twice,
        };
        let ends = (Instant::now() + self.chance.millis(300, 4_000)).min(until);
        let mut turns = Instant::now() + self.chance.millis(50, 400);
        let mut heard_at = Instant::now();
        loop {
            select! {
                biased;
                heard = socket.next() => match heard {
                    Some(Ok(message)) => {
                        heard_at = Instant::now();
                        if !self.hears(&message) {
                            return None;
                        }
                    }
                    _ => {
                        self.note("the line broke");
                        return None;
                    }
                },
                () = sleep_until(ends) => break,
                () = sleep_until(heard_at + MUTE) => {
                    self.note("nothing is heard");
                    self.count(|sums| sums.mute += 1);
                    return None;
                }
                () = sleep_until(turns) => {
                    turns = Instant::now() + self.chance.millis(50, 400);
                    if self.mirror.is_some() && !self.turns(&mut socket).await {
                        return None;
                    }
                }
            }
        }
        self.ends(socket, fate).await
    }

    async fn ends(&mut self, mut socket: Socket, fate: Fate) -> Option<Socket> {
        match fate {
            Fate::Cut => self.count(|sums| sums.cut += 1),
            Fate::Twice => return Some(socket),
            Fate::Deaf => {
                let pause = self.chance.millis(500, 5_000);
                sleep(pause).await;
                self.reads_on(socket).await;
            }
            Fate::Goodbye => {
                let _unless_broken = timeout(PATIENCE, socket.close(None)).await;
                self.reads_on(socket).await;
            }
            Fate::Leave => {
                // Once it is said the seat is nobody's, whether or not it arrives.
                if self.mirror.is_some() && self.says(&mut socket, &ToServer::Leave).await {
                    self.stands_up();
                }
                while let Ok(Some(Ok(message))) = timeout(PATIENCE, socket.next()).await {
                    if let Message::Close(frame) = message {
                        self.note(&format!("{frame:?}"));
                    }
                }
            }
        }
        None
    }

    /// Has no seat any more.
    fn stands_up(&mut self) {
        (self.seat, self.said, self.turned) = (None, Seq(0), None);
        self.points = None;
    }

    /// Reads what is left, for as long as anything comes.
    async fn reads_on(&mut self, mut socket: Socket) {
        let until = Instant::now() + PATIENCE;
        while let Ok(Some(Ok(message))) = timeout(PATIENCE, socket.next()).await {
            if Instant::now() > until || !self.hears(&message) {
                break;
            }
        }
    }

    async fn says(&mut self, socket: &mut Socket, what: &ToServer) -> bool {
        let said = socket.send(Message::Binary(what.encode()));
        let said = matches!(timeout(PATIENCE, said).await, Ok(Ok(())));
        if !said {
            self.note("cannot be said");
        }
        said
    }

    /// Turns; and now and then says the same turn once more, as a phone does that has not heard of
    /// it.
    async fn turns(&mut self, socket: &mut Socket) -> bool {
        self.said = self.said.next();
        let dirs = [Dir::Up, Dir::Right, Dir::Down, Dir::Left];
        let dir = dirs[self.chance.below(4) as usize];
        let turn = ToServer::Turn {
            seq: self.said,
            dir,
        };
        let again = self.chance.below(4) == 0;
        self.count(|sums| sums.repeated += u64::from(again));
        self.says(socket, &turn).await && (!again || self.says(socket, &turn).await)
    }
}
