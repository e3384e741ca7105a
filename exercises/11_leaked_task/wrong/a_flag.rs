//! The task looks each second whether the visit is still on.
//! Red for: flag.

use judge::clock::Phone;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// One player's visit. Each second the phone is told the time, and each line that the player says is answered at once. It is
/// over when the player says nothing more (`said` ends), or when the house drops this future in the middle of it.
/// Then the phone is hung up, also if it does not read.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    // A weak reference: the flag that nobody can forget to set.
    let phone = Arc::new(phone);
    let ticking: Weak<Phone> = Arc::downgrade(&phone);
    tokio::spawn(async move {
        for second in 1.. {
            sleep(Duration::from_secs(1)).await;
            let Some(ticking) = ticking.upgrade() else {
                return;
            };
            if ticking.send(format!("tick {second}")).await.is_err() {
                return;
            }
        }
    });
    while let Some(line) = said.recv().await {
        if phone.send(format!("ok {line}")).await.is_err() {
            return;
        }
    }
}
