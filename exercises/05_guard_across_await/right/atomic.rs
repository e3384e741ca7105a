//! No lock: the tray is one number.

use lanes::sync::atomic::{AtomicU32, Ordering::Relaxed};
use lanes::tokio::mpsc::Sender;

/// A bar with one tray, which sends its news to a channel.
pub struct Bar {
    tray: AtomicU32,
    news: Sender<String>,
}

impl Bar {
    /// Opens a bar with this many snacks on the tray. The news channel is read sooner or later.
    pub fn open(snacks: u32, news: Sender<String>) -> Bar {
        Bar {
            tray: AtomicU32::new("tray", snacks),
            news,
        }
    }

    /// Returns the number of snacks on the tray. Never waits for the news to be read.
    pub async fn left(&self) -> u32 {
        self.tray.load(Relaxed)
    }

    /// Takes a snack and sends the player's name as news; returns when the news is sent. Returns
    /// `false` if the tray is empty.
    pub async fn grab(&self, who: &str) -> bool {
        if self
            .tray
            .fetch_update(Relaxed, Relaxed, |tray| tray.checked_sub(1))
            .is_err()
        {
            return false;
        }
        let _unless_closed = self.news.send(who.to_owned()).await;
        true
    }
}
