//! A bill of 0 is a player's goodbye.
//! Red for: panic.

use lanes::sync::mpsc;
use lanes::thread;

/// The number of bills that may wait for the till. If it is full, a player with one more bill
/// waits.
const BILLS_WAITING: usize = 1;

/// A player: a name, and the bills that it will send, one by one. The next bill may take long.
pub struct Player {
    pub name: &'static str,
    pub bills: Box<dyn Iterator<Item = u32>>,
}

/// Runs all players at the same time, each in a thread of its own, which sends its bills. Calls
/// `ring` with each bill when it comes, in the caller's thread. Returns when every player has gone
/// and every bill is rung up.
pub fn ring_up(players: Vec<Player>, mut ring: impl FnMut(u32)) {
    let (till, bills) = mpsc::sync_channel("till", BILLS_WAITING);
    let mut playing = vec![];
    let mut here = players.len();
    for player in players {
        let till = till.clone();
        playing.push(thread::spawn(player.name, move || {
            for bill in player.bills {
                till.send(bill).expect("open");
            }
            till.send(0).expect("open");
        }));
    }
    while here > 0 {
        match bills.recv().expect("a sender is left") {
            0 => here -= 1,
            bill => ring(bill),
        }
    }
    for player in playing {
        player.join().expect("no player panics");
    }
}
