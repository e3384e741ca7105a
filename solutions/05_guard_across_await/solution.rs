//! Decide under the lock, wait without it.
//!
//! **Why it works.** The look and the act are under one guard, which lives in a block without an
//! `.await`: no other task of this thread can run while the guard is held, and other threads wait
//! for two lines only. A task that waits for the news channel holds no lock.
//!
//! **What else would work.** A method that is not `async` and does both, `fn take(&self) -> bool`:
//! inside it an `.await` would not compile. A room that owns the tray and receives messages (step
//! 5): no guard at all.
//!
//! **What would not.** `drop(tray)` after the `.await`: then the guard is still held during the
//! wait. Tokio's lock: it does not stop the thread, but every task that wants the tray waits for
//! the slowest reader of the news. `try_send`: news is lost. Sending the news first and taking the
//! snack later: two players eat one snack. Clippy's lint for this bug is `await_holding_lock`.

use lanes::sync::Mutex;
use lanes::tokio::mpsc::Sender;

/// A bar with one tray, which sends its news to a channel.
pub struct Bar {
    tray: Mutex<u32>,
    news: Sender<String>,
}

impl Bar {
    /// Opens a bar with this many snacks on the tray. The news channel is read sooner or later.
    pub fn open(snacks: u32, news: Sender<String>) -> Bar {
        Bar {
            tray: Mutex::new("tray", snacks),
            news,
        }
    }

    /// Returns the number of snacks on the tray. Never waits for the news to be read.
    pub async fn left(&self) -> u32 {
        *self.tray.lock()
    }

    /// Takes a snack and sends the player's name as news; returns when the news is sent. Returns
    /// `false` if the tray is empty.
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
