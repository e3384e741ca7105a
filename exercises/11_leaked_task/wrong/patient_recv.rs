//! No task: if the player sends nothing for a second, there is a tick.
//! Red for: restarted.

use judge::clock::Phone;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;

/// One player's visit. Each second it sends the phone the time; each line that the player sends is
/// answered at once. It is over when the player sends no more lines (`said` ends), or when the
/// server drops this future in the middle. Then it disconnects the phone, even if the phone does
/// not read.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    let phone = Arc::new(phone);
    let ticking = Arc::clone(&phone);
    let _ = ticking;
    let mut second = 1;
    loop {
        match tokio::time::timeout(Duration::from_secs(1), said.recv()).await {
            Ok(Some(line)) => {
                let _ = phone.send(format!("ok {line}")).await;
            }
            Ok(None) => return,
            Err(_) => {
                let _ = phone.send(format!("tick {second}")).await;
                second += 1;
            }
        }
    }
}
