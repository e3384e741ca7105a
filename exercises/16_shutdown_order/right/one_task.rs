//! One task cooks, and carries what is cooked meanwhile; no second queue.

use judge::clock::{Phone, Stove};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A snack bar with a cook, and a waiter who carries cooked snacks to a phone.
pub struct Bar {
    orders: mpsc::Sender<String>,
    worker: JoinHandle<()>,
}

impl Bar {
    /// Opens a bar, and starts its two tasks.
    pub fn open(mut stove: Stove, phone: Phone) -> Bar {
        let (orders, mut to_cook) = mpsc::channel::<String>(8);
        let worker = tokio::spawn(async move {
            let (plates, mut to_carry) = mpsc::channel::<String>(8);
            let cooks = async move {
                while let Some(snack) = to_cook.recv().await {
                    stove.cook(&snack).await;
                    let _unless_gone = plates.send(snack).await;
                }
                let _unless_gone = plates.send("goodbye".into()).await;
            };
            let carries = async move {
                while let Some(plate) = to_carry.recv().await {
                    if phone.send(plate).await.is_err() {
                        break;
                    }
                }
            };
            tokio::join!(cooks, carries);
        });
        Bar { orders, worker }
    }

    /// Orders a snack. The phone gets it when it is cooked.
    pub async fn order(&self, snack: &str) {
        let _ = self.orders.send(snack.to_owned()).await;
    }

    /// Closes the bar: every order is cooked and carried, then the phone gets `goodbye`, then it is
    /// disconnected. Returns when all that is done, and nothing of the bar is left.
    pub async fn close(self) {
        drop(self.orders);
        let _ = self.worker.await;
    }
}
