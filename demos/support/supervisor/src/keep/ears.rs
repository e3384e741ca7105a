//! A thread a worker, which hears what it says and how it ends.

use crate::{
    note::{Note, Way, What},
    plan::Who,
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    os::fd::OwnedFd,
    process::{Child, ExitStatus},
};
use tokio::sync::mpsc;

pub(super) enum Heard {
    /// From this worker.
    Note(u64, Note, Option<OwnedFd>),
    /// It is over.
    Ended(u64, Option<ExitStatus>),
}

/// Hears a worker to its end. Who says nothing any more has no way back: it is ended, if it is not
/// over yet.
pub(super) fn listen(
    number: Who,
    way: &Way,
    mut child: Child,
    heard: &mpsc::UnboundedSender<Heard>,
) {
    let mut handed_over = false;
    while let Ok(Some((note, fd))) = way.recv() {
        handed_over |= note.what == What::Done;
        let _unless_gone = heard.send(Heard::Note(number, note, fd));
    }
    if !handed_over {
        let _ended_already = kill_process(Pid::from_child(&child), Signal::KILL);
    }
    let _unless_gone = heard.send(Heard::Ended(number, child.wait().ok()));
}
