//! The runner as a learner sees it. An answer that hangs, prints without end, uses forbidden code
//! or does not compile gets a verdict in a sentence, and no answer is lost.

use crate::workspace::{Workspace, one_line, root, said};
use std::fs;
use std::process::Command;

const ONE: &str = "exercises/01_lock_order/exercise.rs";
const TWO: &str = "exercises/02_self_deadlock/exercise.rs";

fn with(workspace: &Workspace, file: &str, old: &str, new: &str) {
    let text = workspace.read(file);
    assert!(
        text.contains(old),
        "{file} has changed; this test wants {old:?}"
    );
    workspace.write(file, &text.replacen(old, new, 1));
}

#[test]
fn an_unsolved_exercise_shows_the_schedule_with_the_learners_lines() {
    let workspace = Workspace::with(&["01_lock_order"]);
    workspace.write(ONE, &format!("{}\n", workspace.read(ONE)));
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(1), "{said}");
    for words in [
        "01_lock_order: a promise is broken\n",
        "The promise: No thread waits forever",
        "DEADLOCK in schedule",
        "WAITS for tray",
        "let mut plate = plate.lock();",
        "The cycle: ann → bob → ann.",
        "Take both locks in one order",
        "Look at\n  exercises/01_lock_order/exercise.rs:30\n",
    ] {
        assert!(said.contains(words), "{words:?} is missing in\n{said}");
    }
    assert!(!said.contains('\x1b'), "no colours in a pipe:\n{said}");
    // The word by which `verify` knows the mistake explains nothing to a learner.
    assert!(!said.contains("two-orders"), "{said}");
}

#[test]
fn the_first_look_shows_the_schedule_and_not_the_mistake() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let look = |words: &[&str]| workspace.learn(words).1;
    let tells = |said: &str| {
        let said = one_line(said);
        said.contains("Each holds the lock") && said.contains("Take both locks in one order")
    };
    for said in [look(&["run", "1"]), look(&[]), look(&["run", "1"])] {
        for words in ["a promise is broken", "No thread waits", "WAITS for tray"] {
            assert!(said.contains(words), "{words:?} is missing in\n{said}");
        }
        for words in ["two-orders", "one order", "Each holds the lock"] {
            assert!(!said.contains(words), "{words:?} is the answer:\n{said}");
        }
        assert!(said.contains("-- break 01_lock_order"), "{said}");
    }
    // A save that changes nothing but the line ends does not end it, nor an editor's mark.
    let unsolved = workspace.read(ONE);
    for same in [
        unsolved.replace('\n', "\r\n"),
        format!("\u{feff}{unsolved}"),
    ] {
        workspace.write(ONE, &same);
        let said = look(&["run", "1"]);
        assert!(
            said.contains("a promise is broken") && !tells(&said),
            "{said}"
        );
    }
    workspace.write(ONE, &unsolved);
    // A hint ends it, and so does the learner's own answer, also if it is taken back.
    assert!(look(&["hint"]).contains("hint 1 of 3"));
    assert!(tells(&look(&["run", "1"])));
    std::fs::remove_dir_all(workspace.path(".learn")).expect("ours");
    workspace.write(ONE, &format!("{unsolved}\n"));
    assert!(tells(&look(&["run", "1"])));
    workspace.write(ONE, &unsolved);
    assert!(tells(&look(&["run", "1"])));
    let said = look(&["hint"]);
    assert!(said.contains("hint 2 of 3"), "more than was told:\n{said}");
    assert!(said.contains("Hint 1 is left out"), "{said}");
}

#[test]
fn a_term_is_explained_when_it_is_met_first() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let met = |words: &str| {
        let said = one_line(&workspace.learn(&["run", "1"]).1);
        said.contains(words)
    };
    let schedule = "Schedule: an order in which the steps of all threads can happen.";
    // The screen judges others too, and shows only their first line.
    let mut unseen = workspace.command(&["run", "1"]);
    assert_eq!(said(unseen.env("LEARN_DESK", "unseen")).0, Some(1));
    let progress = workspace.read(".learn/progress.toml");
    assert!(!progress.contains("current"), "{progress}");
    assert!(met(schedule) && !met(schedule));
    workspace.write(ONE, &workspace.read("solutions/01_lock_order/solution.rs"));
    let (first, again) = (
        workspace.learn(&["run", "1"]),
        workspace.learn(&["run", "1"]),
    );
    for words in [
        "Preemption: a thread",
        "Only 1 schedule: there is only one order.",
    ] {
        assert!(one_line(&first.1).contains(words), "{}", first.1);
        assert!(!one_line(&again.1).contains(words), "{}", again.1);
    }
}

#[test]
fn a_page_of_the_screen_has_whole_paragraphs() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let mut hint = workspace.command(&["hint", "1"]);
    let (_, said) = said(hint.env("LEARN_DESK", "page"));
    // In a window that gets wider, its lines get longer.
    assert!(said.lines().any(|line| line.len() > 120), "{said}");
}

#[test]
fn an_endless_loop_is_stopped_and_reported() {
    let workspace = Workspace::with(&["02_self_deadlock"]);
    // The first run on a machine compiles loom and the judge; that must not count as a hang.
    workspace.learn(&["run", "2"]);
    with(
        &workspace,
        TWO,
        "let missing = SIZE - self.left();",
        "loop {}",
    );
    with(&workspace, TWO, "*tray += missing;\n        missing", "");
    let (code, said) = workspace.learn(&["run", "2"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("02_self_deadlock: it hangs\n"), "{said}");
    // The judge ends itself after 10 s of work. On a busy machine the runner may end it before.
    let limits = ["within 10 s of work", "within 60 s"];
    assert!(limits.iter().any(|it| said.contains(it)), "{said}");
    assert!(
        said.contains("`refill` returns"),
        "the promise that was being checked:\n{said}"
    );
}

#[test]
fn endless_printing_is_stopped_and_reported() {
    let workspace = Workspace::with(&["02_self_deadlock"]);
    let flood = "loop { println!(\"a tray, a tray\"); }";
    with(&workspace, TWO, "let missing = SIZE - self.left();", flood);
    with(&workspace, TWO, "*tray += missing;\n        missing", "");
    let (code, said) = workspace.learn(&["run", "2"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("02_self_deadlock: it prints without end\n") && said.len() < 4_000,
        "{} bytes:\n{said}",
        said.len()
    );
}

#[test]
fn a_printed_verdict_is_shown_as_the_answers_words() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let cheat = std::fs::read_to_string(root().join("exercises/cheats/01_prints_a_verdict.rs"));
    workspace.write(ONE, &cheat.expect("a cheat"));
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.starts_with("✗ 01_lock_order"), "{said}");
    assert!(
        said.contains("\n> [2J✓ 01_lock_order: every promise is kept\n"),
        "{said}"
    );
    assert!(!said.contains('\x1b') && !said.contains("\n✓"), "{said}");
}

#[cfg(target_os = "linux")]
#[test]
fn unlimited_memory_is_stopped_and_reported() {
    let workspace = Workspace::with(&["02_self_deadlock"]);
    let hoard = "let mut hoard = vec![0u64]; loop { hoard.extend(hoard.clone()); }";
    with(&workspace, TWO, "let missing = SIZE - self.left();", hoard);
    with(&workspace, TWO, "*tray += missing;\n        missing", "");
    let (code, said) = workspace.learn(&["run", "2"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("02_self_deadlock: the program ended with ")
            && said.contains("grows without limit"),
        "{said}"
    );
}

#[test]
fn a_compiler_error_is_shown_with_the_learners_line() {
    let workspace = Workspace::with(&["01_lock_order"]);
    with(&workspace, ONE, "*tray -= 1;", "*tray -= one;");
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("01_lock_order: it does not compile")
            && said.contains("exercises/01_lock_order/exercise.rs:"),
        "{said}"
    );
    assert!(said.contains("cannot find value `one`"), "{said}");

    let (_, said) = workspace.learn(&["reset", "1"]);
    assert!(said.contains("answer-1.rs"), "{said}");
    with(&workspace, ONE, "pub fn grab(", "pub fn grabs(");
    let (_, said) = workspace.learn(&["run", "1"]);
    assert!(said.contains("These lines are the judge's"), "{said}");
}

#[test]
fn an_answer_that_is_written_as_for_std_hears_what_differs() {
    let workspace = Workspace::with(&["01_lock_order", "08_forgotten_sender"]);
    let one = workspace.read(ONE);
    let eight = "exercises/08_forgotten_sender/exercise.rs";
    let (name, no_result) = ("what you create has a name", "and no `Result`");
    let tray = "let mut tray = self.tray.lock();";
    for (number, old, new, words) in [
        (
            "1",
            "Mutex::new(\"tray\", snacks)",
            "Mutex::new(snacks)",
            name,
        ),
        (
            "1",
            tray,
            "let mut tray = self.tray.lock().unwrap();",
            no_result,
        ),
        (
            "1",
            tray,
            "let mut tray = self.tray.lock().expect(\"a tray\");",
            no_result,
        ),
        (
            "1",
            tray,
            "let Ok(mut tray) = self.tray.lock() else { return };",
            no_result,
        ),
        (
            "1",
            tray,
            "let Ok(mut tray) = self.tray.try_lock() else { return };",
            no_result,
        ),
        (
            "8",
            "sync_channel(\"till\", BILLS_WAITING)",
            "sync_channel(BILLS_WAITING)",
            name,
        ),
        (
            "8",
            "thread::spawn(player.name, move ||",
            "thread::spawn(move ||",
            name,
        ),
    ] {
        let file = if number == "1" { ONE } else { eight };
        let text = workspace.read(file);
        with(&workspace, file, old, new);
        let (code, said) = workspace.learn(&["run", number]);
        let said = one_line(&said);
        assert!(
            code == Some(1) && said.contains(": it does not compile"),
            "{said}"
        );
        assert!(said.contains(words), "{new}: {said}");
        workspace.write(file, &text);
    }
    with(&workspace, ONE, "*tray -= 1;", "tray.eat(1);");
    let said = one_line(&workspace.learn(&["run", "1"]).1);
    assert!(!said.contains(no_result) && !said.contains(name), "{said}");
    workspace.write(ONE, &one);
}

#[test]
fn an_answer_that_hides_from_the_judge_is_refused() {
    let workspace = Workspace::with(&["01_lock_order"]);
    for (cheat, words) in [
        ("use std::sync::Mutex as Real;", "the judge does not see it"),
        ("fn end() { std::process::exit(0) }", "ends the judge too"),
        ("fn end() { unsafe {} }", "no exercise needs it"),
        ("#[cfg(not(test))] fn end() {}", "the code that runs"),
        ("static HITS: u8 = 0;", "from one run to the next"),
        (
            "fn end() { let _ = std::panic::catch_unwind(|| ()); }",
            "only the judge may catch a panic",
        ),
    ] {
        workspace.write(
            ONE,
            &format!(
                "{}\n{cheat}\n",
                workspace.read("exercises/01_lock_order/unsolved.rs")
            ),
        );
        let (code, said) = workspace.learn(&["run", "1"]);
        assert_eq!(code, Some(1), "{said}");
        let said = one_line(&said);
        assert!(
            said.contains("01_lock_order: the judge cannot accept this ") && said.contains(words),
            "{cheat}: {said}"
        );
    }
}

#[test]
fn every_reset_keeps_the_answer() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let unsolved = workspace.read(ONE);
    for number in 1..=2 {
        let mine = format!("// my thoughts, number {number}\n");
        workspace.write(ONE, &mine);
        let (code, said) = workspace.learn(&["reset", "lock_order"]);
        assert_eq!(code, Some(0), "{said}");
        assert_eq!(workspace.read(ONE), unsolved);
        assert_eq!(
            workspace.read(&format!(".learn/01_lock_order/answer-{number}.rs")),
            mine
        );
    }
    assert!(
        workspace
            .learn(&["reset", "1"])
            .1
            .contains("original exercise"),
        "nothing to keep"
    );
    assert!(!workspace.path(".learn/01_lock_order/answer-3.rs").exists());
}

#[test]
fn a_deleted_answer_can_be_restored() {
    let workspace = Workspace::with(&["01_lock_order"]);
    std::fs::remove_file(workspace.path(ONE)).expect("it was there");
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("reset 01_lock_order"), "{said}");
    assert_eq!(workspace.learn(&["reset", "1"]).0, Some(0));
    assert_eq!(
        workspace.read(ONE),
        workspace.read("exercises/01_lock_order/unsolved.rs")
    );
}

#[test]
fn progress_is_kept_and_a_changed_answer_is_not_solved() {
    let workspace = Workspace::with(&["01_lock_order", "02_self_deadlock"]);
    let (code, said) = workspace.learn(&["solution", "1"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("--anyway"), "{said}");
    let solution = workspace.read("solutions/01_lock_order/solution.rs");
    workspace.write(ONE, &solution);
    let (code, said) = workspace.learn(&["run", "1"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("✓ 01_lock_order"), "{said}");
    let list = workspace.learn(&["list"]).1;
    assert!(
        list.contains("1 of 2 solved") && list.contains(">   02_self_deadlock"),
        "{list}"
    );
    assert!(
        workspace
            .learn(&["solution", "1"])
            .1
            .contains("Why it works")
    );

    workspace.write(ONE, &solution.replace("*tray -= 1;", "*tray -= 2;"));
    let list = workspace.learn(&["list"]).1;
    assert!(list.contains("0 of 2 solved"), "{list}");
    workspace.write(ONE, &solution);
    assert!(workspace.learn(&["list"]).1.contains("1 of 2 solved"));
    fs::write(workspace.path(".learn/progress.toml"), "no toml [").expect("ours");
    assert!(
        workspace.learn(&["list"]).1.contains("0 of 2 solved"),
        "forgotten, and no panic"
    );
}

#[test]
fn without_a_terminal_the_current_exercise_is_judged_once() {
    let workspace = Workspace::with(&["01_lock_order", "02_self_deadlock"]);
    let (code, said) = workspace.learn(&[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("Two locks in two orders") && said.contains("a promise is broken"),
        "{said}"
    );
    workspace.write(ONE, &workspace.read("solutions/01_lock_order/solution.rs"));
    assert_eq!(workspace.learn(&[]).0, Some(0), "solved");
    let (code, said) = workspace.learn(&[]);
    assert_eq!(code, Some(1), "the next one:\n{said}");
    assert!(said.contains("✗ 02_self_deadlock"), "{said}");
}

#[test]
fn a_warm_verdict_is_measured_beside_a_hello_world() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let (code, said) = workspace.learn(&["bench", "1"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("cargo check of a hello world: "), "{said}");
    let is_row = |line: &str| line.starts_with("01_lock_order ") && line.ends_with("× cargo check");
    assert!(said.lines().any(is_row), "{said}");
}

#[test]
fn three_hints_come_one_after_the_other() {
    let workspace = Workspace::with(&["01_lock_order"]);
    for number in [1, 2, 3, 3] {
        let (code, said) = workspace.learn(&["hint"]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("hint {number} of 3")), "{said}");
    }
}

#[test]
fn no_line_is_wider_than_a_narrow_terminal() {
    let workspace = Workspace::with(&["01_lock_order", "02_self_deadlock", "14_slow_consumer"]);
    for words in [["run", "1"], ["run", "2"], ["run", "14"], ["hint", "1"]] {
        let (_, said) = workspace.learn_in(40, &words);
        let wide: Vec<&str> = said
            .lines()
            .filter(|line| line.chars().count() > 40)
            .collect();
        // Paths are not wrapped, so that an editor finds them, and commands are not, so that they
        // can be copied.
        let wide: Vec<&&str> = wide
            .iter()
            .filter(|line| line.contains(' ') && !line.contains("cargo"))
            .collect();
        assert!(wide.is_empty(), "{words:?}: {wide:#?}\n{said}");
    }
}

#[test]
fn a_typo_gets_a_suggestion() {
    let workspace = Workspace::with(&["01_lock_order"]);
    for (words, guess) in [
        (["run", "lock_odrer"], "Did you mean lock_order?"),
        (["rnu", "1"], "Did you mean run?"),
    ] {
        let (code, said) = workspace.learn(&words);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(guess), "{said}");
    }
}

#[test]
fn no_exercise_is_a_member_of_the_workspace() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([
            "metadata",
            "--offline",
            "--no-deps",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .expect("cargo");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("exercises/learn"), "{said}");
    assert!(
        !said.contains("01_lock_order"),
        "no exercise is a member or a target"
    );
}
