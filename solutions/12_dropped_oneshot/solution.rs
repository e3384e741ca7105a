//! Every question is answered, or its silence understood.
//!
//! **Why it works.** A oneshot ends in one of two ways: an answer, or the news that there will be none, because the sending end was
//! dropped. As long as somebody owns that end and will send or drop it, whoever waits for it is not left waiting. So there are two
//! duties. Whoever holds the return address answers on *every* path: one `send` at the end of the match, instead of one in each
//! branch that somebody remembered. And whoever asks reads the silence: at this door it can only mean that the kitchen has gone.
//!
//! Mind the order that comes back: when the door is closed, `send` returns it in its error, return address and all. Kept in a variable
//! (`let _unless_closed = …`) it would keep the guest waiting for itself.
//!
//! **What else would work.** A type around the sender whose `drop` answers `Closed`: then no path can forget it. A kitchen that closes
//! its door, reads what lies there and answers `Closed` to each; the guest still needs the second duty, for a kitchen can also fall.
//!
//! **What would not.** `expect` on an answer from another task. It turns one task's end into two.

use lanes::tokio::{mpsc, oneshot};

/// What a guest is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Here is a snack.
    Snack,
    /// The kitchen is open and has none left.
    SoldOut,
    /// The kitchen has closed, or closes before it comes to this order.
    Closed,
}

/// An order carries its own return address.
pub struct Order {
    reply: oneshot::Sender<Answer>,
}

/// A kitchen with some snacks, that closes after so many orders.
pub struct Kitchen {
    pub snacks: u32,
    pub orders: u32,
}

impl Kitchen {
    /// Answers one order after the other, and goes home after the last. What then waits at the door stays unread.
    pub async fn run(mut self, mut door: mpsc::Receiver<Order>) {
        while self.orders > 0
            && let Some(order) = door.recv().await
        {
            self.orders -= 1;
            let answer = match self.snacks {
                0 => Answer::SoldOut,
                _ => Answer::Snack,
            };
            self.snacks = self.snacks.saturating_sub(1);
            let _unless_gone = order.reply.send(answer);
        }
    }
}

/// Orders a snack and waits for the answer. Every guest is told something.
pub async fn order(door: &mpsc::Sender<Order>) -> Answer {
    let (reply, answer) = oneshot::channel("an answer");
    if door.send(Order { reply }).await.is_err() {
        return Answer::Closed;
    }
    answer.await.unwrap_or(Answer::Closed)
}
