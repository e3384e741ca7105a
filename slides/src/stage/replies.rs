//! How long the phones take to answer a ping: the presenter sees a slow network before a vote
//! fails.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard},
    time::{Duration, Instant},
};

/// The reply time of each phone that is connected.
#[derive(Debug, Default)]
pub(crate) struct Replies {
    phones: Mutex<BTreeMap<u64, Reply>>,
}

#[derive(Debug, Default)]
struct Reply {
    /// When the ping without an answer was sent.
    asked: Option<Instant>,
    /// How long the last answer took.
    took: Duration,
}

impl Replies {
    /// A ping is sent to a phone. An earlier one without an answer still counts.
    pub(crate) fn asked(&self, phone: u64, now: Instant) {
        self.lock()
            .entry(phone)
            .or_default()
            .asked
            .get_or_insert(now);
    }

    /// A phone answered its ping.
    pub(crate) fn answered(&self, phone: u64, now: Instant) {
        if let Some(reply) = self.lock().get_mut(&phone)
            && let Some(asked) = reply.asked.take()
        {
            reply.took = now.saturating_duration_since(asked);
        }
    }

    pub(crate) fn disconnected(&self, phone: u64) {
        self.lock().remove(&phone);
    }

    /// The longest reply time. A phone that has not answered counts with the time that it has
    /// taken so far. `None` without phones.
    pub(crate) fn longest(&self, now: Instant) -> Option<Duration> {
        let phones = self.lock();
        let time = |reply: &Reply| {
            let waits = reply.asked.map(|it| now.saturating_duration_since(it));
            reply.took.max(waits.unwrap_or_default())
        };
        phones.values().map(time).max()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Reply>> {
        lock::lock(&self.phones)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_reply_time_counts_phones_that_do_not_answer_and_forgets_those_that_left() {
        let now = Instant::now();
        let ms = |ms| now + Duration::from_millis(ms);
        let replies = Replies::default();
        assert_eq!(replies.longest(now), None);
        replies.asked(1, now);
        replies.asked(2, now);
        replies.answered(1, ms(30));
        replies.answered(2, ms(40));
        replies.answered(3, ms(99));
        let longest = |at| replies.longest(ms(at)).map(|it| it.as_millis());
        assert_eq!(longest(5000), Some(40));
        replies.asked(1, ms(5000));
        assert_eq!(longest(5010), Some(40));
        replies.asked(1, ms(6000));
        assert_eq!(longest(9000), Some(4000), "the first ping still counts");
        // An answer that was not asked for changes nothing.
        replies.answered(2, ms(9000));
        replies.disconnected(1);
        assert_eq!(longest(9000), Some(40));
    }
}
