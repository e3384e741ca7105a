//! Sentences that say why a wait cannot end.

use super::wait_graph::WaitGraph;
use crate::record::{How, Kind, Wait};
use ::wait_graph::list;

impl WaitGraph<'_> {
    /// ``for `room` ``
    pub(super) fn words(&self, wait: &Wait) -> String {
        let object = self.object(wait);
        let name = object
            .map(|object| format!("`{}`", object.name))
            .unwrap_or_default();
        wait.how
            .words(object.map(|object| object.kind), &name, |lane| {
                self.name(lane).to_owned()
            })
    }

    /// ``waits for `room`, held by bob (row 2)``
    pub(super) fn why(
        &self,
        lane: usize,
        wait: &Wait,
        row_of: &impl Fn(usize) -> Option<usize>,
    ) -> String {
        let waits = format!("waits {}", self.words(wait));
        let Some(object) = self.object(wait) else {
            return waits;
        };
        if !wait.how.is_lock() {
            return self.why_on_a_pipe(lane, wait, &waits);
        }
        if wait.how == How::ReadLock && self.is_only_read(object) {
            let writers = list(&self.names(object.queue.clone())).unwrap_or_default();
            return format!("{waits}, behind {writers}, who waits to write");
        }
        match object.holders.as_slice() {
            [] => match object.queue.first() {
                Some(&next) if next != lane => {
                    format!(
                        "{waits}, which is {}'s next, who does not come to take it",
                        self.name(next)
                    )
                }
                _ => waits,
            },
            holders if holders.iter().any(|&(holder, _)| holder == lane) => {
                format!(
                    "{waits}, which {} holds already: the second lock waits for the first",
                    self.name(lane)
                )
            }
            holders => {
                let holders: Vec<String> = holders
                    .iter()
                    .map(|&(holder, step)| self.holder(holder, row_of(step)))
                    .collect();
                format!("{waits}, held by {}", list(&holders).unwrap_or_default())
            }
        }
    }

    fn holder(&self, holder: usize, row: Option<usize>) -> String {
        let since = row.map(|row| format!(" (row {row})")).unwrap_or_default();
        let ended = if self.tape.lanes[holder].ended {
            ", who has ended without letting go"
        } else {
            ""
        };
        format!("{}{since}{ended}", self.name(holder))
    }

    fn why_on_a_pipe(&self, lane: usize, wait: &Wait, waits: &str) -> String {
        let Some(object) = self.object(wait) else {
            return waits.to_owned();
        };
        let (users, does, has_done) = match (wait.how, object.kind) {
            (How::Full, Kind::Channel) => (
                &object.readers,
                ["receives from it", "receive from it"],
                "received from it",
            ),
            (How::Full, _) => (&object.readers, ["reads it", "read it"], "read it"),
            (How::Empty, Kind::Channel) => {
                (&object.writers, ["sends to it", "send to it"], "sent to it")
            }
            (How::Empty, Kind::Oneshot) => (&object.writers, ["answers", "answer"], "answered"),
            (How::Empty, _) => (
                &object.writers,
                ["writes to it", "write to it"],
                "written to it",
            ),
            (How::Notification, _) => return format!("{waits}, and no thread is left to do it"),
            _ => return waits.to_owned(),
        };
        let living = |user: &usize| !self.tape.lanes[*user].ended;
        let mut living: Vec<usize> = users.iter().copied().filter(living).collect();
        // A lane that only did the set-up will not use the pipe again.
        if living.iter().any(|&user| self.shown[user]) {
            living.retain(|&user| self.shown[user]);
        }
        let does = does[usize::from(living.len() > 1)];
        let is_alone = living == [lane];
        match (list(&self.names(living)), list(&self.names(users.clone()))) {
            (Some(living), _) if is_alone => format!("{waits}, and only {living} {does}"),
            (Some(living), _) => format!("{waits}, and it is {living} who {does}"),
            (None, Some(gone)) => {
                format!("{waits}, but {gone}, who alone has {has_done}, has ended")
            }
            (None, None) if self.owner(object).is_some() => {
                format!(
                    "{waits}, and only {} could have {has_done}",
                    list(&self.names(self.owner(object))).unwrap_or_default()
                )
            }
            (None, None) => format!("{waits}, and no thread has ever {has_done}"),
        }
    }

    /// What columns cannot show: that several of them are one thread.
    pub(super) fn remarks(&self) -> Vec<String> {
        let hosts = 0..self.tape.lanes.len();
        hosts
            .filter_map(|host| self.remark_on_a_thread(host))
            .collect()
    }

    fn remark_on_a_thread(&self, host: usize) -> Option<String> {
        let lanes = &self.tape.lanes;
        let tasks: Vec<usize> = (0..lanes.len())
            .filter(|&lane| self.shown[lane] && lanes[lane].host == Some(host))
            .collect();
        if tasks.len() < 2 {
            return None;
        }
        let all = list(&self.names(tasks.iter().copied()))?;
        let stopped =
            |task: &usize| !lanes[*task].ended && self.tape.thread_stopped_by(*task).is_some();
        let stopped: Vec<usize> = tasks.into_iter().filter(stopped).collect();
        let Some(blocker) = stopped
            .first()
            .and_then(|&task| self.tape.thread_stopped_by(task))
        else {
            return Some(format!(
                "{all} are tasks of one thread, which has nothing left to do."
            ));
        };
        let others = list(&self.names(stopped))?;
        let (name, what) = (self.name(blocker), self.what_blocks(blocker));
        Some(format!(
            "{all} are tasks of one thread: while {name}'s {what} blocks it, {others} cannot move."
        ))
    }

    fn what_blocks(&self, lane: usize) -> &'static str {
        match self.tape.lanes[lane]
            .waits
            .iter()
            .find(|wait| wait.stops_thread)
            .map(|wait| wait.how)
        {
            Some(how) if how.is_lock() => "lock",
            Some(How::Full) => "write",
            Some(How::Empty) => "read",
            Some(How::End(_)) => "join",
            _ => "wait",
        }
    }
}
