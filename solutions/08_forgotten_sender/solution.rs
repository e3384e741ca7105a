//! The last sender.
//!
//! **Why it works.** A channel is closed when its last sender is dropped. Each player's clone is
//! dropped when its thread ends; the first sender is dropped when every player has its own. From
//! then on "no sender is left" and "every player has gone" mean the same, and the loop over the
//! bills ends: the shutdown is ownership, not a flag and not a count.
//!
//! **What else would work.** Starting the players in a function or block that owns `till`: it is
//! dropped at the closing brace. Giving `till` itself to the last player (but then handle the case
//! without players). A goodbye message from every player, counted: but a player that panics sends
//! none, while its sender is dropped all the same.
//!
//! **What would not.** Dropping the sender after the loop: the loop is what waits for it. Counting
//! bills: the till does not know how many will come. `try_recv` until the channel is empty: empty
//! is not closed. Joining the players first: they wait for room at the till. A channel so large
//! that they never wait: then nothing is rung up before the last player has gone, and memory holds
//! all bills.

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
    for player in players {
        let till = till.clone();
        playing.push(thread::spawn(player.name, move || {
            for bill in player.bills {
                till.send(bill)
                    .expect("the till is open until the last player has gone");
            }
        }));
    }
    // Each player has its own sender: from now on the bills end when the last player goes.
    drop(till);
    for bill in bills {
        ring(bill);
    }
    for player in playing {
        player.join().expect("no player panics");
    }
}
