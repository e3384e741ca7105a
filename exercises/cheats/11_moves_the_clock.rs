//! Moves the judge's clock, by a name behind the name of a module.
//! Red for: refused.

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Hides the way to the judge's clock.
mod hidden {
    pub use tokio::time;
}

/// One player's visit. Each second it sends the phone the time; each line that the player sends is
/// answered at once. It is over when the player sends no more lines (`said` ends), or when the
/// server drops this future in the middle. Then it disconnects the phone, even if the phone does
/// not read.
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
    hidden::time::advance(Duration::from_secs(3_600)).await;
    while let Some(line) = said.recv().await {
        if phone.send(format!("ok {line}")).await.is_err() {
            return;
        }
    }
}
