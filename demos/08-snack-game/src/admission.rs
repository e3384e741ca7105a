//! Admission to a server: how many seats are taken in all rooms, and whether new players and new
//! handshakes are accepted.

use crate::sync::lock;
use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
};
use tokio::sync::mpsc;

/// Counters that rooms and the gateway change at the same time.
#[derive(Debug)]
pub struct Admission {
    max_players: u32,
    /// Seats that are taken in all rooms.
    players: AtomicU32,
    /// The highest connection number that was given out.
    last_connection: AtomicU64,
    draining: AtomicBool,
    handshakes: Handshakes,
}

/// Handshakes in progress. Each holds a clone of the sender, so the receiver finds the channel
/// closed when the last one has ended.
#[derive(Debug)]
struct Handshakes {
    /// `None` once no more handshakes are accepted.
    open: Mutex<Option<mpsc::Sender<()>>>,
    ended: Mutex<Option<mpsc::Receiver<()>>>,
}

/// A handshake in progress. Dropping it says that the handshake has ended.
#[derive(Debug)]
pub struct Handshake {
    _held: mpsc::Sender<()>,
}

impl Admission {
    /// Admission to an empty server.
    pub fn new(max_players: u32) -> Self {
        let (open, ended) = mpsc::channel(1);
        Self {
            max_players,
            players: AtomicU32::new(0),
            last_connection: AtomicU64::new(0),
            draining: AtomicBool::new(false),
            handshakes: Handshakes {
                open: Mutex::new(Some(open)),
                ended: Mutex::new(Some(ended)),
            },
        }
    }

    /// Takes one seat of the server's `max_players`. `false`: all are taken. Atomic, because rooms
    /// decide at the same time.
    pub fn take_seat(&self) -> bool {
        let most = self.max_players;
        let more = |taken: u32| (taken < most).then_some(taken + 1);
        self.players
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .is_ok()
    }

    /// Counts seats that were taken in an earlier process.
    pub fn restore_seats(&self, count: u32) {
        self.players.fetch_add(count, Ordering::AcqRel);
    }

    /// Gives `count` seats back.
    pub fn free_seats(&self, count: u32) {
        self.players.fetch_sub(count, Ordering::AcqRel);
    }

    /// Players in all rooms, disconnected ones within their grace period included.
    pub fn players(&self) -> u32 {
        self.players.load(Ordering::Acquire)
    }

    /// Seats that are free in the server as a whole.
    pub fn free(&self) -> u32 {
        self.max_players.saturating_sub(self.players())
    }

    /// A number for the next connection.
    pub fn next_connection_id(&self) -> u64 {
        let last = self.last_connection.fetch_add(1, Ordering::Relaxed);
        last.wrapping_add(1)
    }

    /// Skips all connection numbers up to `id`: an earlier process has used them.
    pub fn skip_connection_ids(&self, id: u64) {
        self.last_connection.fetch_max(id, Ordering::Relaxed);
    }

    /// Starts a handshake. `None` if the server has stopped accepting them.
    pub fn start_handshake(&self) -> Option<Handshake> {
        let open = lock(&self.handshakes.open).clone();
        open.map(|held| Handshake { _held: held })
    }

    /// Stops accepting handshakes, and waits until those in progress have ended.
    pub async fn stop_handshakes(&self) {
        drop(lock(&self.handshakes.open).take());
        let ended = lock(&self.handshakes.ended).take();
        if let Some(mut ended) = ended {
            let _always_none = ended.recv().await;
        }
    }

    /// Accepts no new players from here on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Whether new players are turned away because the server is about to end.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn no_more_seats_are_taken_than_there_are_and_each_is_given_back_once() {
        let admission = Admission::new(3);
        assert_eq!(
            [(); 4].map(|()| admission.take_seat()),
            [true, true, true, false]
        );
        assert_eq!((admission.players(), admission.free()), (3, 0));
        admission.free_seats(2);
        assert_eq!((admission.players(), admission.free()), (1, 2));
        assert_eq!([(); 3].map(|()| admission.take_seat()), [true, true, false]);
        // An earlier process may have let in more than this one may.
        admission.restore_seats(4);
        assert_eq!((admission.players(), admission.free()), (7, 0));
        admission.free_seats(4);
        assert!(!admission.take_seat());
    }

    #[test]
    fn a_number_of_an_earlier_process_is_not_given_out_again() {
        let admission = Admission::new(3);
        assert_eq!(
            (
                admission.next_connection_id(),
                admission.next_connection_id()
            ),
            (1, 2)
        );
        admission.skip_connection_ids(9);
        assert_eq!(admission.next_connection_id(), 10);
        admission.skip_connection_ids(4);
        assert_eq!(admission.next_connection_id(), 11);
    }

    #[tokio::test]
    async fn handshakes_in_progress_end_before_the_server_stops_and_no_new_one_begins() {
        let admission = Admission::new(3);
        let handshake = admission.start_handshake().expect("it accepts them");
        let mut stopped = Box::pin(admission.stop_handshakes());
        assert!((&mut stopped).now_or_never().is_none());
        assert!(admission.start_handshake().is_none());
        assert!((&mut stopped).now_or_never().is_none());
        drop(handshake);
        stopped.await;
        admission.stop_handshakes().await; // A second time it does not wait.
        assert!(!admission.is_draining());
        admission.drain();
        assert!(admission.is_draining());
    }
}
