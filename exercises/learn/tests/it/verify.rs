//! Checks the judges. Only a few exercises here, so that `cargo test` stays fast; all of them are a
//! stage of `.ci/run`, and `cargo run -p learn -- verify` on any machine.

use crate::workspace::{Workspace, one_line, root};

#[test]
fn unsolved_solution_and_wrong_answers_are_judged_as_they_state() {
    let workspace = Workspace::with(&["01_lock_order", "02_self_deadlock"]);
    let (code, said) = workspace.learn(&["verify"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("all verdicts are as expected"), "{said}");
    let said = one_line(&said);
    for cheat in ["01_path_raw_mod refused", "01_return_exit refused"] {
        assert!(said.contains(cheat), "{cheat}: {said}");
    }
}

#[test]
fn verify_finds_a_judge_that_gives_another_reason() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let wrong = "exercises/01_lock_order/wrong/sleep.rs";
    workspace.write(
        wrong,
        &workspace
            .read(wrong)
            .replace("Red for: rarer", "Red for: gap"),
    );
    workspace.write(
        "solutions/01_lock_order/solution.rs",
        &workspace.read("exercises/01_lock_order/unsolved.rs"),
    );
    let (code, said) = workspace.learn(&["verify"]);
    assert_eq!(code, Some(1), "{said}");
    let said = one_line(&said);
    for words in [
        "wrong/sleep.rs: expected `gap`, but the judge says `rarer`",
        "solution.rs: expected `green`, but the judge says `two-orders`",
    ] {
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn verify_counts_wrong_answers_that_survive_and_right_ones_that_are_refused() {
    let workspace = Workspace::with(&["01_lock_order"]);
    for folder in ["wrong", "right"] {
        let folder = workspace.path(&format!("exercises/01_lock_order/{folder}"));
        let _unless_there_is_none = std::fs::remove_dir_all(&folder);
        std::fs::create_dir(folder).expect("a folder of our own");
    }
    let solution = workspace.read("solutions/01_lock_order/solution.rs");
    let unsolved = workspace.read("exercises/01_lock_order/unsolved.rs");
    let answer = |name: &str, first: &str, text: &str| {
        workspace.write(
            &format!("exercises/01_lock_order/{name}.rs"),
            &format!("//! {first}\n{text}"),
        );
    };
    answer("wrong/survivor", "Red for: gap.", &solution);
    answer("wrong/dies", "Red for: two-orders.", &unsolved);
    answer(
        "right/another",
        "The same.",
        &format!("{solution}\nfn f() {{}}\n"),
    );
    answer("right/refused", "Not right.", &unsolved);
    let cheats = workspace.path("exercises/cheats");
    std::fs::remove_dir_all(&cheats).expect("a folder of our own");
    std::fs::create_dir(cheats).expect("a folder of our own");
    workspace.write(
        "exercises/cheats/01_green.rs",
        &format!("//! Red for: refused.\n{solution}"),
    );
    let (code, said) = workspace.learn(&["verify"]);
    assert_eq!(code, Some(1), "{said}");
    let said = one_line(&said);
    for words in [
        "wrong answers: 3 tried, 1 survive · cheats: 1 tried, 1 survive · right answers: 3 tried, 1 \
         refused",
        "cheats/01_green.rs: survives: the judge accepts it",
        "wrong/survivor.rs: survives: the judge accepts it",
        "right/refused.rs: expected `green`, but the judge says `two-orders`",
        "another green",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    answer("right/another", "The same.", &solution);
    let said = workspace.learn(&["verify"]).1;
    assert!(said.contains("must be of another kind"), "{said}");
}

#[test]
fn every_exercise_has_all_its_files() {
    let root = root();
    let folder = std::fs::read_dir(root.join("exercises")).expect("exercises");
    let mut missing = vec![];
    for name in folder
        .flatten()
        .map(|entry| entry.file_name().into_string().expect("text"))
    {
        if !name.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let files = [
            "exercise.rs",
            "unsolved.rs",
            "judge.rs",
            "README.md",
            "hints.md",
            "reading.md",
        ];
        let files = files.map(|file| format!("exercises/{name}/{file}"));
        let solution = format!("solutions/{name}/solution.rs");
        missing.extend(
            files
                .into_iter()
                .chain([solution])
                .filter(|file| !root.join(file).is_file()),
        );
    }
    assert!(missing.is_empty(), "missing: {missing:?}");
}
