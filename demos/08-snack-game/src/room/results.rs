//! The results of a round: the best scores, and the log for a replay.

use super::Room;
use crate::store::Score;
use rush::Input;

/// The most scores of a round that are stored.
const BEST: usize = 20;

impl Room {
    /// Stores the best scores of people. Bots are left out: a program that never tires would fill
    /// every leaderboard.
    pub(super) fn store_scores(&self) {
        let world = &self.round.world;
        let named = |seat| (seat, self.seats.name(seat));
        let ranking = world.ranking().into_iter().map(named);
        let people = ranking.filter(|(_, name)| !name.is_a_bots()).take(BEST);
        let scores = people.filter_map(|(seat, name)| {
            let player = world.player(seat)?;
            (player.points > 0).then(|| Score {
                name: name.to_string(),
                team: player.team.number(),
                points: player.points,
            })
        });
        let scores: Vec<Score> = scores.collect();
        let store = &self.state.store;
        let day = self.round.won_on.unwrap_or_else(|| store.wall().day());
        if !scores.is_empty() && !store.keep_scores(&self.name, day, scores) {
            self.state.metrics.results.lost.inc();
        }
    }

    /// Stores the round's log, unless no player turned in it.
    pub(super) fn store_round(&self) {
        let Self { round, state, .. } = self;
        let turns = |input: &Input| matches!(input, Input::Turn { .. });
        if round.log.ticks.iter().flatten().any(turns) {
            let (number, log) = (round.world.round(), round.log.write());
            if !state.store.keep_round(&self.name, number, log) {
                state.metrics.results.lost.inc();
            }
        }
    }
}
