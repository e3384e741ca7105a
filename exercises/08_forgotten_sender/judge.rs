//! Judges exercise 8 with loom. Unsolved: `forgotten-sender`.
//!
//! Covers: none, one and two players with up to three bills, one who brings a bill only when the last one is rung up.
//! Not: players who panic.

use super::exercise::{Player, evening};
use judge::{Case, Judged};
use lanes::Bounds;
use lanes::sync::{Arc, Condvar, Mutex};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("When everybody has gone, the evening ends, and every bill is rung up.")
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && (answer.says("sleep") || answer.says("yield_now")),
            "A pause does not drop a sender. The till waits because somebody could still send, and that somebody is `evening` itself.",
        )
        .if_broken(
            "nobody-receives",
            |broken, answer| broken.is_deadlock() && (answer.count("spawn") == 0 || waits_for_a_place(broken)),
            FULL,
        )
        .if_broken(
            "forgotten-sender",
            |broken, _| broken.is_deadlock(),
            "The receiver ends when every sender is gone, and one is left: not a player's, but the one that all of them were cloned \
             from. It belongs to `evening`, which waits for the bills to end, and so for itself.",
        )
        .if_broken(
            "counts",
            |broken, answer| broken.says("rung up") && answer.says("take"),
            "You count bills, and nobody knows how many a player brings. What the end is, only the channel knows: nothing is left, \
             and nobody is left who could send.",
        )
        .if_broken(
            "impatient",
            |broken, answer| broken.says("rung up") && (answer.says("try_recv") || answer.says("try_iter")),
            "An empty channel is not a closed one: the next bill may be on its way. `Empty` and `Disconnected` are two answers, and only \
             the second is the end.",
        )
        .in_every_schedule("ann brings three bills, bob none", Bounds::preemptions(1), || {
            let rung = rung_up(vec![player("ann", vec![1, 2, 3]), player("bob", vec![])]);
            assert!(rung == [1, 2, 3], "ann brings the bills 1, 2 and 3, and {rung:?} are rung up");
            assert!(rung_up(vec![]).is_empty(), "nobody plays, and bills are rung up");
        })?;

    case.promise("A bill is rung up when it comes, also while players still play.")
        .if_broken(
            "afterwards",
            |broken, _| broken.is_deadlock(),
            "The till begins when the players have ended. Here ann brings her second bill when the first is rung up: she waits for \
             the till, and the till for her. A longer channel only makes the queue at the till longer.",
        )
        .in_every_schedule("ann waits for her receipt", Bounds::preemptions(1), || {
            let (rung, receipt) = (Arc::new(Mutex::new("rung up", 0)), Arc::new(Condvar::new("receipt")));
            let (seen, heard) = (Arc::clone(&rung), Arc::clone(&receipt));
            let bills = (1..=2).inspect(move |bill| {
                drop(heard.wait_while(seen.lock(), |rung| *rung + 1 < *bill));
            });
            let ann = Player { name: "ann", bills: Box::new(bills) };
            evening(vec![ann], |bill| {
                *rung.lock() = bill;
                receipt.notify_all();
            });
        })?;

    case.promise("Who has one more bill than may wait waits, too.")
        .if_broken(
            "huge",
            |broken, _| broken.says("ahead"),
            "The channel has more places than `BILLS_WAITING`, or no end at all: so players write bills and nobody rings them up. It has nothing \
             to do with the end of the evening; it is memory that grows.",
        )
        .in_every_schedule("ann is quick", Bounds::preemptions(1), || {
            // No lock of the model's: it counts what happens, and adds no step to it.
            let bills = std::sync::Arc::new(AtomicU32::new(0));
            let written = std::sync::Arc::clone(&bills);
            let writes = (1..=AHEAD + 2).inspect(move |bill| written.store(*bill, Relaxed));
            let ann = Player { name: "ann", bills: Box::new(writes) };
            evening(vec![ann], |bill| {
                let written = bills.load(Relaxed);
                let ahead = written - bill;
                assert!(ahead <= AHEAD, "bill {bill} is rung up, and ann has written {written}: {ahead} ahead, and {AHEAD} can be");
            });
        })?;

    case.promise("The players play at once.")
        .if_broken(
            "one-by-one",
            |broken, _| broken.is_never() || broken.is_deadlock(),
            "One player after the other: bob begins when ann has gone. Give each of them a thread, and wait for them at the end.",
        )
        .in_some_schedule("ann and bob are both there", Bounds::preemptions(1), |seen| {
            let playing = Arc::new(Mutex::new("playing", 0));
            let here = |name| {
                let playing = Arc::clone(&playing);
                let bills = (0..2).map(move |bill| {
                    let mut playing = playing.lock();
                    *playing += [1, -1][bill as usize];
                    if *playing == 2 {
                        seen.it();
                    }
                    bill
                });
                Player { name, bills: Box::new(bills) }
            };
            evening(vec![here("ann"), here("bob")], drop);
        })
}

/// When a bill is rung up, one may wait at the till and one more in a player's hand.
const AHEAD: u32 = 2;

const FULL: &str = "A player waits for room at the till, and nobody takes bills from it meanwhile: whoever should is waiting for that player. \
     Receive while they send.";

fn rung_up(players: Vec<Player>) -> Vec<u32> {
    let mut rung = vec![];
    evening(players, |bill| rung.push(bill));
    rung
}

fn player(name: &'static str, bills: Vec<u32>) -> Player {
    Player {
        name,
        bills: Box::new(bills.into_iter()),
    }
}

/// The till has not taken one bill.
fn waits_for_a_place(broken: &judge::Broken) -> bool {
    broken.shows("for a place") && !broken.shows("receives from")
}
