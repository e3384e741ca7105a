//! Decide under the lock, wait without it.
//!
//! **Why it works.** The look and the act are under one guard, which lives in a block without an `.await`: no other task of this thread can run
//! while it is held, and other threads wait for two lines only. Whatever waits for the news waits with empty hands.
//!
//! **What else would work.** A method that is not `async` and does both, `fn take(&self) -> bool`: there an `.await` would not compile. A room that
//! owns the tray and is sent messages (step 5): no guard at all.
//!
//! **What would not.** `drop(tray)` after the `.await`: the wait is what it must not span. Tokio's lock: it does not stop the thread, and everybody
//! who wants the tray waits for the slowest reader of the news. `try_send`: news is lost. To tell first and take later: two players eat
//! one snack. Clippy knows this wound as `await_holding_lock`.

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
        let _unless_closed = self.news.send(who.to_owned()).await;
        true
    }
}
