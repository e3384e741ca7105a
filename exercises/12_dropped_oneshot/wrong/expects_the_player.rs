//! A player who asks waits for the answer.
//! Red for: player-gone.

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
            order.reply.send(answer).expect("the player waits");
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
