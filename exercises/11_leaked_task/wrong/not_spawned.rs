//! No task, no leak.
//! Red for: no-clock.

use judge::clock::Phone;
use tokio::sync::mpsc;

/// One player's visit. Each second the phone is told the time, and each line that the player says is answered at once. It is
/// over when the player says nothing more (`said` ends), or when the house drops this future in the middle of it.
/// Then the phone is hung up, also if it does not read.
pub async fn visit(phone: Phone, mut said: mpsc::Receiver<String>) {
    while let Some(line) = said.recv().await {
        if phone.send(format!("ok {line}")).await.is_err() {
            return;
        }
    }
}
