//! The workflow, the development container, and the tests that Wine leaves out.

use serde_json::Value;
use std::collections::BTreeSet;
use xtask::assert_no_complaints;
use xtask::tree::{Step, Tree};

fn read(file: &str) -> String {
    let tree = Tree::here().expect("cargo runs tests inside the repository");
    tree.read(file).expect("a file of the repository")
}

#[test]
fn the_workflow_runs_the_whole_check_on_linux_and_the_tests_on_every_system() {
    let workflow = read(".github/workflows/ci.yml");
    let commands: Vec<&str> = workflow
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- run: "))
        .collect();
    assert!(commands.contains(&"bash .ci/run"), "{commands:?}");
    assert!(commands.contains(&"cargo test"), "{commands:?}");
    assert!(read("README.md").contains("\n$ cargo test "));
    for system in ["ubuntu-latest", "macos-latest", "windows-latest"] {
        assert!(workflow.contains(system), "no job on {system}");
    }
}

/// The number behind the first `marker` of a file.
fn port(file: &str, marker: &str) -> u64 {
    let text = read(file);
    let (_, after) = text
        .split_once(marker)
        .unwrap_or_else(|| panic!("{file} has no {marker}"));
    let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().expect("a port")
}

#[test]
fn the_dev_container_forwards_the_port_of_each_step_and_of_the_stage() {
    let container: Value = serde_json::from_str(&read(".devcontainer/devcontainer.json"))
        .expect("devcontainer.json is JSON without comments");
    let forwarded: BTreeSet<u64> = container["forwardPorts"]
        .as_array()
        .expect("a list of ports")
        .iter()
        .filter_map(Value::as_u64)
        .collect();
    let tree = Tree::here().expect("cargo runs tests inside the repository");
    let mut ports: BTreeSet<u64> = (tree.steps().expect("steps").iter())
        .map(|step| format!("{}/src/main.rs", step.folder()))
        .filter(|main| read(main).contains("    port: "))
        .map(|main| port(&main, "    port: "))
        .collect();
    assert_eq!(ports.len(), 7, "steps 1 to 7 name their port: {ports:?}");
    ports.insert(port(
        "demos/08-snack-game/src/options/help.rs",
        "127.0.0.1:",
    ));
    ports.insert(port("slides/src/options.rs", "Ipv4Addr::LOCALHOST), "));
    ports.insert(port("slides/src/options.rs", "PHONES: u16 = "));
    assert_eq!(forwarded, ports);
}

#[test]
fn each_test_that_is_left_out_under_wine_exists_and_has_a_reason() {
    let tree = Tree::here().expect("cargo runs tests inside the repository");
    let sources = tree.files().expect("files");
    let list = read(".ci/wine/left-out");
    let lines = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut complaints = Vec::new();
    for line in lines {
        let mut words = line.splitn(3, ' ');
        let (program, test) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        if words.next().is_none_or(str::is_empty) {
            complaints.push(format!(".ci/wine/left-out has no reason in: {line}"));
        }
        // `tests/ends/main.rs` and `behind::late` is `fn late` in some file of `tests/ends`.
        let (folder, file) = program.rsplit_once('/').expect("a path");
        // So is one of `tests/ends.rs` in `tests/ends`.
        let modules = match file {
            "main.rs" | "lib.rs" => format!("{folder}/"),
            _ => program.replace(".rs", "/"),
        };
        let is_its = |source: &&String| *source == program || source.starts_with(&modules);
        // A step may compile another step's proofs.
        let step = folder.strip_prefix("demos/");
        let step = step.and_then(|it| Step::named(it.strip_suffix("/src")?));
        let proofs = step.map(|step| tree.file_of(&step, "src/proof.rs"));
        let name = test.rsplit("::").next().unwrap_or(test);
        let found = sources
            .iter()
            .filter(|source| is_its(source) || proofs.as_ref() == Some(*source))
            .any(|source| read(source).contains(&format!("fn {name}()")));
        if !found {
            complaints.push(format!(
                "{program} has no test {test}: correct .ci/wine/left-out"
            ));
        }
    }
    assert_no_complaints(&complaints);
}

/// `.ci/run` accepts a skipped test only for a reason in its list, so the list has to follow the
/// tests.
#[test]
fn each_reason_that_ci_accepts_for_a_skipped_test_is_given_by_a_test() {
    let script = read(".ci/run");
    let (_, list) = script.split_once("may_skip=(\n").expect("a list");
    let (list, _) = list.split_once("\n)").expect("its end");
    let tree = Tree::here().expect("cargo runs tests inside the repository");
    let tests: Vec<String> = (tree.files().expect("files").iter())
        .filter(|file| file.ends_with(".rs") && file.contains("/tests/"))
        .map(|file| read(file))
        .filter(|text| text.contains("skipped::skip("))
        .collect();
    for line in list.lines() {
        let reason = line.split('\'').nth(1).expect("a reason in quotes");
        let quoted = format!("\"{reason}\"");
        assert!(
            tests.iter().any(|text| text.contains(&quoted)),
            ".ci/run accepts the reason \"{reason}\", which no test gives"
        );
    }
}
