//! *Break it first*, through a pipe.

use crate::workspace::{Workspace, one_line};

const ONE: &str = "exercises/01_lock_order/exercise.rs";

#[test]
fn an_exercise_is_broken_by_picks_and_the_same_picks_fail_against_a_solution() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let (code, said) = workspace.learn_with(&["break", "1"], "ann\nu\nh\n1\nh\nbob\nbob\n");
    assert_eq!(code, Some(0), "{said}");
    let said = one_line(&said);
    for words in [
        "The promise: No thread waits forever",
        "1 ann takes tray unsolved.rs:29 let mut tray = self.tray.lock();",
        "Pick ann, and 1 more pick breaks the promise.",
        "ann should stop here. Pick bob, and the promise breaks.",
        "waits for ann's plate holds tray",
        "You broke it in 2 picks.",
        "bob holds ann's plate and waits for tray, held by ann.",
        "The cycle: ann → bob → ann.",
        "Your best: 2.",
        &format!("Now mend it: edit {ONE}."),
    ] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
    let kept = workspace.read(".learn/01_lock_order/attack.toml");
    assert!(kept.contains("picks = [\"ann\", \"bob\"]"), "{kept}");

    let (_, said) = workspace.learn(&["run", "1"]);
    assert!(
        !said.contains("Your attack"),
        "nothing has changed:\n{said}"
    );
    let unsolved = workspace.read(ONE);
    workspace.write(ONE, &format!("{unsolved}// changed\n"));
    let (_, said) = workspace.learn(&["run", "1"]);
    assert!(
        said.contains("Your attack (ann, bob) still breaks it."),
        "{said}"
    );
    workspace.write(ONE, &workspace.read("solutions/01_lock_order/solution.rs"));
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        one_line(&said).contains("Your attack (ann, bob) fails now: at pick 2 bob waits for tray"),
        "{said}"
    );
    let (_, said) = workspace.learn_with(&["break", "1"], "o\nann\nbob\n");
    assert!(
        said.contains("your answer") && said.contains("waits for tray"),
        "{said}"
    );
}

#[test]
fn on_a_paused_clock_the_picks_are_events() {
    let workspace = Workspace::with(&["16_shutdown_order"]);
    let picks = "ann orders a snack\nh\nthe bar closes\n";
    let (_, said) = workspace.learn_with(&["break", "16"], picks);
    let said = one_line(&said);
    for words in [
        "You pick which event comes next.",
        "2 half a second passes",
        "Pick the bar closes, and the promise breaks.",
        "You broke it in 2 picks.",
        "tteok never arrives",
    ] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
}

#[test]
fn an_answer_that_hangs_between_two_picks_is_stopped() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let unsolved = workspace.read(ONE);
    let hangs = unsolved.replace("if *tray > 0 {", "loop {} if *tray > 0 {");
    workspace.write(ONE, &hangs);
    let (code, said) = workspace.learn_with(&["break", "1"], "o\n1\n1\n1\n1\n");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("did not come to its next step"), "{said}");
}
