//! Snapshot restore: a room continues where an earlier process stopped.

use super::{
    Room,
    round::Round,
    seats::Seats,
    snapshot::{Snapshot, restore_input},
    stats::Stats,
};
use crate::{clock, server_state::ServerState};
use rush::{World, log::Log};
use std::{sync::Arc, time::Duration};
#[cfg(target_os = "linux")]
use {
    super::{
        SavedPosition, SnapshotMemory, client::Role, connections::Connections, lifecycle::Lifecycle,
    },
    crate::connection::Connection,
    rush::{Phase, Seat},
    supervisor::resume::Resume,
};

/// What a room needs to continue at once.
#[cfg(target_os = "linux")]
pub(crate) struct Handover<'a> {
    /// Where it writes its snapshots.
    pub(crate) snapshots: Option<SnapshotMemory>,
    /// Finds the socket of a connection, and what the kernel did with it after the snapshot. `None`
    /// if the connection has ended.
    pub(crate) find: &'a mut dyn FnMut(&SavedPosition) -> Option<(Connection, Resume)>,
}

impl Snapshot {
    /// Opens a room that was closed by a graceful shutdown `ago`: every player is away. The room
    /// keeps its rules (seats, seconds), which its players know. `None` if no player's seat is kept
    /// any more.
    pub(crate) fn reopen(
        self,
        state: &Arc<ServerState>,
        ago: Duration,
    ) -> Option<(Room, Arc<Stats>)> {
        let now = clock::now();
        let grace = state.options.grace;
        // Compares durations and not instants: if the clock was set, an instant may be before the
        // start of this machine.
        let (late, in_time): (Vec<_>, Vec<_>) = self
            .away(grace)
            .partition(|(_, away, kept)| ago.saturating_add(*away) > *kept);
        if in_time.is_empty() {
            return None;
        }
        let (head, count) = (self.head, self.world.config().seats);
        let written = (head.at, ago);
        let mut seats = Seats::restore_away(count, head.seats, &head.leaving, written, now);
        seats.excuse(now + grace);
        seats.register(&state.admission, &state.cluster.held_seats);
        let stats = Arc::new(Stats::new(&head.name, count));
        let mut room = Room {
            round: restore_round(self.world, self.log, head.inputs, head.restart),
            seats,
            ..Room::new(&head.name, Arc::clone(state), Arc::clone(&stats))
        };
        for (seat, ..) in late {
            room.leave(seat);
        }
        room.count();
        Some((room, stats))
    }

    /// Continues a room at once, with its connections. One that ended after `find` looked is found
    /// when it is read.
    #[cfg(target_os = "linux")]
    pub(crate) fn resume(self, state: &Arc<ServerState>, with: Handover<'_>) -> (Room, Arc<Stats>) {
        let (head, now) = (self.head, clock::now());
        let config = *self.world.config();
        let stats = Arc::new(Stats::new(&head.name, config.seats));
        let seats = Seats::restore(config.seats, head.seats, &head.leaving);
        seats.register(&state.admission, &state.cluster.held_seats);
        let period = Duration::from_millis(config.tick_ms.into());
        let away = head.away.into_iter();
        let mut room = Room {
            name: Arc::clone(&stats.name),
            state: Arc::clone(state),
            round: Round {
                away: away.map(|(seat, away)| (Seat(seat), away)).collect(),
                won_on: head.won_on,
                ..restore_round(self.world, self.log, head.inputs, head.restart)
            },
            seats,
            connections: Connections::default(),
            lifecycle: Lifecycle {
                beats: head.beats,
                closed: head.closed,
                last_panic: head.last_panic.map(clock::from_nanos),
                awake_since: head.awake_since.map(clock::from_nanos),
                next_tick: Some((clock::from_nanos(head.at) + period).clamp(now, now + period)),
                ..Lifecycle::default()
            },
            stats: super::Recorder::new(Arc::clone(&stats)),
            snapshots: with.snapshots,
        };
        // A room with players writes a snapshot in each tick, so this is how late the next one is.
        let written = clock::nanos_between(head.at, clock::to_nanos(now));
        room.tick_was_late(written.saturating_sub(period), now);
        for saved in head.connections {
            let position = saved.position();
            match ((with.find)(&position), saved.role()) {
                (Some((connection, done)), _) => {
                    let client = saved.restore(connection, done, &self.frames);
                    room.connections.insert(client);
                }
                // The connection has ended: its player is away from now on.
                (None, Role::Player(seat)) if room.seats.disconnect(seat, position.id, now) => {
                    room.round.away.push((seat, true));
                }
                (None, _) => {}
            }
        }
        room.count();
        room.store_again();
        (room, stats)
    }
}

fn restore_round(world: World, log: Log, inputs: Vec<(u8, u16)>, restart: bool) -> Round {
    Round {
        inputs: inputs.into_iter().filter_map(restore_input).collect(),
        restart,
        ..Round::of(world, log)
    }
}

#[cfg(target_os = "linux")]
impl Room {
    /// Stores the results of a round that has ended: they may not have been on the disk when the
    /// process died. A result that is stored twice counts once, on the leaderboard of the day on
    /// which the round was won.
    fn store_again(&self) {
        let phase = self.round.world.phase();
        if phase != Phase::Playing {
            self.store_scores();
        }
        if phase == Phase::Over {
            self.store_round();
        }
    }
}
