//! A lock that is made for tasks.
//! Red for: async-lock.

use lanes::tokio::mpsc::Sender;

/// A bar with one tray, which tells its news.
pub struct Bar {
    tray: lanes::tokio::Mutex<u32>,
    news: Sender<String>,
}

impl Bar {
    /// A tray with so many snacks on it; somebody reads the news, sooner or later.
    pub fn open(snacks: u32, news: Sender<String>) -> Bar {
        Bar {
            tray: lanes::tokio::Mutex::new("tray", snacks),
            news,
        }
    }

    /// How many snacks lie on the tray. Never waits for the news to be read.
    pub async fn left(&self) -> u32 {
        *self.tray.lock().await
    }

    /// Takes a snack, if there is one, and tells the news, who has it; comes back when the news is sent.
    pub async fn grab(&self, who: &str) -> bool {
        let mut tray = self.tray.lock().await;
        if *tray == 0 {
            return false;
        }
        *tray -= 1;
        let _unless_closed = self.news.send(who.to_owned()).await;
        true
    }
}
