//! Closing time travels down the chain.
//!
//! **Why it works.** A queue is over when its last sender is gone and everything in it was received. So letting go of `orders` tells the
//! cook that no order will follow, and it hears that *after* the last order. When the cook has ended, every plate is in the
//! second queue, and its sender is gone; only then goodbye goes into the same queue, behind the plates. Letting go of `plates` tells the
//! waiter, who ends when goodbye is carried, and with him ends the phone. Each wait is for somebody who no longer waits for us.
//!
//! **What else would work.** A bar without a `plates` of its own: the cook says goodbye, as the last thing it does, or the waiter, when
//! `recv` has said `None`. A token that is cancelled (`tokio_util::sync::CancellationToken`) and a `JoinSet`, if there are many tasks; the
//! order remains the same. And a limit for the whole, after which the rest is aborted after all, if a phone may never read again.
//!
//! **What would not.** `abort`, which drops whatever is half done. Waiting for the waiter while you hold what keeps the cook at work. A
//! pause that is long enough. Dropping the handles, which waits for nobody.

use judge::clock::{Phone, Stove};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A snack bar with a cook, and a waiter who carries what is cooked to a phone.
pub struct Bar {
    orders: mpsc::Sender<String>,
    plates: mpsc::Sender<String>,
    cook: JoinHandle<()>,
    waiter: JoinHandle<()>,
}

impl Bar {
    /// Opens.
    pub fn open(mut stove: Stove, phone: Phone) -> Bar {
        let (orders, mut to_cook) = mpsc::channel::<String>(8);
        let (plates, mut to_carry) = mpsc::channel::<String>(8);
        let cooked = plates.clone();
        let cook = tokio::spawn(async move {
            while let Some(snack) = to_cook.recv().await {
                stove.cook(&snack).await;
                // An error: nobody carries it.
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

    /// Orders a snack. It is on the phone when it is cooked.
    pub async fn order(&self, snack: &str) {
        let _ = self.orders.send(snack.to_owned()).await;
    }

    /// Closes: whatever was ordered is cooked and carried, then the phone is told `goodbye`, then it is hung up. When that is
    /// done, and not before, this comes back, and nothing of the bar is left.
    pub async fn close(self) {
        let Bar {
            orders,
            plates,
            cook,
            waiter,
        } = self;
        drop(orders);
        // An error: it has panicked. Then there is nothing left to wait for.
        let _ = cook.await;
        let _ = plates.send("goodbye".into()).await;
        drop(plates);
        let _ = waiter.await;
    }
}
