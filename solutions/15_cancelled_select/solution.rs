//! A future that outlives the questions.
//!
//! **Why it works.** `select!` drops every branch that did not win. So each branch must be one that loses nothing when it is dropped.
//! `events.recv()` and `questions.recv()` are: a message is either still in the queue, or was handed over (tokio's documentation says of
//! each method whether it is *cancel safe*). `phone.send(event)` is not, for it has the event. It is made once, pinned outside of the
//! `select!` that waits for it, and that waits for `&mut sending`: what is dropped is a reference, and the future waits on.
//!
//! The writer takes one event out of the queue at a time; behind a phone that does not read the queue fills, and the room
//! notices. That was so before, and had to stay so.
//!
//! **What else would work.** The event in a variable outside of the loop, so that it is still there when a `send` has been dropped: `held:
//! Option<String>`, taken out when the `send` is over. Or two tasks, of which one only sends and the other only answers, with the count in a
//! `watch`; then there is no `select!`. Towards a tokio channel: `reserve` a place first, and take an event out of the queue when there is one.
//!
//! **What would not.** Sending in the body of the branch: nothing is dropped there, but nothing else is heard either. `biased`, which
//! settles only who is asked first. A task for each event: a queue without an end.

use judge::clock::Phone;
use std::pin::pin;
use tokio::select;
use tokio::sync::{mpsc, oneshot};

/// The house asks: how many events has the phone been sent so far?
pub type Question = oneshot::Sender<usize>;

/// Tells the phone every event, once, in order, until there are no more or the player has gone. Meanwhile it answers each
/// question at once, also while the phone does not read.
pub async fn write_to(
    phone: Phone,
    mut events: mpsc::Receiver<String>,
    mut questions: mpsc::Receiver<Question>,
) {
    let mut told = 0;
    loop {
        let event = select! {
            event = events.recv() => event,
            Some(question) = questions.recv() => {
                // An error: the house does not want to know any more.
                let _ = question.send(told);
                continue;
            }
        };
        let Some(event) = event else { return };
        // Made here, and only borrowed below: a question does not drop it.
        let mut sending = pin!(phone.send(event));
        let sent = loop {
            select! {
                sent = &mut sending => break sent,
                Some(question) = questions.recv() => {
                    let _ = question.send(told);
                }
            }
        };
        if sent.is_err() {
            return;
        }
        told += 1;
    }
}
