//! A guard across an await.
//!
//! One thread serves everybody, and it stops as soon as the news is read slowly. Cure it: each method must still do what its
//! comment says. Keep the names and signatures; ask with `cargo run -p learn`.

use lanes::sync::Mutex;
use lanes::tokio::mpsc::Sender;

/// A bar with one tray, which tells its news.
pub struct Bar {
    tray: Mutex<u32>,
    news: Sender<String>,
}

impl Bar {
    /// A tray with so many snacks on it; somebody reads the news, sooner or later.
    pub fn open(snacks: u32, news: Sender<String>) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
            news,
        }
    }

    /// How many snacks lie on the tray. Never waits for the news to be read.
    pub async fn left(&self) -> u32 {
        *self.tray.lock()
    }

    /// Takes a snack, if there is one, and tells the news, who has it; comes back when the news is sent.
    pub async fn grab(&self, who: &str) -> bool {
        let mut tray = self.tray.lock();
        if *tray == 0 {
            return false;
        }
        *tray -= 1;
        let _unless_closed = self.news.send(who.to_owned()).await;
        true
    }
}
