//! A question that nobody answers.
//!
//! A guest who orders is to be told something, whatever happens to the order. Some fall over instead. Find every way in which an
//! order can get lost, and see to it that its guest hears the truth. Keep the `pub` names and signatures; ask with
//! `cargo run -p learn`.

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
            if self.snacks == 0 {
                continue;
            }
            self.snacks -= 1;
            let _unless_gone = order.reply.send(Answer::Snack);
        }
    }
}

/// Orders a snack and waits for the answer. Every guest is told something.
pub async fn order(door: &mpsc::Sender<Order>) -> Answer {
    let (reply, answer) = oneshot::channel("an answer");
    let asked = door.send(Order { reply }).await;
    assert!(asked.is_ok(), "nobody is at the door");
    answer.await.expect("the kitchen always answers")
}
