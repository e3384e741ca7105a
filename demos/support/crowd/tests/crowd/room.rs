//! The room of the test server.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rush::wire::{Delta, Seq, Snapshot, ToClient, ToServer, Token, Welcome};
use rush::{Cell, Config, Input, Name, Phase, Seat, World, name};
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

/// The tick interval. A second of the game takes a tenth of a second.
const TICK: Duration = Duration::from_millis(10);

/// How the server deviates from an honest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// Not at all.
    Honest,
    /// Leaves out every twentieth tick.
    Skips,
    /// Replaces three of forty ticks with a snapshot.
    CatchesUp,
    /// Sends the clients with odd numbers another tick: a player is away who is not.
    Disagrees,
    /// Says that a player ate a snack in another cell.
    EatsElsewhere,
    /// Shows a player in a wrong cell in the snapshot for a new client.
    WrongSnapshot,
    /// Acknowledges each turn twice.
    Doubles,
    /// Never applies a turn.
    Loses,
    /// Applies each turn with the opposite direction.
    AltersTurns,
    /// Resumes a session with another seat.
    Reseats,
    /// Resumes a session with no points.
    TakesPoints,
    /// Closes each connection after a while with this code.
    Closes(u16),
    /// Drops each connection after a while, without a Close.
    Drops,
    /// Sends a text message after a while.
    Texts,
    /// Answers the upgrade with 503.
    Refuses,
    /// Answers `/api/seat` with `full`.
    IsFull,
}

/// What the connection of one client is to send.
pub(crate) enum Outgoing {
    Message(ToClient),
    Text,
    Close(u16),
    Drop,
}

/// What the connection of one client has received.
pub(crate) enum Incoming {
    First(u64, ToServer, mpsc::UnboundedSender<Outgoing>),
    Message(u64, ToServer),
    Gone(u64),
}

struct Client {
    seat: Option<Seat>,
    outbox: mpsc::UnboundedSender<Outgoing>,
}

struct Room {
    lie: Lie,
    world: World,
    clients: BTreeMap<u64, Client>,
    owners: HashMap<Token, Seat>,
    names: BTreeMap<Seat, Name>,
    seqs: BTreeMap<Seat, Seq>,
    inputs: Vec<Input>,
    away: BTreeMap<Seat, bool>,
    ticks: u64,
}

pub(crate) async fn run(lie: Lie, mut incoming: mpsc::UnboundedReceiver<Incoming>) {
    let mut room = Room {
        lie,
        world: World::new(Config::for_seats(60), 7, 1, []),
        clients: BTreeMap::new(),
        owners: HashMap::new(),
        names: BTreeMap::new(),
        seqs: BTreeMap::new(),
        inputs: Vec::new(),
        away: BTreeMap::new(),
        ticks: 0,
    };
    let mut ticks = interval(TICK);
    // After a pause of a busy machine the game goes on as before: many ticks at once would leave
    // the players no time to turn.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = incoming.recv() => match message {
                Some(Incoming::First(id, message, outbox)) => room.join(id, message, outbox),
                Some(Incoming::Message(id, message)) => room.handle(id, &message),
                Some(Incoming::Gone(id)) => room.disconnect(id),
                None => return,
            },
            _ = ticks.tick() => room.tick(),
        }
    }
}

impl Room {
    fn join(&mut self, id: u64, message: ToServer, outbox: mpsc::UnboundedSender<Outgoing>) {
        let (seat, token, resumed) = match message {
            ToServer::Join { name } => {
                let free = (0..60)
                    .map(Seat)
                    .find(|seat| !self.names.contains_key(seat));
                let (seat, token) = (free.expect("a free seat"), Token([id as u8 + 1; 16]));
                self.names.insert(seat, name::tidy(&name).expect("a name"));
                self.owners.insert(token, seat);
                self.seqs.insert(seat, Seq(0));
                self.inputs.push(Input::Join { seat });
                (Some(seat), token, false)
            }
            ToServer::Resume { token } => match self.owners.get(&token) {
                Some(&seat) => {
                    self.clients.retain(|_, client| client.seat != Some(seat));
                    self.away.insert(seat, false);
                    (Some(seat), token, true)
                }
                None => return drop(outbox.send(Outgoing::Close(4004))),
            },
            _ => (None, Token([0; 16]), false),
        };
        let shown = match seat {
            Some(seat) if resumed && self.lie == Lie::Reseats => Some(Seat((seat.0 + 1) % 60)),
            other => other,
        };
        let welcome = Welcome {
            seat: shown,
            token,
            last_seq: seat.map_or(Seq(0), |seat| self.seqs[&seat]),
            resumed,
            config: *self.world.config(),
            room: "test".to_owned(),
            name: seat.map(|seat| self.names[&seat].clone()),
        };
        let mut snapshot = self.snapshot();
        if self.lie == Lie::TakesPoints && resumed {
            for seated in &mut snapshot.players {
                seated.player.points = 0;
            }
        }
        if self.lie == Lie::WrongSnapshot
            && let Some(first) = snapshot.players.first_mut()
        {
            first.player.cell = first.player.cell.next(rush::Dir::Up, self.world.config());
        }
        let _ = outbox.send(Outgoing::Message(ToClient::Welcome(welcome)));
        let _ = outbox.send(Outgoing::Message(ToClient::Snapshot(snapshot)));
        self.clients.insert(id, Client { seat, outbox });
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.world, now(), |seat| {
            (self.names[&seat].clone(), false)
        })
    }

    fn handle(&mut self, id: u64, message: &ToServer) {
        let Some(client) = self.clients.get(&id) else {
            return;
        };
        match (message, client.seat) {
            (ToServer::Turn { seq, dir }, Some(seat)) if seq.is_newer_than(self.seqs[&seat]) => {
                if self.lie == Lie::Loses {
                    return;
                }
                self.seqs.insert(seat, *seq);
                let dir = match self.lie {
                    Lie::AltersTurns => rush::Dir::ALL[(*dir as usize + 2) % 4],
                    _ => *dir,
                };
                self.inputs.push(Input::Turn { seat, dir });
            }
            (ToServer::Leave, seat) => {
                let _ = client.outbox.send(Outgoing::Close(1000));
                self.clients.remove(&id);
                if let Some(seat) = seat {
                    self.owners.retain(|_, owned| *owned != seat);
                    self.inputs.push(Input::Leave { seat });
                }
            }
            _ => {}
        }
    }

    fn disconnect(&mut self, id: u64) {
        if let Some(Client {
            seat: Some(seat), ..
        }) = self.clients.remove(&id)
        {
            self.away.insert(seat, true);
        }
    }

    fn tick(&mut self) {
        self.ticks += 1;
        if self.world.phase() == Phase::Over {
            self.world = self.world.next();
            let snapshot = self.snapshot();
            return self.broadcast(|_| Outgoing::Message(ToClient::Snapshot(snapshot.clone())));
        }
        let changes = self.world.step(&std::mem::take(&mut self.inputs));
        let (names, seqs) = (&self.names, &self.seqs);
        let seated = |seat: &Seat| self.world.player(*seat).is_some();
        let away = std::mem::take(&mut self.away)
            .into_iter()
            .filter(|(seat, _)| seated(seat));
        let mut delta = Delta::of(
            &changes,
            now(),
            |seat| names[&seat].clone(),
            |seat| seqs[&seat],
            away,
        );
        for seat in &changes.left {
            self.names.remove(seat);
        }
        let every_twentieth = self.ticks.is_multiple_of(20);
        match self.lie {
            Lie::Skips if every_twentieth => return,
            Lie::CatchesUp if self.ticks % 40 < 3 => {
                if self.ticks.is_multiple_of(40) {
                    return;
                }
                if self.ticks % 40 == 2 {
                    let snapshot = self.snapshot();
                    self.broadcast(|_| Outgoing::Message(ToClient::Snapshot(snapshot.clone())));
                }
                return;
            }
            Lie::EatsElsewhere if every_twentieth => {
                let elsewhere = Cell { x: 0, y: 0 };
                delta.eaten = vec![(elsewhere, Seat(0))];
            }
            Lie::Closes(code) if every_twentieth => self.broadcast(|_| Outgoing::Close(code)),
            Lie::Drops if every_twentieth => self.broadcast(|_| Outgoing::Drop),
            Lie::Texts if every_twentieth => self.broadcast(|_| Outgoing::Text),
            Lie::Disagrees if every_twentieth => {
                let mut other = delta.clone();
                other.away = vec![(Seat(0), true)];
                return self.broadcast(|id| {
                    Outgoing::Message(ToClient::Delta(
                        if id % 2 == 0 { &delta } else { &other }.clone(),
                    ))
                });
            }
            _ => {}
        }
        self.broadcast(|_| Outgoing::Message(ToClient::Delta(delta.clone())));
        if self.lie == Lie::Doubles {
            // Repeats the acknowledgements in the next tick.
            let again = delta.turned.iter().map(|turned| Input::Turn {
                seat: turned.seat,
                dir: turned.dir,
            });
            self.inputs
                .extend(again.filter(|_| self.ticks.is_multiple_of(2)));
        }
    }

    fn broadcast(&self, outgoing: impl Fn(u64) -> Outgoing) {
        for (id, client) in &self.clients {
            // On an error the connection is about to report that it is gone.
            let _ = client.outbox.send(outgoing(*id));
        }
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_micros() as u64
}
