//! The last sender.
//!
//! **Why it works.** A channel is closed when its last sender is dropped. Each player's clone goes when its thread ends; the first one
//! goes when every player has its own. From then on "no sender is left" and "every player has gone" are the same, and the loop
//! over the bills ends by itself: the end of the evening is ownership, not a flag and not a count.
//!
//! **What else would work.** To start the players in a function or block of its own that owns `till`: it is gone at the closing
//! brace. To give `till` itself to the last player (mind the evening without players). A goodbye from every player, counted: but a player
//! who panics says none, while its sender is dropped all the same.
//!
//! **What would not.** To drop it after the loop: the loop is what waits for it. To count bills: nobody knows how many come. `try_recv`
//! until it is empty: empty is not closed. To join the players first: they wait for room at the till. A channel so large that they
//! never wait: then nothing is rung up before the last player has gone, and memory holds a whole evening.

use lanes::sync::mpsc;
use lanes::thread;

/// Bills that may wait for the till. Who has one more waits, too.
const BILLS_WAITING: usize = 1;

/// A player: a name, and the bills that it will bring, one by one. The next one may take long.
pub struct Player {
    pub name: &'static str,
    pub bills: Box<dyn Iterator<Item = u32>>,
}

/// All players play at once, each in a thread of its own, and bring their bills; `ring` is called with each bill when it
/// comes, in the thread that called `evening`. Comes back when everybody has gone and every bill is rung up.
pub fn evening(players: Vec<Player>, mut ring: impl FnMut(u32)) {
    let (till, bills) = mpsc::sync_channel("till", BILLS_WAITING);
    let mut playing = vec![];
    for player in players {
        let till = till.clone();
        playing.push(thread::spawn(player.name, move || {
            for bill in player.bills {
                till.send(bill).expect("the till is open all evening");
            }
        }));
    }
    // The players have theirs: from now on the bills end when the last player goes.
    drop(till);
    for bill in bills {
        ring(bill);
    }
    for player in playing {
        player.join().expect("no player panics");
    }
}
