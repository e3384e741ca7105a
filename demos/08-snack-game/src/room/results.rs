//! What is left of a round: the scores of its best, and its log.

use super::Room;
use crate::store::Score;
use rush::Input;

/// As many of a round's best go to the store.
const BEST: usize = 20;

impl Room {
    /// The best of those who are people: a program that never tires would fill every board.
    pub(super) fn store_scores(&self) {
        let named = |seat| (seat, self.seats.name(seat));
        let ranking = self.world.ranking().into_iter().map(named);
        let people = ranking.filter(|(_, name)| !name.is_a_bots()).take(BEST);
        let scores = people.filter_map(|(seat, name)| {
            let player = self.world.player(seat)?;
            (player.points > 0).then(|| Score {
                name: name.to_string(),
                team: player.team.number(),
                points: player.points,
            })
        });
        let scores: Vec<Score> = scores.collect();
        let store = &self.house.store;
        let day = self.won.unwrap_or_else(|| store.wall().day());
        if !scores.is_empty() && !store.keep_scores(&self.name, day, scores) {
            self.house.seen.lost.inc();
        }
    }

    /// A round in which nobody turned is not worth a file.
    pub(super) fn store_round(&self) {
        let turns = |input: &Input| matches!(input, Input::Turn { .. });
        if self.log.ticks.iter().flatten().any(turns) {
            let (round, log) = (self.world.round(), self.log.write());
            if !self.house.store.keep_round(&self.name, round, log) {
                self.house.seen.lost.inc();
            }
        }
    }
}
