//! Many may look at the same time.
//! Red for: guard-across-await.

use lanes::sync::RwLock;
use lanes::tokio::mpsc::Sender;

/// A bar with one tray, which sends its news to a channel.
pub struct Bar {
    tray: RwLock<u32>,
    news: Sender<String>,
}

impl Bar {
    /// Opens a bar with this many snacks on the tray. The news channel is read sooner or later.
    pub fn open(snacks: u32, news: Sender<String>) -> Bar {
        Bar {
            tray: RwLock::new("tray", snacks),
            news,
        }
    }

    /// Returns the number of snacks on the tray. Never waits for the news to be read.
    pub async fn left(&self) -> u32 {
        *self.tray.read()
    }

    /// Takes a snack and sends the player's name as news; returns when the news is sent. Returns
    /// `false` if the tray is empty.
    pub async fn grab(&self, who: &str) -> bool {
        let mut tray = self.tray.write();
        if *tray == 0 {
            return false;
        }
        *tray -= 1;
        let _unless_closed = self.news.send(who.to_owned()).await;
        true
    }
}
