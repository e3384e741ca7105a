//! Judges exercise 8 with loom. Unsolved: `forgotten-sender`.
//!
//! Covers: no player, one player and two players with up to four bills each, some of them 0 or the
//! same; a player who sends a bill only when the last one is rung up, and one who goes home late.
//! Does not cover: players that panic; a thread that is not joined, but has nothing left to do.

use super::exercise::{Player, ring_up};
use judge::{Case, Judged};
use lanes::sync::{Arc, Condvar, Mutex};
use lanes::{Bounds, thread};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("When all players have gone, the function returns, and every bill is rung up.")
        .if_broken(
            "rarer",
            |broken, answer| broken.is_deadlock() && answer.pauses(),
            "A pause does not drop a sender. The till waits because a sender is left, and that \
             sender belongs to the function itself.",
        )
        .if_broken(
            "not-received",
            |broken, answer| {
                broken.is_deadlock() && (answer.count("spawn") == 0 || waits_for_a_place(broken))
            },
            FULL,
        )
        .if_broken(
            "lost",
            |broken, answer| broken.says("rung up") && answer.says("try_send"),
            "If the till's queue is full, `try_send` fails, and that bill is lost. `send` waits \
             until there is room, and the till makes room soon.",
        )
        .if_broken(
            "forgotten-sender",
            |broken, _| broken.is_deadlock() && broken.shows("for a message in till"),
            "The receiver ends when every sender is dropped, and one is left: not a player's \
             sender, but the one that all of them were cloned from. It belongs to the function, \
             which waits for the bills to end, and so for itself.",
        )
        .if_broken(
            "counts",
            |broken, answer| broken.says("rung up") && answer.says("take"),
            "You count bills, but the till does not know how many a player will send. Only the \
             channel knows the end: nothing is left in it, and no sender is left.",
        )
        .if_broken(
            "impatient",
            |broken, answer| {
                broken.says("rung up") && (answer.says("try_recv") || answer.says("try_iter"))
            },
            "An empty channel is not a closed one: the next bill may be on its way. `Empty` and \
             `Disconnected` are two different answers, and only the second one is the end.",
        )
        .in_every_schedule(
            "ann sends four bills, bob none",
            Bounds::preemptions(1),
            || {
                thread::rename(CASHIER);
                let gone = Arc::new(Mutex::new("gone", 0));
                let ann = player("ann", vec![1, 0, 5, 5], &gone);
                let rung = rung_up(vec![ann, player("bob", vec![], &gone)]);
                assert!(
                    rung == [1, 0, 5, 5],
                    "ann sends the bills 1, 0, 5 and 5, but {rung:?} are rung up"
                );
                let gone = *gone.lock();
                assert!(
                    gone == 2,
                    "the function returns, but only {gone} of 2 players have gone"
                );
                assert!(
                    rung_up(vec![]).is_empty(),
                    "there is no player, but bills are rung up"
                );
            },
        )?;

    case.promise("The bills of two players are all rung up, each player's in their order.")
        .in_every_schedule(
            "two bills of ann, one of bob",
            Bounds::preemptions(1),
            || {
                thread::rename(CASHIER);
                let gone = Arc::new(Mutex::new("gone", 0));
                let players = [("ann", vec![1, 2]), ("bob", vec![11])];
                let rung = rung_up(
                    players
                        .map(|(name, bills)| player(name, bills, &gone))
                        .into(),
                );
                let of = |first: u32| -> Vec<u32> {
                    let is_it = |bill: &u32| (*bill > 10) == (first > 10);
                    rung.iter().copied().filter(is_it).collect()
                };
                assert!(
                    of(1) == [1, 2] && of(11) == [11],
                    "ann sends the bills 1 and 2, bob 11, but {rung:?} are rung up"
                );
            },
        )?;

    case.promise("A bill is rung up when it comes, even while players still play.")
        .if_broken(
            "late",
            |broken, _| broken.is_deadlock() && broken.shows("receives from till"),
            "The till takes a bill out of the channel, but rings it up only when more bills come. \
             Here ann sends her second bill when the first is rung up: she waits for the till, and \
             the till waits for her.",
        )
        .if_broken(
            "afterwards",
            |broken, _| broken.is_deadlock(),
            "The till begins when the players have ended. Here ann sends her second bill when the \
             first is rung up: she waits for the till, and the till waits for her. A longer \
             channel only makes the queue at the till longer.",
        )
        .in_every_schedule("ann waits for her receipt", Bounds::preemptions(1), || {
            thread::rename(CASHIER);
            let (rung, receipt) = (
                Arc::new(Mutex::new("rung up", 0)),
                Arc::new(Condvar::new("receipt")),
            );
            let (seen, heard) = (Arc::clone(&rung), Arc::clone(&receipt));
            let bills = (1..=2).inspect(move |bill| {
                drop(heard.wait_while(seen.lock(), |rung| *rung + 1 < *bill));
            });
            let ann = Player {
                name: "ann",
                bills: Box::new(bills),
            };
            ring_up(vec![ann], |bill| {
                *rung.lock() = bill;
                receipt.notify_all();
            });
        })?;

    case.promise("If the till's queue is full, a player with one more bill waits.")
        .if_broken(
            "huge",
            |broken, _| broken.says("ahead"),
            "More bills can wait than `BILLS_WAITING`, in the channel or behind it, perhaps \
             without a limit: so players send bills that the till does not ring up. That does not \
             help the function to return; it only makes memory grow.",
        )
        .in_every_schedule("ann is quick", Bounds::preemptions(1), || {
            thread::rename(CASHIER);
            // Not a lock of the model: it counts what happens, and adds no step to the model.
            let bills = std::sync::Arc::new(AtomicU32::new(0));
            let written = std::sync::Arc::clone(&bills);
            let writes = (1..=AHEAD + 2).inspect(move |bill| written.store(*bill, Relaxed));
            let ann = Player {
                name: "ann",
                bills: Box::new(writes),
            };
            ring_up(vec![ann], |bill| {
                let written = bills.load(Relaxed);
                let ahead = written - bill;
                assert!(
                    ahead <= AHEAD,
                    "bill {bill} is rung up, but ann has written {written}: {ahead} ahead, and \
                     {AHEAD} are allowed"
                );
            });
        })?;

    case.promise("The players play at the same time.")
        .if_broken(
            "one-by-one",
            |broken, _| broken.is_never(),
            "One player after the other: bob begins when ann has gone. Give each of them a thread, \
             and wait for the threads at the end.",
        )
        .in_some_schedule(
            "ann and bob are both there",
            Bounds::preemptions(1),
            |seen| {
                thread::rename(CASHIER);
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
                    Player {
                        name,
                        bills: Box::new(bills),
                    }
                };
                ring_up(vec![here("ann"), here("bob")], drop);
            },
        )
}

/// The thread that calls `ring_up` receives the bills.
const CASHIER: &str = "cashier";

/// When a bill is rung up, one more may wait at the till, and one more may be in the player's hand.
const AHEAD: u32 = 2;

const FULL: &str = "A player waits for room at the till, and meanwhile no thread takes bills from \
    it: the thread that should take them waits for that player. Receive while the players send.";

fn rung_up(players: Vec<Player>) -> Vec<u32> {
    let mut rung = vec![];
    ring_up(players, |bill| rung.push(bill));
    rung
}

/// A player who has gone when it is asked for a bill after its last one. How many bills there will
/// be is not known before.
fn player(name: &'static str, bills: Vec<u32>, gone: &Arc<Mutex<u32>>) -> Player {
    let (mut bills, gone) = (bills.into_iter(), Arc::clone(gone));
    let bills = std::iter::from_fn(move || {
        let bill = bills.next();
        if bill.is_none() {
            *gone.lock() += 1;
        }
        bill
    });
    Player {
        name,
        bills: Box::new(bills),
    }
}

/// Whether the till has not taken a single bill.
fn waits_for_a_place(broken: &judge::Broken) -> bool {
    broken.shows("for a place") && !broken.shows("receives from")
}
