//! A task that nobody ends.
//!
//! The house gets slower from evening to evening, though no more guests come. Whoever left has left something behind. Cure it:
//! when a visit is over, whichever way it ends, nothing of it goes on. Keep the names and signatures that are `pub`; ask with
//! `cargo run -p learn`.

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// One player's visit. Each second the phone is told the time, and each line that the player says is answered at once. It is
/// over when the player says nothing more (`said` ends), or when the house drops this future in the middle of it.
/// Then the phone is hung up, also if it does not read.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let phone = Arc::new(phone);
    let ticking = Arc::clone(&phone);
    tokio::spawn(async move {
        for second in 1.. {
            sleep(Duration::from_secs(1)).await;
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
