//! `learn api` in a pipe.

use crate::workspace::{Workspace, one_line};

#[test]
fn an_answer_about_a_name_has_single_gaps_and_is_true() {
    let workspace = Workspace::with(&["01_lock_order"]);
    let cases = [
        ("Mutex", 0, "`lanes::tokio::Mutex<T>`"),
        ("lock", 0, "async fn lock(&self) -> MutexGuard<'_, T>"),
        ("sleep", 0, "`tokio::time::sleep` is allowed"),
        ("tokio", 0, "async fn within<T>(patience: Duration"),
        ("Vec", 0, "`std::vec::Vec` is allowed, as in std."),
        (
            "std::fs",
            1,
            "No answer may use anything called \"std::fs\".",
        ),
        ("push", 1, "Nothing that the page names is called \"push\"."),
        ("std::sync::Mutex", 0, "`lanes::sync::Mutex` is the same"),
        (
            "std::sync::Condvar",
            1,
            "`lanes::sync::Condvar` is the same",
        ),
    ];
    for (name, code, words) in cases {
        let (ended, said) = workspace.learn(&["api", name]);
        assert_eq!(ended, Some(code), "{name}: {said}");
        assert!(one_line(&said).contains(words), "{name}: {said}");
        assert!(!said.contains("\n\n\n"), "{name}: {said}");
        assert!(!said.starts_with('\n') && !said.ends_with("\n\n"), "{said}");
    }
    let (_, said) = workspace.learn(&["api", "Mutex"]);
    assert!(said.contains("A lane: a thread or a task"), "{said}");
    let (_, said) = workspace.learn(&["api", "lock"]);
    assert!(!said.contains("try_lock"), "{said}");
}
