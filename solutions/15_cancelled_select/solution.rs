//! A future that outlives the questions.
//!
//! **Why it works.** `select!` drops every branch that did not win. So each branch must lose
//! nothing when it is dropped. `events.recv()` and `questions.recv()` lose nothing: a message is
//! either still in the queue, or was handed over (tokio's documentation says of each method whether
//! it is *cancel safe*). `phone.send(event)` is not cancel safe, because it holds the event. It is
//! made once, pinned outside of the `select!`, and the `select!` waits for `&mut sending`: only a
//! reference is dropped, and the future is still there.
//!
//! The writer takes one event out of the queue at a time; if a phone does not read, its queue
//! fills, and the room notices. That was so before the fix, and must stay so.
//!
//! **What else would work.** The event in a variable outside of the loop, so that it is still there
//! after a `send` has been dropped: `held: Option<String>`, cleared when the `send` is over. Or two
//! tasks, one that only sends and one that only answers, with the count in a `watch`; then there is
//! no `select!`. If the phone were a tokio channel: `reserve` a place first, and take an event out
//! of the queue when there is one.
//!
//! **What would not.** Sending in the body of the branch: nothing is dropped there, but no question
//! is answered either. `biased`, which only decides which branch is polled first. A task for each
//! event: an unbounded queue.

use judge::clock::Phone;
use std::pin::pin;
use tokio::select;
use tokio::sync::{mpsc, oneshot};

/// The server asks: how many events has the phone been sent so far?
pub type Question = oneshot::Sender<usize>;

/// Sends every event to the phone, once, in sequence, until there are no more or the player has
/// gone. Meanwhile it answers each question at once, even while the phone does not read.
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
                // An error: the server no longer waits for the answer.
                let _ = question.send(told);
                continue;
            }
        };
        let Some(event) = event else { return };
        // Made here and only borrowed below, so a question does not drop it.
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
