//! Two full channels.
//!
//! A hungry player wishes for many snacks at once, and the room and the player wait for each other. Cure it: each method must
//! still do what its comment says. Keep the names and signatures; ask with `cargo run -p learn`.

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
    pub async fn play(mut self, wishes: impl Iterator<Item = u32>, mut eat: impl FnMut(u32)) {
        for wish in wishes {
            if self.wishes.send(wish).await.is_err() {
                return;
            }
        }
        drop(self.wishes);
        while let Some(answer) = self.answers.recv().await {
            eat(answer);
        }
    }
}
