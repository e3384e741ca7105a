//! One thread per worker: it reads the worker's messages and waits for its exit.

use crate::{
    handover::WorkerId,
    ipc::{Channel, Kind, Message},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    os::fd::OwnedFd,
    process::{Child, ExitStatus},
};
use tokio::sync::mpsc;

pub(super) enum Event {
    Message(WorkerId, Message, Option<OwnedFd>),
    /// The process has ended.
    Exited(WorkerId, Option<ExitStatus>),
}

/// Forwards what a worker sends, until its channel closes; then waits for its exit. A worker that
/// closes its channel without having handed over cannot serve under this supervisor any more, so it
/// is killed.
pub(super) fn read(
    worker: WorkerId,
    channel: &Channel,
    mut child: Child,
    events: &mpsc::UnboundedSender<Event>,
) {
    let mut handed_over = false;
    while let Ok(Some((message, fd))) = channel.recv() {
        handed_over |= message.kind == Kind::Stopped;
        let _unless_gone = events.send(Event::Message(worker, message, fd));
    }
    if !handed_over {
        let _ended_already = kill_process(Pid::from_child(&child), Signal::KILL);
    }
    let _unless_gone = events.send(Event::Exited(worker, child.wait().ok()));
}
