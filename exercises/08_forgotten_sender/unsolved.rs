//! The till that never closes.
//!
//! Every player has paid and gone home, and the till still waits for one more bill. Cure it: `evening` must do what its
//! comment says. Keep the names and the signature; ask with `cargo run -p learn`.

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
    for bill in bills {
        ring(bill);
    }
    for player in playing {
        player.join().expect("no player panics");
    }
}
