//! A question without an answer.
//!
//! A player who orders must get an answer, whatever happens to the order. Instead, some players
//! panic. Find every way in which an order can get lost, and make sure that its player gets the
//! true answer. Keep the names and signatures that are `pub`. To have your answer judged:
//! `cargo run -p learn`.

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
            if self.snacks == 0 {
                continue;
            }
            self.snacks -= 1;
            let _unless_gone = order.reply.send(Answer::Snack);
        }
    }
}

/// Orders a snack and waits for the answer. Every order gets one.
pub async fn order(door: &mpsc::Sender<Order>) -> Answer {
    let (reply, answer) = oneshot::channel("an answer");
    let asked = door.send(Order { reply }).await;
    assert!(asked.is_ok(), "the door is closed");
    answer.await.expect("the kitchen always answers")
}
