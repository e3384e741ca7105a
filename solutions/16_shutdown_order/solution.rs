//! The shutdown travels down the chain.
//!
//! **Why it works.** A queue ends when its last sender is dropped and everything in it was
//! received. So dropping `orders` tells the cook that no order will follow, and the cook sees that
//! *after* the last order. When the cook has ended, every plate is in the second queue, and the
//! cook's sender is dropped; only then goodbye goes into the same queue, behind the plates.
//! Dropping `plates` tells the waiter, who ends when goodbye is carried, and with the waiter the
//! phone is dropped. Each wait is for a task that no longer waits for us.
//!
//! **What else would work.** A bar without a `plates` of its own: the cook sends goodbye as its
//! last act, or the waiter, when `recv` has returned `None`. A token that is cancelled
//! (`tokio_util::sync::CancellationToken`) and a `JoinSet`, if there are many tasks; the sequence
//! remains the same. And a time limit for the whole shutdown, after which the rest is aborted,
//! because a phone may never read again.
//!
//! **What would not.** `abort`, which drops whatever is half done. Waiting for the waiter while you
//! hold the sender that keeps the cook running. A pause that is long enough. Dropping the handles,
//! which waits for no task.

use judge::clock::{Phone, Stove};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A snack bar with a cook, and a waiter who carries cooked snacks to a phone.
pub struct Bar {
    orders: mpsc::Sender<String>,
    plates: mpsc::Sender<String>,
    cook: JoinHandle<()>,
    waiter: JoinHandle<()>,
}

impl Bar {
    /// Opens a bar, and starts its two tasks.
    pub fn open(mut stove: Stove, phone: Phone) -> Bar {
        let (orders, mut to_cook) = mpsc::channel::<String>(8);
        let (plates, mut to_carry) = mpsc::channel::<String>(8);
        let cooked = plates.clone();
        let cook = tokio::spawn(async move {
            while let Some(snack) = to_cook.recv().await {
                stove.cook(&snack).await;
                // An error: the waiter has gone.
                let _ = cooked.send(snack).await;
            }
        });
        let waiter = tokio::spawn(async move {
            while let Some(plate) = to_carry.recv().await {
                if phone.send(plate).await.is_err() {
                    break;
                }
            }
        });
        Bar {
            orders,
            plates,
            cook,
            waiter,
        }
    }

    /// Orders a snack. The phone gets it when it is cooked.
    pub async fn order(&self, snack: &str) {
        let _ = self.orders.send(snack.to_owned()).await;
    }

    /// Closes the bar: every order is cooked and carried, then the phone gets `goodbye`, then it is
    /// disconnected. Returns when all that is done, and nothing of the bar is left.
    pub async fn close(self) {
        let Bar {
            orders,
            plates,
            cook,
            waiter,
        } = self;
        drop(orders);
        // An error: the task has panicked. Then there is nothing left to wait for.
        let _ = cook.await;
        let _ = plates.send("goodbye".into()).await;
        drop(plates);
        let _ = waiter.await;
    }
}
