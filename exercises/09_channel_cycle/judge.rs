//! Judges exercise 9: tokio's channels under loom. Unsolved: `wait-cycle`.
//!
//! Covers: a room and a player as tasks of one thread (none to 100 wishes) and as two threads (5
//! wishes; 20 with a room that takes a wish whenever it can). Does not cover: more players; a
//! `select!` without `biased;`, which begins with a branch chosen at random.

use super::exercise::open;
use judge::{Answer, Broken, Case, Judged};
use lanes::sync::Arc;
use lanes::task::{Task, block_on, join_all};
use lanes::{Bounds, thread};
use std::sync::Mutex;

/// More unanswered wishes than this mean a queue that grows.
const UNANSWERED: usize = 8;

pub fn judge(case: &mut Case) -> Judged {
    let code = case.answer().code().to_owned();
    let selects = Selects::of(&code);
    case.promise("The judge can run each schedule again.")
        .if_broken("cancelled-send", move |_, _| selects.send, CANCELLED)
        .if_broken("select-for-join", move |_, _| selects.whole, SELECT)
        .if_broken(
            "chance",
            |_, _| true,
            "This need not be a mistake. But no schedule can be run twice, so the judge cannot \
             judge it. With `biased;` the branches are tried in their order.",
        )
        .holds(
            !selects.by_chance,
            "a `select!` begins with a branch that is chosen at random: write `biased;` as its \
             first line",
        )?;

    case.promise("One or two wishes are answered.")
        .if_broken("forgotten-sender", waits_for_the_end, FORGOTTEN)
        .if_broken(
            "overtaken",
            |broken, answer| broken.says("are eaten") && answer.says("spawn"),
            "Each answer is now sent by a task of its own, so one answer can overtake another. And \
             the number of answers on their way has no limit.",
        )
        .if_broken("select-for-join", ends_too_early, SELECT)
        .if_broken("cancelled-send", loses_a_wish, CANCELLED)
        .if_broken("lost", |broken, _| broken.finds("full"), LOST)
        .in_every_schedule("two wishes", Bounds::exhaustive(), || {
            let eaten = play(&[0, 1]).eaten;
            assert!(
                eaten == [0, 1],
                "wishes 0 and 1, but the answers {eaten:?} are eaten"
            );
        })?;

    case.promise("No wishes, the same wish twice, and a player who has gone: the room ends.")
        .if_broken("forgotten-sender", waits_for_the_end, FORGOTTEN)
        .in_every_schedule("none, and two", Bounds::preemptions(1), || {
            for wishes in [vec![], vec![3, 3]] {
                let eaten = play(&wishes).eaten;
                assert!(
                    eaten == wishes,
                    "the wishes {wishes:?}, but the answers {eaten:?} are eaten"
                );
            }
            let (room, player) = open();
            drop(player);
            block_on(room.serve());
        })?;

    case.promise("A wish does not wait for the answer to the one before.")
        .if_broken("one-at-a-time", |broken, _| broken.says("at most"), ONE)
        .in_every_schedule("two wishes at once", Bounds::exhaustive(), || {
            let outcome = play(&[0, 1]);
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
            |broken, answer| broken.is_deadlock() && answer.pauses(),
            RARER,
        )
        .if_broken("wait-cycle", is_the_ring, RING)
        .if_broken("forgotten-sender", waits_for_the_end, FORGOTTEN)
        .if_broken("select-for-join", ends_too_early, SELECT)
        .if_broken("cancelled-send", loses_a_wish, CANCELLED)
        .if_broken("lost", |broken, _| broken.finds("full"), LOST)
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
        .if_broken("lost", |broken, _| broken.finds("full"), LOST)
        .if_broken("huge", |broken, _| broken.says("unanswered"), HUGE)
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && answer.pauses(),
            RARER,
        )
        .if_broken("wait-cycle", is_the_ring, RING)
        .if_broken("cancelled-send", loses_a_wish, CANCELLED)
        .in_every_schedule(
            "a hundred wishes",
            Bounds::exhaustive().steps(50_000),
            || {
                let wishes: Vec<u32> = (0..100).collect();
                let eaten = play(&wishes).eaten;
                assert!(
                    eaten == wishes,
                    "100 wishes, but {} answers are eaten, or not in the order of the wishes",
                    eaten.len()
                );
            },
        )?;

    case.promise("No queue grows when the room is faster than the player.")
        .if_broken("huge", |broken, _| broken.says("unanswered"), HUGE)
        .if_broken("wait-cycle", is_the_ring, RING)
        .in_every_schedule("twenty wishes, a fast room", Bounds::preemptions(0), || {
            let outcome = Arc::new(Mutex::new(Outcome::default()));
            let (room, player) = open();
            let (wishes, eat) = counted(&outcome, (0..20).collect());
            // Before each wish, the room does all that it can without the player.
            let wishes = wishes.inspect(|_| thread::yield_now());
            let room = thread::spawn("the room", move || block_on(room.serve()));
            let ann = thread::spawn("ann", move || block_on(player.play(wishes, eat)));
            ann.join().unwrap();
            room.join().unwrap();
            let eaten = outcome.lock().unwrap().eaten.len();
            assert!(eaten == 20, "20 wishes, but {eaten} answers are eaten");
        })
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

const HUGE: &str = "A longer queue is full later, and until then it keeps everything in memory; a \
    list of wishes or answers is such a queue, too. With a few more wishes the same wait cycle is \
    there again, or the memory is full. Break the cycle; a longer queue only delays it.";
const FORGOTTEN: &str = "Every wish is answered, but the player waits for one more answer, and the \
    room for one more wish: the player still has its sender of wishes. The room ends when that \
    sender is dropped: move it into the future that sends (`async move`), or drop it after the \
    last wish.";
const SELECT: &str = "`select!` ends with the branch that ends first, and drops the other one. \
    When the last wish is sent, the eating is dropped, and the answers that are still on their way \
    are never eaten. `join!` waits for both.";
const CANCELLED: &str = "If an answer comes first, `select!` drops the other branch: the `send`, \
    and the wish in it. That wish is never sent. Keep the same `send` until it is done \
    (`tokio::pin!`, and `&mut` in the `select!`), wait for a place instead (`reserve`), or send \
    and eat in a `join!`.";

/// What the `select!`s of an answer do, as far as their text shows it.
#[derive(Clone, Copy, Default)]
struct Selects {
    /// One begins with a branch chosen at random.
    by_chance: bool,
    /// One makes a `send` in a branch, and does not come back to it in a `loop`.
    send: bool,
    /// One has whole futures in its branches, and ends with the first.
    whole: bool,
}

impl Selects {
    fn of(code: &str) -> Selects {
        let mut found = Selects::default();
        for (at, word) in code.match_indices("select!") {
            let before = code[..at].trim_end_matches("tokio::").trim_end();
            let block = block(&code[at + word.len()..]);
            // `sent = room.send(wish) =>`: what stands before an arrow, in its line.
            let lines = block.lines().filter_map(|line| line.split_once("=>"));
            let heads: Vec<&str> = lines.map(|(head, _)| head).collect();
            let says = |word: &str| heads.iter().any(|head| head.contains(word));
            found.by_chance |= !block.trim_start().starts_with("biased");
            found.send |= says(".send(") && !before.ends_with("loop {");
            found.whole |= !says("(") || !says(".") && !says("&mut");
        }
        found
    }
}

/// Returns the text between the first brace and its partner.
fn block(code: &str) -> &str {
    let begin = code.find('{').map_or(0, |at| at + 1);
    let mut depth = 1;
    let end = code[begin..].find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        depth == 0
    });
    &code[begin..end.map_or(code.len(), |end| begin + end)]
}

/// Whether a room and a player wait for a place, each in the channel that the other one empties.
fn is_the_ring(broken: &Broken, _: &Answer) -> bool {
    let waits = |name| broken.count(name, "for a place") > 0;
    broken.is_deadlock() && waits("the room") && waits("ann")
}

/// Whether both wait for a message in the end.
fn waits_for_the_end(broken: &Broken, _: &Answer) -> bool {
    let steps = broken.steps();
    let last: Vec<&String> = steps
        .iter()
        .rev()
        .filter(|step| step.to_lowercase().contains("waits"))
        .take(2)
        .collect();
    broken.is_deadlock()
        && last.len() == 2
        && last.iter().all(|step| step.contains("for a message"))
}

/// Whether the player ends although every wish was sent.
fn ends_too_early(broken: &Broken, answer: &Answer) -> bool {
    broken.says("are eaten") && Selects::of(answer.code()).whole && !loses_a_wish(broken, answer)
}

/// Whether the player does not send every wish, and no full channel is to blame.
fn loses_a_wish(broken: &Broken, answer: &Answer) -> bool {
    let wishes = if broken.says("5 wishes") { 5 } else { 2 };
    let sent = broken.count("ann", "sends to the room's inbox");
    let is_small = !broken.says("100 wishes");
    broken.says("are eaten")
        && Selects::of(answer.code()).send
        && !broken.finds("full")
        && (!is_small || sent < wishes)
}

#[derive(Default)]
struct Outcome {
    unanswered: usize,
    most: usize,
    eaten: Vec<u32>,
}

/// Runs a room and a player with these wishes, as tasks of one thread.
fn play(wishes: &[u32]) -> Outcome {
    let outcome = Arc::new(Mutex::new(Outcome::default()));
    let (room, player) = open();
    let (wishes, eat) = counted(&outcome, wishes.to_vec());
    join_all(vec![
        ("the room", Box::pin(room.serve()) as Task<'_>),
        ("ann", Box::pin(player.play(wishes, eat))),
    ]);
    std::mem::take(&mut *outcome.lock().unwrap())
}

/// The wishes, and an `eat`, that write into `outcome` how many wishes are unanswered.
fn counted(
    outcome: &Arc<Mutex<Outcome>>,
    wishes: Vec<u32>,
) -> (impl Iterator<Item = u32> + use<>, impl FnMut(u32) + use<>) {
    let (seen, told) = (Arc::clone(outcome), Arc::clone(outcome));
    let wishes = wishes.into_iter().inspect(move |_| {
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
    (wishes, eat)
}
