//! The clerk: one task that owns the line to the directory. It alone waits for it, never for longer
//! than the deadline.

use super::{
    BACKEND_TIMEOUT, Backend, HEARTBEAT_INTERVAL, REPORT_INTERVAL, RESTART_TTL, SERVER_TTL,
    SeatKey,
    backend::{BackendError, ClusterView, LastSeen, Report, SeatRecord},
};
use crate::house::House;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{
    select,
    sync::{mpsc, oneshot},
    time::{MissedTickBehavior, interval, timeout},
};

/// From one beat to the next.
const PULSES: u128 = REPORT_INTERVAL.as_millis() / HEARTBEAT_INTERVAL.as_millis();

/// Questions that are asked in one go.
const AT_ONCE: usize = 64;

/// After so many beats without an answer it is asked again, at the latest.
const LONGEST_PAUSE: u32 = 4;

/// The least time for which a seat is to be found, whatever the grace: a seat is said again three
/// times within it.
const SHORTEST: Duration = Duration::from_secs(3);

/// What is asked of the clerk.
#[derive(Debug)]
pub enum ClusterRequest {
    /// Where is this seat?
    FindSeat {
        /// Whose.
        mark: SeatKey,
        /// Back to whoever asks.
        reply: oneshot::Sender<SeatLocation>,
    },
    /// What did that server say last?
    LastSeen {
        /// Which.
        id: String,
        /// Back to whoever asks. Not answered: the directory does not answer.
        reply: oneshot::Sender<Option<LastSeen>>,
    },
    /// The server has ended: nobody is to be sent here. The last question.
    Leave,
}

/// Where a seat is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SeatLocation {
    /// Here.
    Here,
    /// On a server that has said this a moment ago.
    Server(LastSeen),
    /// On a server of that address, which has said nothing for [`SERVER_TTL`]: it is dead, or only cut
    /// off from the directory.
    Expired(String),
    /// On a server of that address, by the word of whoever asks; the directory says nothing. This
    /// server has heard of that one.
    Claimed(String),
    /// Nowhere: its time is over, or nobody knows its server.
    Gone,
    /// The directory does not answer, or was gone until just now and is being told of all seats
    /// again.
    Unknown,
}

/// A clerk at work.
#[derive(Debug)]
pub struct ClusterClient {
    house: Arc<House>,
    engine: Backend,
    /// This server's own.
    id: String,
    /// Beats that are left out before the directory is asked again.
    pause: u32,
    failures: u32,
    /// Until then a directory that was gone may not have been told of every seat again.
    whole: Option<Instant>,
}

impl ClusterClient {
    /// For this server.
    pub fn new(house: Arc<House>, engine: Backend) -> Self {
        let id = house.server_info().id;
        Self {
            house,
            engine,
            id,
            pause: 0,
            failures: 0,
            whole: None,
        }
    }

    /// Says how this server is once a second, in between that it is still there, and answers, until
    /// the server has ended.
    pub async fn run(mut self, mut inbox: mpsc::Receiver<ClusterRequest>) {
        let mut pulses = interval(HEARTBEAT_INTERVAL);
        pulses.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut until_beat = 0;
        let mut questions = Vec::new();
        loop {
            select! {
                biased;
                _ = pulses.tick() => match until_beat {
                    0 => {
                        until_beat = PULSES - 1;
                        self.beat().await;
                    }
                    _ => {
                        until_beat -= 1;
                        self.pulse().await;
                    }
                },
                count = inbox.recv_many(&mut questions, AT_ONCE) => {
                    let leaves = questions.iter().any(|it| matches!(it, ClusterRequest::Leave));
                    self.answer(std::mem::take(&mut questions)).await;
                    if count == 0 || leaves {
                        break;
                    }
                }
            }
        }
        if self.failures == 0 {
            // Without it they would learn within the TTL.
            let _ = timeout(BACKEND_TIMEOUT, self.farewell()).await;
        }
    }

    /// Nobody is sent here any more. Whose seat was left behind is told for a while that it is here
    /// all the same: the server comes back.
    async fn farewell(&mut self) -> Result<(), BackendError> {
        if self.house.left_behind().is_empty() {
            return self.engine.leave(&self.id).await;
        }
        let mut word = self.word();
        word.life = RESTART_TTL;
        word.held = self.house.held_seats.all();
        self.engine.exchange(&word).await.map(drop)
    }

    async fn beat(&mut self) {
        if self.pause > 0 {
            self.pause -= 1;
            return;
        }
        let word = self.word();
        let heard = timeout(BACKEND_TIMEOUT, self.engine.exchange(&word)).await;
        match heard.unwrap_or_else(|_| Err(mute())) {
            Ok(news) => self.hear(news, word.day),
            Err(broken) => self.lose(&broken),
        }
    }

    /// Of no use while the directory is gone: the next word is tried at its time.
    async fn pulse(&mut self) {
        if self.failures == 0 {
            let heard = timeout(
                BACKEND_TIMEOUT,
                self.engine.still_here(&self.id, SERVER_TTL),
            )
            .await;
            if let Err(broken) = heard.unwrap_or_else(|_| Err(mute())) {
                self.lose(&broken);
            }
        }
    }

    fn word(&mut self) -> Report {
        let House {
            options,
            held_seats: held,
            store,
            ..
        } = &*self.house;
        let grace = options.grace.max(SHORTEST);
        let changes = held.changes(beats(grace));
        Report {
            card: self.house.server_info(),
            life: SERVER_TTL,
            held: changes.held,
            grace,
            freed: changes.freed,
            day: store.wall().day(),
            board: store.board(None),
        }
    }

    fn hear(&mut self, news: ClusterView, day: u64) {
        if self.failures > 0 {
            tracing::info!("the directory is back");
            // The others may find it a pause later, and say every seat once in so many beats.
            let beats = LONGEST_PAUSE + beats(self.house.options.grace);
            self.whole = Some(Instant::now() + REPORT_INTERVAL * beats);
        }
        (self.failures, self.pause) = (0, 0);
        let [come, gone] = self.house.peers.update(news.cards, Instant::now());
        for url in come {
            tracing::info!(%url, "another server is there");
        }
        for url in gone {
            tracing::info!(%url, "a server has gone");
        }
        // The others' best are kept here, too: they are shown when the directory is gone.
        self.house.store.merge(day, news.board);
    }

    /// Said once. Then it is tried again, at longer and longer intervals.
    fn lose(&mut self, broken: &BackendError) {
        if let Backend::Redis(link) = &mut self.engine {
            link.hang_up();
        }
        if self.failures == 0 {
            tracing::warn!(why = %broken, "the directory is gone: the games go on, the other servers are known for 3 s more");
        }
        self.pause = (1 << self.failures.min(8)).min(LONGEST_PAUSE) - 1;
        self.failures += 1;
        self.house.peers.backend_lost();
    }

    async fn answer(&mut self, questions: Vec<ClusterRequest>) {
        let (mut marks, mut replies) = (Vec::new(), Vec::new());
        for question in questions {
            match question {
                ClusterRequest::FindSeat { mark, reply } => {
                    marks.push(mark);
                    replies.push(reply);
                }
                ClusterRequest::LastSeen { id, reply } => self.recall(&id, reply).await,
                ClusterRequest::Leave => {}
            }
        }
        if marks.is_empty() {
            return;
        }
        let found = match self.failures {
            0 => timeout(BACKEND_TIMEOUT, self.engine.find(&marks))
                .await
                .unwrap_or_else(|_| Err(mute())),
            _ => Err(mute()), // Nobody waits for what is known to be gone.
        };
        let places = match found {
            Ok(found) => found.into_iter().map(|it| self.place(it)).collect(),
            Err(broken) => {
                if self.failures == 0 {
                    self.lose(&broken);
                }
                vec![SeatLocation::Unknown; marks.len()]
            }
        };
        for (reply, place) in replies.into_iter().zip(places) {
            let _unless_gone = reply.send(place); // Who asked has a deadline, too.
        }
    }

    fn place(&self, found: Option<SeatRecord>) -> SeatLocation {
        match found {
            // A seat that is said to be here, and is not, was given up a moment ago.
            Some(found) if found.id == self.id => SeatLocation::Gone,
            Some(SeatRecord {
                said: Some(said), ..
            }) if said.card.is_sound() => SeatLocation::Server(said),
            Some(SeatRecord { id, said: None }) => {
                let url = self.house.peers.url_of(&id);
                url.map_or(SeatLocation::Gone, SeatLocation::Expired)
            }
            None if self.whole.is_some_and(|whole| Instant::now() < whole) => SeatLocation::Unknown,
            _ => SeatLocation::Gone,
        }
    }

    async fn recall(&mut self, id: &str, reply: oneshot::Sender<Option<LastSeen>>) {
        if self.failures > 0 {
            return; // Nobody waits for what is known to be gone.
        }
        let said = timeout(BACKEND_TIMEOUT, self.engine.last_word(id)).await;
        match said.unwrap_or_else(|_| Err(mute())) {
            Ok(said) => {
                let _unless_gone = reply.send(said);
            }
            Err(broken) => self.lose(&broken),
        }
    }
}

/// In so many beats each seat is said again.
fn beats(grace: Duration) -> u32 {
    let beats = grace.max(SHORTEST).as_secs() / REPORT_INTERVAL.as_secs() / 3;
    beats.max(1) as u32
}

fn mute() -> BackendError {
    BackendError(format!(
        "no answer within {} ms",
        BACKEND_TIMEOUT.as_millis()
    ))
}

#[cfg(test)]
mod tests;
