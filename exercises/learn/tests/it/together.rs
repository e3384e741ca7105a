//! Two terminals of one learner, or a terminal and the page: nothing that one keeps is lost.

use crate::workspace::{Workspace, root};
use std::process::{Child, Stdio};

#[test]
fn processes_that_write_at_the_same_time_lose_no_progress() {
    let names: Vec<String> = std::fs::read_dir(root().join("solutions"))
        .expect("solutions")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    assert!(names.len() > 9, "{names:?}");
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let workspace = Workspace::with(&all);
    for round in 1..=3 {
        let hints = |name: &String| -> Child {
            let mut command = workspace.command(&["hint", name]);
            command.stdout(Stdio::null()).spawn().expect("the runner")
        };
        let children: Vec<Child> = names.iter().map(hints).collect();
        for mut child in children {
            assert!(child.wait().expect("it ends").success());
        }
        let progress = workspace.read(".learn/progress.toml");
        let told = progress.matches(&format!("hints = {round}")).count();
        assert_eq!(told, names.len(), "round {round}:\n{progress}");
    }
    let files = std::fs::read_dir(workspace.path(".learn")).expect("the learner's folder");
    let names = files.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    assert_eq!(names, ["lock", "progress.toml"], "no copy is left");
}
