//! No task: whenever the player says nothing for a second, there is a tick.
//! Red for: restarted.

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
