//! Goodbye is the last thing to do.
//! Red for: not-awaited.

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
        let _ = cook.await;
        let _ = plates.send("goodbye".into()).await;
        drop(plates);
        drop(waiter);
    }
}
