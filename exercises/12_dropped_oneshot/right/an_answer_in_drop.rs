//! An order answers `Closed` itself when it is dropped without another answer.

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
    reply: Option<oneshot::Sender<Answer>>,
}

impl Order {
    fn answer(mut self, answer: Answer) {
        if let Some(reply) = self.reply.take() {
            let _unless_gone = reply.send(answer);
        }
    }
}

impl Drop for Order {
    fn drop(&mut self) {
        if let Some(reply) = self.reply.take() {
            let _unless_gone = reply.send(Answer::Closed);
        }
    }
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
            order.answer(answer);
        }
    }
}

/// Orders a snack and waits for the answer. Every order gets one.
pub async fn order(door: &mpsc::Sender<Order>) -> Answer {
    let (reply, answer) = oneshot::channel("an answer");
    let order = Order { reply: Some(reply) };
    // A refused order comes back in the error, and is dropped here.
    drop(door.send(order).await);
    answer.await.unwrap_or(Answer::Closed)
}
