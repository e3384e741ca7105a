//! Connections whose first request has not arrived. Each address has a limit of its own, but a
//! script may have many addresses.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use tokio::task::AbortHandle;

/// The most of them. The request of an honest client comes within a second, so the oldest ones are
/// dropped for new ones.
const MOST: usize = 4_096;

/// An honest client needs no longer for a request. Older ones are dropped when the process has no
/// descriptor left.
const USUAL: Duration = Duration::from_secs(1);

/// Their tasks, the oldest first. Some have ended already.
#[derive(Debug, Default)]
pub(super) struct HalfOpen(VecDeque<(Instant, AbortHandle)>);

impl HalfOpen {
    /// Adds one. Returns how many were dropped for it.
    pub(super) fn add(&mut self, task: AbortHandle, now: Instant) -> usize {
        let mut dropped = 0;
        if self.0.len() >= MOST {
            self.forget_ended();
            // A quarter, so that each look at all of them makes place for many.
            if self.0.len() > MOST / 4 * 3 {
                dropped = MOST / 4;
                self.0.drain(..dropped).for_each(|(_, task)| task.abort());
            }
        }
        self.0.push_back((now, task));
        dropped
    }

    /// Drops those that are late. Returns how many.
    pub(super) fn drop_late(&mut self, now: Instant) -> usize {
        self.forget_ended();
        let is_late = |since: &Instant| now.saturating_duration_since(*since) > USUAL;
        let late = self.0.partition_point(|(since, _)| is_late(since));
        self.0.drain(..late).for_each(|(_, task)| task.abort());
        late
    }

    fn forget_ended(&mut self) {
        self.0.retain(|(_, task)| !task.is_finished());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::now;
    use std::future::pending;
    use tokio::{spawn, task::JoinHandle};

    /// Checks that the oldest were dropped, and no others.
    async fn are_dropped(tasks: Vec<JoinHandle<()>>, dropped: usize) {
        for (at, task) in tasks.into_iter().enumerate() {
            match at < dropped {
                true => assert!(task.await.is_err_and(|it| it.is_cancelled()), "{at}"),
                false => assert!(!task.is_finished(), "{at}"),
            }
        }
    }

    #[tokio::test]
    async fn the_oldest_are_dropped_for_new_ones_and_those_that_ended_do_not_count() {
        let (mut half_open, now) = (HalfOpen::default(), now());
        for _ in 0..3 * MOST {
            let task = spawn(async {});
            assert_eq!(half_open.add(task.abort_handle(), now), 0, "it ended");
            task.await.expect("it ends");
        }
        let waiting: Vec<_> = (0..3 * MOST).map(|_| spawn(pending())).collect();
        let add = |task: &JoinHandle<()>| half_open.add(task.abort_handle(), now);
        let dropped: usize = waiting.iter().map(add).sum();
        let left = waiting.len() - dropped;
        assert!((MOST / 2..=MOST).contains(&left), "{left}");
        are_dropped(waiting, dropped).await;
    }

    #[tokio::test]
    async fn without_a_descriptor_the_late_ones_are_dropped() {
        let (mut half_open, now) = (HalfOpen::default(), now());
        let waiting: Vec<_> = (0..4).map(|_| spawn(pending())).collect();
        for (task, second) in waiting.iter().zip(0..) {
            half_open.add(task.abort_handle(), now + Duration::from_secs(second));
        }
        assert_eq!(half_open.drop_late(now + Duration::from_secs(3)), 2);
        assert_eq!(half_open.drop_late(now + Duration::from_secs(3)), 0);
        are_dropped(waiting, 2).await;
    }
}
