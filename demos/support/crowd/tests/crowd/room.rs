//! A room of the test server: honest, unless told otherwise.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rush::wire::{Delta, Seq, Snapshot, ToClient, ToServer, Token, Welcome};
use rush::{Cell, Config, Input, Name, Phase, Seat, World, name};
use tokio::sync::mpsc;
use tokio::time::interval;

/// Between two ticks: a second of the game takes a tenth.
const PACE: Duration = Duration::from_millis(10);

/// What the server does that an honest one does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lie {
    /// None.
    Honest,
    /// Leaves out a tick now and then.
    Skips,
    /// Leaves out three ticks now and then, and sends a snapshot for them.
    CatchesUp,
    /// Tells those with odd connections that somebody turned who did not.
    TellsTwoStories,
    /// Says that somebody ate what lies elsewhere.
    EatsAfar,
    /// Shows newcomers somebody where they are not.
    ShowsElsewhere,
    /// Acknowledges each turn twice.
    Doubles,
    /// Never applies a turn.
    Loses,
    /// Turns everybody the other way.
    Twists,
    /// Gives those who come back another seat.
    Reseats,
    /// Takes the points of those who come back.
    Robs,
    /// Closes each line after a while with this code.
    Closes(u16),
    /// Ends each line after a while without a word.
    Ends,
    /// Talks text after a while.
    Texts,
    /// Answers the upgrade with 503.
    Refuses,
    /// `/api/seat` says that there is no room.
    IsFull,
}

/// To one client.
pub(crate) enum Word {
    Say(ToClient),
    Text,
    Close(u16),
    End,
}

/// From one client.
pub(crate) enum Told {
    Here(u64, ToServer, mpsc::UnboundedSender<Word>),
    Said(u64, ToServer),
    Gone(u64),
}

struct Client {
    seat: Option<Seat>,
    outbox: mpsc::UnboundedSender<Word>,
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

pub(crate) async fn run(lie: Lie, mut told: mpsc::UnboundedReceiver<Told>) {
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
    let mut pace = interval(PACE);
    loop {
        tokio::select! {
            told = told.recv() => match told {
                Some(Told::Here(id, word, outbox)) => room.here(id, word, outbox),
                Some(Told::Said(id, word)) => room.said(id, &word),
                Some(Told::Gone(id)) => room.gone(id),
                None => return,
            },
            _ = pace.tick() => room.tick(),
        }
    }
}

impl Room {
    fn here(&mut self, id: u64, word: ToServer, outbox: mpsc::UnboundedSender<Word>) {
        let (seat, token, resumed) = match word {
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
                None => return drop(outbox.send(Word::Close(4004))),
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
        if self.lie == Lie::Robs && resumed {
            for seated in &mut snapshot.players {
                seated.player.points = 0;
            }
        }
        if self.lie == Lie::ShowsElsewhere
            && let Some(first) = snapshot.players.first_mut()
        {
            first.player.cell = first.player.cell.next(rush::Dir::Up, self.world.config());
        }
        let _ = outbox.send(Word::Say(ToClient::Welcome(welcome)));
        let _ = outbox.send(Word::Say(ToClient::Snapshot(snapshot)));
        self.clients.insert(id, Client { seat, outbox });
    }

    fn snapshot(&self) -> Snapshot {
        Snapshot::of(&self.world, now(), |seat| {
            (self.names[&seat].clone(), false)
        })
    }

    fn said(&mut self, id: u64, word: &ToServer) {
        let Some(client) = self.clients.get(&id) else {
            return;
        };
        match (word, client.seat) {
            (ToServer::Turn { seq, dir }, Some(seat)) if seq.is_newer_than(self.seqs[&seat]) => {
                if self.lie == Lie::Loses {
                    return;
                }
                self.seqs.insert(seat, *seq);
                let dir = match self.lie {
                    Lie::Twists => rush::Dir::ALL[(*dir as usize + 2) % 4],
                    _ => *dir,
                };
                self.inputs.push(Input::Turn { seat, dir });
            }
            (ToServer::Leave, seat) => {
                let _ = client.outbox.send(Word::Close(1000));
                self.clients.remove(&id);
                if let Some(seat) = seat {
                    self.owners.retain(|_, owned| *owned != seat);
                    self.inputs.push(Input::Leave { seat });
                }
            }
            _ => {}
        }
    }

    fn gone(&mut self, id: u64) {
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
            return self.all(|_| Word::Say(ToClient::Snapshot(snapshot.clone())));
        }
        let happened = self.world.step(&std::mem::take(&mut self.inputs));
        let (names, seqs) = (&self.names, &self.seqs);
        let here = |seat: &Seat| self.world.player(*seat).is_some();
        let away = std::mem::take(&mut self.away)
            .into_iter()
            .filter(|(seat, _)| here(seat));
        let mut delta = Delta::of(
            &happened,
            now(),
            |seat| names[&seat].clone(),
            |seat| seqs[&seat],
            away,
        );
        for seat in &happened.left {
            self.names.remove(seat);
        }
        let now_and_then = self.ticks.is_multiple_of(20);
        match self.lie {
            Lie::Skips if now_and_then => return,
            Lie::CatchesUp if self.ticks % 40 < 3 => {
                if self.ticks.is_multiple_of(40) {
                    return;
                }
                if self.ticks % 40 == 2 {
                    let snapshot = self.snapshot();
                    self.all(|_| Word::Say(ToClient::Snapshot(snapshot.clone())));
                }
                return;
            }
            Lie::EatsAfar if now_and_then => {
                let nowhere = Cell { x: 0, y: 0 };
                delta.eaten = vec![(nowhere, Seat(0))];
            }
            Lie::Closes(code) if now_and_then => self.all(|_| Word::Close(code)),
            Lie::Ends if now_and_then => self.all(|_| Word::End),
            Lie::Texts if now_and_then => self.all(|_| Word::Text),
            Lie::TellsTwoStories if now_and_then => {
                let mut other = delta.clone();
                other.away = vec![(Seat(0), true)];
                return self.all(|id| {
                    Word::Say(ToClient::Delta(
                        if id % 2 == 0 { &delta } else { &other }.clone(),
                    ))
                });
            }
            _ => {}
        }
        self.all(|_| Word::Say(ToClient::Delta(delta.clone())));
        if self.lie == Lie::Doubles {
            // The same acknowledgements once more, in the next tick.
            let again = delta.turned.iter().map(|turned| Input::Turn {
                seat: turned.seat,
                dir: turned.dir,
            });
            self.inputs
                .extend(again.filter(|_| self.ticks.is_multiple_of(2)));
        }
    }

    fn all(&self, word: impl Fn(u64) -> Word) {
        for (id, client) in &self.clients {
            let _ = client.outbox.send(word(*id)); // Gone: the connection will say so.
        }
    }
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("after 1970")
        .as_micros() as u64
}
