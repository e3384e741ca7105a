//! A phone that has a bad evening, and sees to it that it is not cheated: of its seat, its points, or a turn.

use super::{
    chance::Chance,
    evening::{GRACE, Scene, Sums},
};
use futures_util::{SinkExt, StreamExt};
use rush::{
    Dir, Seat,
    mirror::Mirror,
    wire::{Delta, SUBPROTOCOL, Seq, ToClient, ToServer, Token, Welcome},
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

    /// One line from its first word to its end. What is given back is a line that was left as it is.
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
            Fate::Cut => self.count(|sums| sums.reset += 1),
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
                    (self.seat, self.said, self.turned) = (None, Seq(0), None);
                    self.points = None;
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

    /// Turns; and now and then says the same turn once more, as a phone does that has not heard of it.
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

    /// False: that was the goodbye.
    fn hears(&mut self, message: &Message) -> bool {
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Close(frame) => {
                let code = frame.as_ref().map_or(1005, |frame| frame.code.into());
                self.note(&format!("goodbye {code}"));
                if code == 4004 {
                    let now = turmoil::since_epoch().expect("an evening");
                    let away = now.saturating_sub(self.heard);
                    let died = *self.scene.died.lock().expect("one thread");
                    let with_its_server = died.is_some_and(|died| died >= self.heard);
                    assert!(
                        away > GRACE || with_its_server,
                        "a token was forgotten after {away:?}"
                    );
                    (self.seat, self.said, self.turned) = (None, Seq(0), None);
                    self.points = None;
                }
                return false;
            }
            _ => return true,
        };
        match ToClient::decode(bytes).expect("a message") {
            ToClient::Welcome(welcome) => self.welcome(&welcome),
            ToClient::Snapshot(snapshot) => {
                let mirror = self.mirror.as_mut().expect("welcome comes first");
                mirror.snapshot(&snapshot).expect("a picture that can be");
                self.heard = Duration::from_micros(snapshot.sent);
            }
            ToClient::Delta(delta) => {
                let mirror = self.mirror.as_mut().expect("welcome comes first");
                mirror.delta(&delta).expect("the next tick");
                self.heard = Duration::from_micros(delta.sent);
                self.turned(&delta);
            }
            ToClient::Restarts { .. } | ToClient::Echo(_) => {}
        }
        self.looks();
        true
    }

    fn welcome(&mut self, welcome: &Welcome) {
        let seat = welcome.seat.expect("it plays");
        self.note(&format!("seat {} last {}", seat.0, welcome.last_seq.0));
        self.mirror = Some(Mirror::new(welcome.config));
        match self.seat {
            Some((before, token)) => {
                assert!(welcome.resumed && token == welcome.token);
                assert_eq!(seat, before, "another seat");
                let last = welcome.last_seq;
                assert!(!last.is_newer_than(self.said), "a turn that nobody said");
                let known = self.turned.unwrap_or_default();
                assert!(!known.is_newer_than(last), "a turn was forgotten");
                self.count(|sums| sums.resumed += 1);
            }
            None => {
                assert!(!welcome.resumed && welcome.last_seq == Seq(0));
                self.seat = Some((seat, welcome.token));
                self.count(|sums| sums.joined += 1);
            }
        }
    }

    /// What came back of its turns: each once, in their order.
    fn turned(&mut self, delta: &Delta) {
        let Some((seat, _)) = self.seat else { return };
        for turn in delta.turned.iter().filter(|turn| turn.seat == seat) {
            let before = self.turned.replace(turn.seq).unwrap_or_default();
            assert!(
                turn.seq.is_newer_than(before),
                "turn {:?} was applied after {before:?}",
                turn.seq
            );
            assert!(
                !turn.seq.is_newer_than(self.said),
                "a turn that nobody said"
            );
            self.count(|sums| sums.acknowledged += 1);
            self.note(&format!("turned {} in {}", turn.seq.0, delta.tick));
        }
    }

    /// Points of a round only grow, whatever becomes of the line.
    fn looks(&mut self) {
        let (Some((seat, _)), Some(mirror)) = (self.seat, &self.mirror) else {
            return;
        };
        let (Some((round, _)), Some(it)) = (mirror.now(), mirror.player(seat)) else {
            return;
        };
        let points = it.player.points;
        if let Some((then, before)) = self.points
            && then == round
        {
            assert!(points >= before, "{before} points became {points}");
            if points > before {
                self.note(&format!("{points} points"));
            }
        }
        self.points = Some((round, points));
    }
}
