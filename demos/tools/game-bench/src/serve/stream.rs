//! The messages of all servers except the game: a round that was played beforehand, so that only
//! its delivery is measured.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::body::Bytes;
use crowd::navigation;
use rush::wire::{Delta, SENT_AT, Seq, Snapshot, Token, Welcome};
use rush::{Config, Input, Seat, World, name};
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// The number of ticks played beforehand: more than any measurement needs.
const TICKS: u32 = 200;

/// A played round, ready to be sent.
#[derive(Clone)]
pub(super) struct Stream {
    welcome: Bytes,
    snapshot: Bytes,
    ticks: Vec<Tick>,
    pace: Duration,
}

#[derive(Clone)]
struct Tick {
    /// A frame's head, and the message.
    frame: Vec<u8>,
    head: usize,
}

impl Stream {
    /// Plays a round with this number of players and of turns per second. Each turns towards the
    /// nearest snack, which is simpler than what the crowd's players do: the ticks need not be the
    /// same, but of the same size.
    pub(super) fn play(players: u16, turns_per_second: f32) -> Self {
        let config = Config {
            round_ticks: TICKS as u16,
            ..Config::for_seats(players)
        };
        let seated = (0..players).map(|seat| (Seat(seat), rush::Team::ALL[usize::from(seat) % 4]));
        let mut world = World::new(config, 1, 1, seated);
        let name =
            |seat: Seat| name::tidy(&format!("bot {}", seat.0 + 1)).expect("a name as any other");
        let snapshot = Snapshot::of(&world, 0, |seat| (name(seat), false));
        let welcome = Welcome {
            seat: None,
            token: Token([0; 16]),
            last_seq: Seq(0),
            resumed: false,
            config,
            room: "bench".to_owned(),
            name: None,
        };
        let mut said = vec![0_u16; players.into()];
        // Seconds since each player's last turn. The start values differ, so that the players do
        // not all turn in one tick.
        let mut rested: Vec<f32> = (0..players).map(|seat| f32::from(seat % 10)).collect();
        let ticks = (0..TICKS).map(|_| {
            let snacks: Vec<_> = world.snacks().map(|(cell, _)| cell).collect();
            let mut inputs = Vec::new();
            for (seat, player) in world.players() {
                let rested = &mut rested[seat.index()];
                *rested += 1.0;
                if *rested * turns_per_second < 10.0 {
                    continue;
                }
                let goal = navigation::nearest(player.cell, snacks.iter().copied(), &config);
                let turn =
                    goal.and_then(|goal| navigation::turn(player.cell, player.dir, goal, &config));
                if let Some(dir) = turn {
                    *rested = 0.0;
                    said[seat.index()] += 1;
                    inputs.push(Input::Turn { seat, dir });
                }
            }
            let happened = world.step(&inputs);
            let delta = Delta::of(&happened, 0, name, |seat| Seq(said[seat.index()]), []);
            Tick::new(&delta.encode())
        });
        Self {
            welcome: welcome.encode(),
            snapshot: snapshot.encode(),
            ticks: ticks.collect(),
            pace: Duration::from_millis(config.tick_ms.into()),
        }
    }

    pub(super) fn ticks(&self) -> usize {
        self.ticks.len()
    }

    pub(super) fn pace(&self) -> Duration {
        self.pace
    }

    /// The two messages that admit a client.
    pub(super) fn welcome_payloads(&self) -> [Bytes; 2] {
        [self.welcome.clone(), self.snapshot.clone()]
    }

    /// The same as frames.
    pub(super) fn welcome(&self) -> Vec<u8> {
        let [welcome, snapshot] = self
            .welcome_payloads()
            .map(|payload| Tick::new(&payload).frame);
        [welcome, snapshot].concat()
    }

    /// A tick as a frame, with the time of sending.
    pub(super) fn frame(&mut self, tick: usize) -> &[u8] {
        let Tick { frame, head } = &mut self.ticks[tick];
        let sent = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let at = *head + SENT_AT;
        frame[at..at + 8].copy_from_slice(&(sent.as_micros() as u64).to_le_bytes());
        frame
    }

    /// A tick as a message, with the time of sending.
    pub(super) fn payload(&mut self, tick: usize) -> &[u8] {
        let head = self.ticks[tick].head;
        &self.frame(tick)[head..]
    }
}

impl Tick {
    fn new(payload: &[u8]) -> Self {
        let header = FrameHeader {
            opcode: OpCode::Data(Data::Binary),
            ..FrameHeader::default()
        };
        let mut frame = Vec::new();
        let length = payload.len() as u64;
        header
            .format(length, &mut frame)
            .expect("a Vec takes every byte");
        let head = frame.len();
        frame.extend_from_slice(payload);
        Self { frame, head }
    }
}
