//! Where a newcomer is sent: pure, so that half a million arrivals can be played in a test.

use super::ServerInfo;
use std::cmp::Ordering;

/// The servers with a free seat, the least loaded first; of two that are alike, the one that comes
/// first from `turn` on.
pub fn with_room(cards: &[ServerInfo], turn: u64) -> Vec<usize> {
    let mut all: Vec<usize> = from(turn, cards.len())
        .filter(|&at| cards[at].free() > 0)
        .collect();
    all.sort_by(|&a, &b| load(&cards[a], &cards[b]));
    all
}

/// Sends somebody to the least loaded, and counts them there until there is newer word of it:
/// without that, everybody who is sent away within a second goes to the same one.
pub fn send_one(cards: &mut [ServerInfo], turn: u64) -> Option<usize> {
    let first = least(cards, turn)?;
    cards[first].players += 1;
    Some(first)
}

/// The first of [`with_room`].
pub fn least(cards: &[ServerInfo], turn: u64) -> Option<usize> {
    let free = from(turn, cards.len()).filter(|&at| cards[at].free() > 0);
    free.min_by(|&a, &b| load(&cards[a], &cards[b]))
}

/// All places, beginning with another one at each turn.
fn from(turn: u64, count: usize) -> impl Iterator<Item = usize> {
    let start = (turn % count.max(1) as u64) as usize;
    (start..count).chain(0..start)
}

/// Shares of unlike servers are compared without a division: a/b < c/d is a·d < c·b.
fn load(a: &ServerInfo, b: &ServerInfo) -> Ordering {
    let cross = |x: &ServerInfo, y: &ServerInfo| u64::from(x.players) * u64::from(y.max);
    cross(a, b).cmp(&cross(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(players: u32, max: u32) -> ServerInfo {
        ServerInfo {
            players,
            ..ServerInfo::new("http://a", max)
        }
    }

    #[test]
    fn the_least_loaded_is_first_and_the_full_and_the_ending_are_not_there() {
        let ending = ServerInfo {
            draining: true,
            ..card(0, 10)
        };
        let cards = [
            card(5, 10),
            card(10, 10),
            card(40, 100),
            ending,
            card(9, 10),
        ];
        assert_eq!(with_room(&cards, 0), [2, 0, 4]);
        assert_eq!(least(&cards, 0), Some(2));
        assert_eq!((with_room(&[], 3), least(&[], 3)), (vec![], None));
    }

    #[test]
    fn who_is_sent_is_counted_so_that_the_next_goes_elsewhere() {
        let mut cards = [card(0, 3), card(0, 3), card(0, 3)];
        let sent: Vec<_> = (0..10).map(|_| send_one(&mut cards, 1)).collect();
        assert_eq!(sent[..3], [Some(1), Some(2), Some(0)]);
        assert_eq!(sent[8..], [Some(0), None]);
    }
}
