//! A task that never ends.
//!
//! The server gets slower from day to day, though the number of players is the same. Each visit
//! leaves something behind. Fix it: when a visit is over, whichever way it ends, nothing of it
//! keeps running. Keep the names and signatures that are `pub`. To have your answer judged:
//! `cargo run -p learn`.

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// One player's visit. Each second it sends the phone the time; each line that the player sends is
/// answered at once, in sequence; a phone that does not read for a while gets its answers later.
/// The visit is over when the player sends no more lines (`said` ends), or when the server drops
/// this future in the middle. Then it disconnects the phone, even if the phone does not read and an
/// answer still waits for it.
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
