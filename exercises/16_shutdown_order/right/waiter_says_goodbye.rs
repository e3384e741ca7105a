//! The waiter says goodbye when no plate can follow; the bar keeps no sender of plates.

use judge::clock::{Phone, Stove};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A snack bar with a cook, and a waiter who carries cooked snacks to a phone.
pub struct Bar {
    orders: mpsc::Sender<String>,
    cook: JoinHandle<()>,
    waiter: JoinHandle<()>,
}

impl Bar {
    /// Opens a bar, and starts its two tasks.
    pub fn open(mut stove: Stove, phone: Phone) -> Bar {
        let (orders, mut to_cook) = mpsc::channel::<String>(8);
        let (plates, mut to_carry) = mpsc::channel::<String>(8);
        let cook = tokio::spawn(async move {
            while let Some(snack) = to_cook.recv().await {
                stove.cook(&snack).await;
                // An error: the waiter has gone.
                let _ = plates.send(snack).await;
            }
        });
        let waiter = tokio::spawn(async move {
            while let Some(plate) = to_carry.recv().await {
                if phone.send(plate).await.is_err() {
                    return;
                }
            }
            let _unless_gone = phone.send("goodbye").await;
        });
        Bar {
            orders,
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
        drop(self.orders);
        let _ = tokio::join!(self.cook, self.waiter);
    }
}
