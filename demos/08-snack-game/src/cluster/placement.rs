//! Placement: which server a new player is sent to. Pure functions, so a test can play half a
//! million arrivals.

use super::ServerInfo;
use std::cmp::Ordering;

/// Returns the indexes of the servers with a free seat, the least loaded first. Ties are broken by
/// position, counted from index `turn`.
pub fn with_free_seats(servers: &[ServerInfo], turn: u64) -> Vec<usize> {
    let mut all: Vec<usize> = rotated(turn, servers.len())
        .filter(|&at| servers[at].free() > 0)
        .collect();
    all.sort_by(|&a, &b| compare_load(&servers[a], &servers[b]));
    all
}

/// Picks the least loaded server for one player and counts the player there until the next report
/// arrives. Without the count, all players of one second would be sent to the same server. Returns
/// `None` if every server is full.
pub fn place_one(servers: &mut [ServerInfo], turn: u64) -> Option<usize> {
    let first = least_loaded(servers, turn)?;
    servers[first].players += 1;
    Some(first)
}

/// Returns the first server of [`with_free_seats`].
pub fn least_loaded(servers: &[ServerInfo], turn: u64) -> Option<usize> {
    let free = rotated(turn, servers.len()).filter(|&at| servers[at].free() > 0);
    free.min_by(|&a, &b| compare_load(&servers[a], &servers[b]))
}

/// Returns all indexes below `count`, beginning with a different one each turn.
fn rotated(turn: u64, count: usize) -> impl Iterator<Item = usize> {
    let start = (turn % count.max(1) as u64) as usize;
    (start..count).chain(0..start)
}

/// Compares players/max of two servers without a division: a/b < c/d is a·d < c·b.
fn compare_load(a: &ServerInfo, b: &ServerInfo) -> Ordering {
    let cross = |x: &ServerInfo, y: &ServerInfo| u64::from(x.players) * u64::from(y.max);
    cross(a, b).cmp(&cross(b, a))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(players: u32, max: u32) -> ServerInfo {
        ServerInfo {
            players,
            ..ServerInfo::new("http://a", max)
        }
    }

    #[test]
    fn the_least_loaded_server_is_first_and_full_or_draining_ones_are_left_out() {
        let draining = ServerInfo {
            draining: true,
            ..server(0, 10)
        };
        let servers = [
            server(5, 10),
            server(10, 10),
            server(40, 100),
            draining,
            server(9, 10),
        ];
        assert_eq!(with_free_seats(&servers, 0), [2, 0, 4]);
        assert_eq!(least_loaded(&servers, 0), Some(2));
        assert_eq!(
            (with_free_seats(&[], 3), least_loaded(&[], 3)),
            (vec![], None)
        );
    }

    #[test]
    fn a_placed_player_is_counted_so_the_next_one_goes_to_another_server() {
        let mut servers = [server(0, 3), server(0, 3), server(0, 3)];
        let placed: Vec<_> = (0..10).map(|_| place_one(&mut servers, 1)).collect();
        assert_eq!(placed[..3], [Some(1), Some(2), Some(0)]);
        assert_eq!(placed[8..], [Some(0), None]);
    }
}
