//! Every question is answered, or its silence is understood.
//!
//! **Why it works.** A oneshot ends in one of two ways: with an answer, or with the error that
//! there will be no answer, because the sender was dropped. If the owner of the sender sends or
//! drops it in the end, the receiver does not wait forever. So there are two duties. The kitchen,
//! which holds the sender, answers on *every* path: with one `send` at the end of the match,
//! instead of one in each branch, where one is easily forgotten. And the player, who holds the
//! receiver, interprets the silence: at this door it can only mean that the kitchen has closed.
//!
//! Note that a refused order comes back: if the door is closed, `send` returns the order in its
//! error, with its reply channel. If the player kept that error in a variable
//! (`let _unless_closed = …`), it would wait for itself.
//!
//! **What else would work.** A type around the sender whose `drop` answers `Closed`: then no path
//! can forget it. A kitchen that closes its door, reads the remaining orders and answers `Closed`
//! to each; the player still needs the second duty, because a kitchen can also panic.
//!
//! **What would not.** `expect` on an answer from another task: if that task ends, this one panics
//! too.

use lanes::tokio::{mpsc, oneshot};

/// The answer to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Here is a snack.
    Snack,
    /// The kitchen is open, but has no snacks left.
    SoldOut,
    /// The kitchen has closed, or closes before it reads this order.
    Closed,
}

/// An order carries its own reply channel.
pub struct Order {
    reply: oneshot::Sender<Answer>,
}

/// A kitchen with some snacks, which closes after a number of orders.
pub struct Kitchen {
    pub snacks: u32,
    pub orders: u32,
}

impl Kitchen {
    /// Answers one order after the other, and closes after `orders` of them. Orders that are still
    /// in the channel then stay unread.
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

/// Orders a snack and waits for the answer. Every order gets one.
pub async fn order(door: &mpsc::Sender<Order>) -> Answer {
    let (reply, answer) = oneshot::channel("an answer");
    if door.send(Order { reply }).await.is_err() {
        return Answer::Closed;
    }
    answer.await.unwrap_or(Answer::Closed)
}
