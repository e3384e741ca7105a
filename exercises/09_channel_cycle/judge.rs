//! Judges exercise 9: tokio's channels under loom. Unsolved: `wait-cycle`.
//!
//! Covers: a room and a player as tasks of one thread (100 wishes) and as two threads (5 wishes).
//! Does not cover: more players.

use super::exercise::open;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::task::{Task, block_on, join_all};
use lanes::{Bounds, thread};
use std::sync::Mutex;

/// More unanswered wishes than this mean a queue that grows.
const UNANSWERED: usize = 8;

pub fn judge(case: &mut Case) -> Judged {
    case.promise("One or two wishes are answered.")
        .if_broken(
            "overtaken",
            |broken, answer| broken.says("are eaten") && answer.says("spawn"),
            "Each answer is now sent by a task of its own, so one answer can overtake another. And \
             the number of answers on their way has no limit.",
        )
        .in_every_schedule("two wishes", Bounds::exhaustive(), || {
            let outcome = play(2);
            assert!(
                outcome.eaten == [0, 1],
                "wishes 0 and 1, but the answers {:?} are eaten",
                outcome.eaten
            );
        })?;

    case.promise("A wish does not wait for the answer to the one before.")
        .if_broken("one-at-a-time", |broken, _| broken.says("at most"), ONE)
        .in_every_schedule("two wishes at once", Bounds::exhaustive(), || {
            let outcome = play(2);
            assert!(
                outcome.most > 1,
                "2 wishes, but at most {} is under way: the second waits for the answer to the \
                 first",
                outcome.most
            );
        })?;

    case.promise("The room and the player never wait for each other.")
        .if_broken(
            "rarer",
            |broken, answer| {
                broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now"))
            },
            RARER,
        )
        .if_broken("wait-cycle", |broken, _| broken.is_deadlock(), RING)
        .if_broken("lost", |broken, _| broken.says("are eaten"), LOST)
        .in_every_schedule("five wishes, two threads", Bounds::preemptions(1), || {
            let (room, player) = open();
            let room = thread::spawn("the room", move || block_on(room.serve()));
            let ann = thread::spawn("ann", move || {
                let mut eaten = vec![];
                block_on(player.play(0..5, |answer| eaten.push(answer)));
                eaten
            });
            let eaten = ann.join().unwrap();
            room.join().unwrap();
            assert!(
                eaten == [0, 1, 2, 3, 4],
                "5 wishes, but the answers {eaten:?} are eaten"
            );
        })?;

    case.promise("A hundred wishes are answered, and no queue grows with their number.")
        .if_broken(
            "lost",
            |broken, answer| broken.says("unanswered") && answer.says("try_send"),
            LOST,
        )
        .if_broken(
            "huge",
            |broken, _| broken.says("unanswered"),
            "A longer queue is full later, and until then it keeps everything in memory. With a \
             few more wishes the same wait cycle is there again, or the memory is full. Break the \
             cycle; a longer queue only delays it.",
        )
        .if_broken("lost", |broken, _| broken.says("are eaten"), LOST)
        .if_broken(
            "rarer",
            |broken, answer| {
                broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now"))
            },
            RARER,
        )
        .if_broken("wait-cycle", |broken, _| broken.is_deadlock(), RING)
        .in_every_schedule(
            "a hundred wishes",
            Bounds::exhaustive().steps(50_000),
            || {
                let outcome = play(100);
                let all = (0..100).eq(outcome.eaten.iter().copied());
                assert!(
                    all,
                    "100 wishes, but {} answers are eaten, or not in the order of the wishes",
                    outcome.eaten.len()
                );
            },
        )
}

const RING: &str = "Each of the two waits for a place in a channel that only the other one \
    empties: the player takes no answer before the last wish is sent, and the room takes no wish \
    before its answer is sent. One of them must send and receive at the same time.";
const LOST: &str = "If a channel is full, the answer is thrown away, and the player waits for an \
    answer that never comes. `try_send` needs a plan for a full channel: here no answer may be \
    lost.";
const ONE: &str = "Wish, wait, eat, wish, wait, eat: no wait cycle, but nothing happens at the \
    same time either. If the room is far away, every wish costs a whole round trip. Send the next \
    wishes while answers are on their way.";
const RARER: &str = "A pause lets the room work once more, but no answer is received during it. \
    The two channels are full a little later.";

#[derive(Default)]
struct Outcome {
    unanswered: usize,
    most: usize,
    eaten: Vec<u32>,
}

/// Runs a room and a player with this many wishes, as tasks of one thread.
fn play(wishes: u32) -> Outcome {
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    let (seen, told) = (Arc::clone(&outcome), Arc::clone(&outcome));
    let (room, player) = open();
    let wishes = (0..wishes).inspect(move |_| {
        let mut outcome = seen.lock().unwrap();
        outcome.unanswered += 1;
        outcome.most = outcome.most.max(outcome.unanswered);
        let unanswered = outcome.unanswered;
        drop(outcome);
        // One more: the wish that is about to be sent.
        assert!(
            unanswered <= UNANSWERED + 1,
            "{unanswered} wishes are unanswered, and the player makes still more"
        );
    });
    let eat = move |answer| {
        let mut outcome = told.lock().unwrap();
        outcome.unanswered = outcome.unanswered.saturating_sub(1);
        outcome.eaten.push(answer);
    };
    join_all(vec![
        ("the room", Box::pin(room.serve()) as Task<'_>),
        ("ann", Box::pin(player.play(wishes, eat))),
    ]);
    std::mem::take(&mut *outcome.lock().unwrap())
}
