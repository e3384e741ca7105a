//! Judges exercise 17 with loom: every schedule, and every value that a load may see.
//! Unsolved: `half-seen`.
//!
//! Covers: one cook who writes once, one or two players who read once or twice. Does not cover: a
//! price that changes again; `u32::MAX`, which an answer may use for a blank board; an order that
//! `SeqCst` alone makes, which loom does not know and no right answer needs.

use super::exercise::Board;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A blank board shows nothing, a written board shows its price.")
        .if_broken(
            "zero-is-blank",
            |broken, _| broken.says("free"),
            "A price of 0 is a price: today the snack is free, but no player can read that. A \
             price must not mark the blank board.",
        )
        .if_broken(
            "waits",
            |broken, _| broken.is_endless() || broken.is_deadlock(),
            "The board is blank, and a player that looks at it does not come back. `None` says \
             that there is no price yet: no player waits for one.",
        )
        .if_broken(
            "once-only",
            |broken, _| broken.says("a second time"),
            "The first player that read the price has changed the board. Reading changes nothing: \
             the next player reads the same.",
        )
        .in_every_schedule("the cook alone", Bounds::exhaustive(), || {
            let board = Board::blank();
            let read = board.read();
            assert!(
                read.is_none(),
                "the board is blank, but a player reads {read:?}"
            );
            board.write(3);
            let read = board.read();
            assert!(
                read == Some(3),
                "the price 3 was written, but the cook itself reads {read:?}"
            );
            let read = board.read();
            assert!(
                read == Some(3),
                "the price 3 was read, but a second time the cook reads {read:?}"
            );
            let other = Board::blank();
            let read = other.read();
            assert!(
                read.is_none(),
                "another board is blank, but a player reads {read:?} there"
            );
            let most = u32::MAX - 1;
            other.write(most);
            let read = other.read();
            assert!(
                read == Some(most),
                "the price {most} was written, but a player reads {read:?}"
            );
            let board = Board::blank();
            board.write(0);
            let read = board.read();
            assert!(
                read == Some(0),
                "the price 0 was written, because the snack is free today; but a player reads \
                 {read:?}"
            );
        })?;

    case.promise("A player reads the price or nothing, and never a price that was not written.")
        .if_broken(
            "spins",
            |broken, _| broken.is_endless(),
            "A thread goes round in a loop until the other one has done something: that is \
             waiting, even without a lock.",
        )
        .if_broken(
            "rarer",
            |broken, answer| broken.says("never written") && answer.pauses(),
            "A pause orders nothing: the player may still see the sign and not the price. Only the \
             two operations on the sign can create an order.",
        )
        .if_broken(
            "wrong-way-round",
            |broken, answer| {
                broken.says("never written")
                    && broken.shows("written")
                    && first_store_is_the_sign(answer)
            },
            "The sign hangs before the price is written, so there is a moment when the sign is \
             there and the price is missing. No `Ordering` can repair a wrong order in the program \
             itself.",
        )
        .if_broken(
            "read-first",
            |broken, _| broken.says("never written") && reads_the_price_first(broken),
            "The player reads the price first and looks for the sign afterwards. In between, the \
             cook wrote both: so the sign is new and the price is old. `Acquire` only affects what \
             is read *after* it.",
        )
        .if_broken(
            "wrong-cell",
            |broken, answer| {
                broken.says("never written")
                    && is_relaxed(answer, "written.", &["store", "swap"])
                    && is_relaxed(answer, "written.", &["load"])
                    && is_strong(answer, "price.")
            },
            WRONG_CELL,
        )
        .if_broken(
            "half-a-pair",
            |broken, answer| {
                let code = answer.code();
                let fences = code.matches("fence(").count();
                broken.says("never written")
                    && (fences == 1
                        || fences == 0
                            && is_relaxed(answer, "written.", &["store", "swap"])
                                != is_relaxed(answer, "written.", &["load"]))
            },
            "That is one half of a pair. `Release` publishes everything that was written before \
             it. `Acquire` receives it. Without the other half, neither has an effect.",
        )
        .if_broken(
            "half-seen",
            |broken, _| broken.says("never written"),
            "The player saw the sign and an old price. Each cell has an order of its own, and \
             nothing here creates one between the two. Make the sign the point on which both \
             threads agree: what is written before it must be seen by the thread that sees it.",
        )
        .in_every_schedule(
            "the player looks while the cook writes",
            Bounds::exhaustive(),
            || {
                thread::rename("ann");
                let board = Arc::new(Board::blank());
                let same = Arc::clone(&board);
                let cook = thread::spawn("cook", move || same.write(3));
                let read = board.read();
                assert!(
                    matches!(read, None | Some(3)),
                    "the player reads {read:?}, which was never written"
                );
                cook.join().unwrap();
                let read = board.read();
                assert!(
                    read == Some(3),
                    "the price 3 is written and the cook has gone home, but the player reads \
                     {read:?}"
                );
            },
        )?;

    // With SeqCst at the price, no schedule shows the old one; the language still allows it.
    let answer = case.answer();
    let wrong_cell = is_relaxed(answer, "written.", &["store"])
        && is_relaxed(answer, "written.", &["load"])
        && is_strong(answer, "price.")
        && !answer.code().contains("fence(");
    case.promise("The order comes from the sign.")
        .if_broken("wrong-cell", |_, _| true, WRONG_CELL)
        .holds(
            !wrong_cell,
            "the sign is stored and loaded with `Relaxed`, and there is no fence",
        )?;

    case.promise(
        "What a player has read once, it reads again; and the same holds for two players.",
    )
    .if_broken(
        "once-only",
        |broken, _| broken.says("second time"),
        "A player has read the price, and does not find it again: reading must change nothing.",
    )
    .in_every_schedule("two players look twice", Bounds::preemptions(2), || {
        thread::rename("ann");
        let board = Arc::new(Board::blank());
        let same = Arc::clone(&board);
        let cook = thread::spawn("cook", move || same.write(3));
        let same = Arc::clone(&board);
        let bob = thread::spawn("bob", move || [same.read(), same.read()]);
        for [first, second] in [[board.read(), board.read()], bob.join().unwrap()] {
            assert!(
                [first, second]
                    .iter()
                    .all(|it| matches!(it, None | Some(3))),
                "a player reads {first:?} and then {second:?}: one was never written"
            );
            assert!(
                first.is_none() || second == first,
                "a player reads {first:?}, but the second time {second:?}"
            );
        }
        cook.join().unwrap();
        let read = board.read();
        assert!(
            read == Some(3),
            "the price 3 is written, but the second time a player reads {read:?}"
        );
    })?;

    case.promise("A player that looks while the cook writes can see either.")
        .in_some_schedule("the price is seen at once", Bounds::exhaustive(), |seen| {
            let board = Arc::new(Board::blank());
            let same = Arc::clone(&board);
            let guest = thread::spawn("player", move || same.read());
            board.write(3);
            if guest.join().unwrap() == Some(3) {
                seen.it();
            }
        })?;

    let locks = case.answer().says_any(&["Mutex", "RwLock", "Condvar"]);
    case.promise("A player that reads the board never waits.")
        .if_broken(
            "locked",
            |_, _| true,
            "A lock would be right, but every player would wait for the cook, and the cook for \
             every player. This exercise asks for an answer without one.",
        )
        .holds(!locks, "there is a lock in the answer")
}

const WRONG_CELL: &str = "The strong ordering stands at the price, and the sign is still relaxed. \
    The two threads have to agree on the *sign*: the store that is seen and the load that sees it \
    create the order. A strong ordering elsewhere does not help.";

/// Whether the player reads the price, and then the sign.
fn reads_the_price_first(broken: &judge::Broken) -> bool {
    let steps = broken.steps();
    let first = |words: &str| steps.iter().position(|step| step.contains(words));
    matches!((first("reads price"), first("reads written")), (Some(price), Some(sign)) if price < sign)
}

/// Whether a line of the answer does one of these operations on a cell, with `Relaxed` alone.
fn is_relaxed(answer: &judge::Answer, cell: &str, operations: &[&str]) -> bool {
    answer.code().lines().any(|line| {
        line.contains("Relaxed")
            && operations
                .iter()
                .any(|operation| line.contains(&format!("{cell}{operation}")))
    })
}

/// Whether a line of the answer does something with this cell with more than `Relaxed`.
fn is_strong(answer: &judge::Answer, cell: &str) -> bool {
    let strong = ["Acquire", "Release", "AcqRel", "SeqCst"];
    answer
        .code()
        .lines()
        .any(|line| line.contains(cell) && strong.iter().any(|it| line.contains(it)))
}

/// Whether the answer stores into `written` before it stores into `price`.
fn first_store_is_the_sign(answer: &judge::Answer) -> bool {
    match (
        answer.line_of("written.store"),
        answer.line_of("price.store"),
    ) {
        (Some(sign), Some(price)) => sign < price,
        _ => false,
    }
}
