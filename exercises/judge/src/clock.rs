//! Judging by tokio's paused clock: a current-thread runtime whose clock advances only when all
//! tasks sleep. An hour of waiting takes no time, and each run gives the same result.

use crate::broken::{Broken, Kind};
use lanes::Diary;
use std::cell::RefCell;
use std::future::Future;
use std::panic::{AssertUnwindSafe, Location, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// How many rows of a diary are shown: the last ones matter.
pub(crate) const ROWS: usize = 24;

thread_local! {
    /// The clock of the play that runs on this thread. The types that an answer uses find it here.
    static CLOCK: RefCell<Option<Clock>> = const { RefCell::new(None) };
}

/// The time of a play, and its diary.
#[derive(Clone, Debug)]
pub struct Clock {
    began: Instant,
    diary: Diary,
}

impl Clock {
    /// Returns the time since the beginning of the play.
    pub fn shows(&self) -> Duration {
        self.began.elapsed()
    }

    /// Writes into the diary that `who` does `what`, now.
    pub fn note(&self, who: &str, what: &str) {
        self.diary.note(self.shows(), who, what, None);
    }

    /// Does the same, with a line of the answer.
    pub fn note_at(&self, who: &str, what: &str, at: &'static Location<'static>) {
        self.diary.note(self.shows(), who, what, Some(at));
    }

    /// Writes into the diary when the answer last sent to this phone, and in which line: the code
    /// that is still running.
    pub fn note_last(&self, hand: &Hand) {
        let last = *hand.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((when, at)) = last {
            let words = format!("still gets lines, last at {} s", when.as_secs_f64());
            self.note_at(&hand.name, &words, at);
        }
    }

    /// Runs every task that can run, while the clock stands.
    pub async fn settle(&self) {
        // A woken task wakes others; no play has a longer chain than this.
        for _ in 0..250 {
            tokio::task::yield_now().await;
        }
    }

    /// Returns the number of tasks that have not ended.
    pub fn tasks(&self) -> usize {
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks()
    }
}

fn here() -> Clock {
    CLOCK
        .with_borrow(Clone::clone)
        .expect("phones exist only while an answer is judged by a clock")
}

/// Runs a play, and returns what the clock showed at the end.
pub(crate) fn run<F: Future<Output = ()>>(
    diary: &Diary,
    patience: Duration,
    play: impl FnOnce(Clock) -> F,
) -> Result<Duration, Broken> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without threads and sockets");
    let said = crate::panics::quietly(|| {
        catch_unwind(AssertUnwindSafe(|| {
            runtime.block_on(async {
                let (began, diary) = (Instant::now(), diary.clone());
                let clock = Clock { began, diary };
                CLOCK.set(Some(clock.clone()));
                let mut play = std::pin::pin!(play(clock.clone()));
                let ended = tokio::time::timeout(patience, &mut play).await;
                // Drops from here on are the judge's, not the answer's.
                clock.diary.close();
                (ended.is_ok(), clock.shows())
            })
        }))
    });
    diary.close();
    // Tasks that never end are dropped with their runtime; what they write then is not part of the
    // play.
    let dropped = crate::panics::quietly(|| catch_unwind(AssertUnwindSafe(|| drop(runtime))));
    drop(dropped);
    CLOCK.set(None);
    match said {
        (Ok((true, took)), _) => Ok(took),
        (Ok((false, shown)), said) => {
            let shown = shown.as_secs_f64();
            let said = said.map(|said| format!("\na task has panicked: {said}"));
            let message = format!(
                "the clock shows {shown} s, but the play has not ended{}",
                said.unwrap_or_default()
            );
            let (kind, failure) = (Kind::Late, None);
            Err(Broken {
                kind,
                message,
                failure,
            })
        }
        (Err(_), said) => {
            let message = said.unwrap_or_else(|| "a panic without a message".into());
            let (kind, failure) = (Kind::Panic, None);
            Err(Broken {
                kind,
                message,
                failure,
            })
        }
    }
}

/// A connection to one player's phone: the server's end, which an answer writes to. Dropping it
/// disconnects the phone.
#[derive(Debug)]
pub struct Phone {
    name: String,
    wire: mpsc::Sender<String>,
    hung_up: Arc<AtomicBool>,
    last: Arc<Mutex<Option<Said>>>,
}

/// When a line was sent to a phone, and by which line of the answer.
type Said = (Duration, &'static Location<'static>);

/// The phone in a player's hand: the judge's end of the connection.
#[derive(Clone, Debug)]
pub struct Hand {
    name: String,
    wire: Arc<Mutex<Option<mpsc::Receiver<String>>>>,
    heard: Arc<Mutex<Vec<(Duration, String)>>>,
    hung_up: Arc<AtomicBool>,
    last: Arc<Mutex<Option<Said>>>,
}

/// The player has gone: the phone does not get lines any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gone;

/// Connects the phone of `name`. The connection holds `holds` lines that the phone has not read
/// yet.
pub fn phone(name: &str, holds: usize) -> (Phone, Hand) {
    let (sender, receiver) = mpsc::channel(holds);
    let hung_up = Arc::new(AtomicBool::new(false));
    let phone = Phone {
        name: name.into(),
        wire: sender,
        hung_up: hung_up.clone(),
        last: Arc::default(),
    };
    let last = phone.last.clone();
    let hand = Hand {
        name: name.into(),
        wire: Arc::new(Mutex::new(Some(receiver))),
        heard: Arc::default(),
        hung_up,
        last,
    };
    (phone, hand)
}

impl Phone {
    /// Returns the player's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sends a line to the phone. Waits while the connection is full.
    ///
    /// # Errors
    /// The player has gone.
    #[track_caller]
    pub fn send(&self, line: impl Into<String>) -> impl Future<Output = Result<(), Gone>> + Send {
        let (at, line) = (Location::caller(), line.into());
        async move {
            let clock = here();
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some((clock.shows(), at));
            let line = match self.wire.try_send(line) {
                Ok(()) => return Ok(()),
                Err(mpsc::error::TrySendError::Full(line)) => line,
                Err(mpsc::error::TrySendError::Closed(_)) => return Err(Gone),
            };
            clock.note_at(
                "your room",
                &format!("waits for {}'s phone to read", self.name),
                at,
            );
            let half_way = HalfWay {
                what: format!("drops `{line}` in the middle of `send`"),
                who: "your room",
                at: Some(at),
            };
            let sent = self.wire.send(line).await;
            half_way.ends_well();
            clock.note_at(
                "your room",
                &format!("continues: {}'s phone has read", self.name),
                at,
            );
            sent.map_err(|_| Gone)
        }
    }
}

/// A future that has begun. If it is dropped before its end, that is written into the diary:
/// nothing else shows a cancellation.
struct HalfWay {
    what: String,
    who: &'static str,
    at: Option<&'static Location<'static>>,
}

impl HalfWay {
    fn ends_well(mut self) {
        self.at = None;
    }
}

impl Drop for HalfWay {
    fn drop(&mut self) {
        if let Some(at) = self.at
            && let Some(clock) = CLOCK.with_borrow(Clone::clone)
            && !std::thread::panicking()
        {
            clock.note_at(self.who, &self.what, at);
        }
    }
}

impl Drop for Phone {
    fn drop(&mut self) {
        self.hung_up.store(true, SeqCst);
        if let Some(clock) = CLOCK.with_borrow(Clone::clone)
            && !std::thread::panicking()
        {
            clock.note("your room", &format!("disconnects {}'s phone", self.name));
        }
    }
}

impl Hand {
    /// Returns the player's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reads every line at once from now on.
    pub fn reads(&self) {
        let wire = self
            .wire
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let (mut wire, heard) = (wire.expect("`reads` is called once"), self.heard.clone());
        tokio::spawn(async move {
            let clock = here();
            while let Some(line) = wire.recv().await {
                let heard = &mut heard.lock().unwrap_or_else(PoisonError::into_inner);
                heard.push((clock.shows(), line));
            }
        });
    }

    /// The player leaves without a message.
    pub fn leaves(&self) {
        *self.wire.lock().unwrap_or_else(PoisonError::into_inner) = None;
        here().note(&self.name, "is gone");
    }

    /// Returns the lines that the phone has read, and when.
    pub fn heard(&self) -> Vec<(Duration, String)> {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Whether the server has disconnected the phone.
    pub fn was_hung_up(&self) -> bool {
        self.hung_up.load(SeqCst)
    }
}

/// The only stove of a kitchen: one snack at a time fits on it, and each takes some time.
#[derive(Debug)]
pub struct Stove {
    takes: Duration,
}

/// Makes a stove on which each snack takes this long.
pub fn stove(takes: Duration) -> Stove {
    Stove { takes }
}

impl Stove {
    /// Cooks a snack. If the future is dropped, the snack is taken off the stove half done.
    #[track_caller]
    pub fn cook(&mut self, what: &str) -> impl Future<Output = ()> + Send {
        let at = Location::caller();
        async move {
            let clock = here();
            clock.note_at("your cook", &format!("begins {what}"), at);
            let half_way = HalfWay {
                what: format!("drops {what} half done"),
                who: "your cook",
                at: Some(at),
            };
            tokio::time::sleep(self.takes).await;
            half_way.ends_well();
            clock.note_at("your cook", &format!("finishes {what}"), at);
        }
    }
}
