//! Sending and receiving at once.
//!
//! **Why it works.** A ring of full channels needs everybody in it to wait for one channel alone. The player now waits for two things at
//! once: for a place for its next wish, and for an answer. As long as the room waits for a place in the outbox, the player takes an answer
//! out of it; so the room goes on, and takes a wish. Both channels keep their size, and backpressure works as before.
//!
//! **What else would work.** `select!` around `room.reserve()` and `answers.recv()`. A second task that only receives. In the room: a wish
//! is taken only when there is a place for its answer (`answers.reserve()` first) *and* the player receives meanwhile; the first
//! alone is not enough. Where losing is allowed, `try_send` towards the player, and whoever is behind is shown out (step 6).
//!
//! **What would not.** Larger channels: the ring needs a few wishes more. Unbounded ones: no ring, and no bound on memory. One wish at a time:
//! no ring, and nothing happens at once. A pause: nobody receives in it.

use lanes::tokio::mpsc::{self, Receiver, Sender};

/// So many wishes wait for the room, and so many answers for a player. Who has one more waits, too.
const PLACES: usize = 1;

pub struct Room {
    wishes: Receiver<u32>,
    answers: Sender<u32>,
}

pub struct Player {
    wishes: Sender<u32>,
    answers: Receiver<u32>,
}

/// A room, and its only player.
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
    /// Answers every wish with its number, in their order, until the player has gone.
    pub async fn serve(mut self) {
        while let Some(wish) = self.wishes.recv().await {
            if self.answers.send(wish).await.is_err() {
                return;
            }
        }
    }
}

impl Player {
    /// Sends all wishes without waiting for their answers, and tells `eat` each answer. At no time are more than eight
    /// wishes without an answer. Comes back when all are answered.
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
            // Here `room` is dropped: the last wish.
        };
        let eating = async {
            while let Some(answer) = answers.recv().await {
                eat(answer);
            }
        };
        tokio::join!(wishing, eating);
    }
}
