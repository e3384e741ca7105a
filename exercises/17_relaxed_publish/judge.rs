//! Judges exercise 17 with loom, every schedule and every value that a load may see. Unsolved: `half-seen`.
//!
//! Covers: one cook who writes once, one guest who looks once or twice. Not: a price that changes again.

use super::exercise::Board;
use judge::{Case, Judged};
use lanes::sync::Arc;
use lanes::{Bounds, thread};

pub fn judge(case: &mut Case) -> Judged {
    case.promise("A blank board shows nothing, a written one its price.")
        .if_broken(
            "zero-is-blank",
            |broken, _| broken.says("free"),
            "A price of 0 is a price: today the snack is free, and no guest may read that. What marks the blank board must be no price.",
        )
        .in_every_schedule("the cook alone", Bounds::exhaustive(), || {
            let board = Board::blank();
            let read = board.read();
            assert!(read.is_none(), "the board is blank, and a guest reads {read:?}");
            board.write(3);
            let read = board.read();
            assert!(read == Some(3), "the price 3 was written, and the cook itself reads {read:?}");
            let board = Board::blank();
            board.write(0);
            let read = board.read();
            assert!(read == Some(0), "the price 0 was written, for today the snack is free; and a guest reads {read:?}");
        })?;

    case.promise("A guest reads the price or nothing, and never a price that nobody wrote.")
        .if_broken(
            "rarer",
            |_, answer| answer.says("sleep") || answer.says("yield_now"),
            "A pause orders nothing: the guest may still see the sign and not the price. Order comes from the two operations on the sign \
             themselves, and from nothing else.",
        )
        .if_broken(
            "wrong-way-round",
            |broken, answer| broken.shows("written") && first_store_is_the_sign(answer),
            "The sign hangs before the price is written, so there is a moment in which both are plain to see: sign there, price missing. No \
             `Ordering` repairs an order that the program itself has wrong.",
        )
        .if_broken(
            "read-first",
            |broken, _| reads_the_price_first(broken),
            "The guest reads the price first and looks for the sign afterwards. In between the cook wrote both: so the sign is new and the price \
             is old. `Acquire` takes along what is read *after* it.",
        )
        .if_broken(
            "wrong-cell",
            |_, answer| answer.says("SeqCst") || (answer.says("Release") && answer.says("Acquire") && sign_is_relaxed(answer)),
            "The strong ordering stands at the price, and the sign is still relaxed. It is the *sign* on which the two have to agree: order is made by the \
             store that is seen and the load that sees it. Strength elsewhere does not help.",
        )
        .if_broken(
            "half-a-pair",
            |_, answer| answer.says("Release") != answer.says("Acquire"),
            "That is one half of a pair. `Release` says: whoever takes this takes all before it along. `Acquire` says: I take it. Without the \
             other half, neither says anything.",
        )
        .if_broken(
            "half-seen",
            |broken, _| broken.says("nobody wrote"),
            "The guest saw the sign and an old price. `Relaxed` promises an order for each cell by itself, and none between two. Make the sign \
             the point on which both agree.",
        )
        .in_every_schedule("the guest looks while the cook writes", Bounds::exhaustive(), || {
            let board = Arc::new(Board::blank());
            let same = Arc::clone(&board);
            let cook = thread::spawn("cook", move || same.write(3));
            let read = board.read();
            assert!(matches!(read, None | Some(3)), "the guest reads {read:?}, which nobody wrote");
            cook.join().unwrap();
            let read = board.read();
            assert!(read == Some(3), "the price 3 is written, the cook has gone home, and the guest reads {read:?}");
        })?;

    case.promise("A guest who looks while the cook writes can see either.")
        .in_some_schedule("the price is seen at once", Bounds::exhaustive(), |seen| {
            let board = Arc::new(Board::blank());
            let same = Arc::clone(&board);
            let guest = thread::spawn("guest", move || same.read());
            board.write(3);
            if guest.join().unwrap() == Some(3) {
                seen.it();
            }
        })?;

    let locks = ["Mutex", "RwLock", "Condvar"]
        .iter()
        .any(|lock| case.answer().says(lock));
    case.promise("A guest who looks up waits for nobody.")
        .if_broken(
            "locked",
            |_, _| true,
            "A lock would be right, and it would make every guest wait for the cook, and the cook for every guest. This one is about doing \
             without.",
        )
        .holds(!locks, "there is a lock in the answer")
}

/// Does the guest read the price, and then the sign?
fn reads_the_price_first(broken: &judge::Broken) -> bool {
    let steps = broken.steps();
    let first = |words: &str| steps.iter().position(|step| step.contains(words));
    matches!((first("reads price"), first("reads written")), (Some(price), Some(sign)) if price < sign)
}

fn sign_is_relaxed(answer: &judge::Answer) -> bool {
    answer.code().lines().any(|line| line.contains("written.") && line.contains("Relaxed"))
}

/// Does the answer store into `written` before it stores into `price`?
fn first_store_is_the_sign(answer: &judge::Answer) -> bool {
    match (
        answer.line_of("written.store"),
        answer.line_of("price.store"),
    ) {
        (Some(sign), Some(price)) => sign < price,
        _ => false,
    }
}
