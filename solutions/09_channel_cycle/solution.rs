//! Sending and receiving at the same time.
//!
//! **Why it works.** In a wait cycle of full channels, each member waits for one channel alone. The
//! player now waits for two things at the same time: for a place for its next wish, and for an
//! answer. While the room waits for a place in the outbox, the player takes an answer out of it; so
//! the room continues, and takes a wish. Both channels keep their bounds, and backpressure works as
//! before.
//!
//! **What else would work.** `select!` around `room.reserve()` and `answers.recv()`, in a loop
//! (with `biased;`, or the judge cannot run a schedule twice). A second task that only receives. In
//! the room: take a wish only if there is a place for its answer (`answers.reserve()` first) *and*
//! the player receives meanwhile; the first alone is not enough. Where losing a message is allowed,
//! `try_send` towards the player, and disconnecting a player that is too far behind (step 6).
//!
//! **What would not.** Larger channels: it only takes a few more wishes to fill them. Unbounded
//! channels: no cycle, but no bound on memory. One wish at a time: no cycle, but nothing happens at
//! the same time. A pause: no answer is received during it. `select!` in place of `join!`: it ends
//! with the last wish, and drops the eating. `select!` around `room.send(wish)`: if an answer comes
//! first, the wish is dropped. A sender that is still there at the end: the room waits for it.

use lanes::tokio::mpsc::{self, Receiver, Sender};

/// The number of wishes that may wait for the room, and of answers that may wait for a player. If a
/// channel is full, its sender waits.
const PLACES: usize = 1;

pub struct Room {
    wishes: Receiver<u32>,
    answers: Sender<u32>,
}

pub struct Player {
    wishes: Sender<u32>,
    answers: Receiver<u32>,
}

/// Opens a room with one player.
pub fn open() -> (Room, Player) {
    let (wish, wishes) = mpsc::channel("the room's inbox", PLACES);
    let (answer, answers) = mpsc::channel("ann's outbox", PLACES);
    let room = Room {
        wishes,
        answers: answer,
    };
    (
        room,
        Player {
            wishes: wish,
            answers,
        },
    )
}

impl Room {
    /// Answers every wish with its number, in the order of the wishes, until the player has gone.
    pub async fn serve(mut self) {
        while let Some(wish) = self.wishes.recv().await {
            if self.answers.send(wish).await.is_err() {
                return;
            }
        }
    }
}

impl Player {
    /// Sends all wishes without waiting for their answers, and calls `eat` with each answer. At no
    /// time are more than eight wishes unanswered. Returns when all are answered.
    pub async fn play(self, wishes: impl Iterator<Item = u32>, mut eat: impl FnMut(u32)) {
        let Player {
            wishes: room,
            mut answers,
        } = self;
        let wishing = async move {
            for wish in wishes {
                if room.send(wish).await.is_err() {
                    return;
                }
            }
            // `room` is dropped here: the last wish.
        };
        let eating = async {
            while let Some(answer) = answers.recv().await {
                eat(answer);
            }
        };
        tokio::join!(wishing, eating);
    }
}
