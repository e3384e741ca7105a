//! The till hears the end, and nobody has to wait for it any more.
//! Red for: huge.

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
    let (till, bills) = mpsc::channel("till");
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
