//! Has somebody else tell the news.
//! Red for: told-later.

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
        {
            let mut tray = self.tray.lock();
            if *tray == 0 {
                return false;
            }
            *tray -= 1;
        }
        let (news, who) = (self.news.clone(), who.to_owned());
        lanes::thread::spawn("teller", move || {
            lanes::task::block_on(async {
                let _ = news.send(who).await;
            })
        });
        true
    }
}
