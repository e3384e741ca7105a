//! The room keeps answers in a list until there is room, and the player eats while it wishes.
//! Red for: huge.

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
        let mut list = std::collections::VecDeque::new();
        loop {
            tokio::select! {
            biased;
            wish = self.wishes.recv() => match wish { Some(wish) => list.push_back(wish), None => break },
            place = self.answers.reserve(), if !list.is_empty() => match place { Ok(place) => place.send(list.pop_front().unwrap()), Err(_) => return },
            }
        }
        for answer in list {
            if self.answers.send(answer).await.is_err() {
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
        };
        let eating = async {
            while let Some(answer) = answers.recv().await {
                eat(answer);
            }
        };
        tokio::join!(wishing, eating);
    }
}
