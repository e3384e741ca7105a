//! `learn api` in a pipe.

use crate::workspace::{Workspace, one_line, root};
use std::fs;

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
    let (_, page) = workspace.learn(&["api"]);
    let is_item = |line: &str| line.starts_with("- ") || line.starts_with("  ");
    for (line, next) in page.lines().zip(page.lines().skip(1)) {
        let hangs = !is_item(line) || next.is_empty() || is_item(next);
        assert!(hangs, "an item goes on at the margin: {next:?}");
    }
    let (_, said) = workspace.learn(&["api", "Mutex"]);
    let lane = "holds at a time.\n  A lane: a thread or a task of the model.\n";
    assert!(said.contains(lane), "where it is met first: {said}");
    assert_eq!(said.matches("A lane:").count(), 1, "{said}");
    let (_, said) = workspace.learn(&["api", "lock"]);
    assert!(!said.contains("try_lock"), "{said}");
}

/// Lets the judge of this exercise compile its original with these items.
fn compiled(workspace: &Workspace, exercise: &str, items: &str) -> String {
    let answer = workspace.read(&format!("exercises/{exercise}/unsolved.rs"));
    let file = format!("exercises/{exercise}/exercise.rs");
    workspace.write(&file, &format!("{answer}\n{items}"));
    workspace.learn(&["run", exercise]).1
}

/// Returns code that names everything on the page that these exercises may use.
fn every_name(page: &str, by_clock: bool) -> String {
    let (lists, parts) = page.split_once("\n### ").expect("parts");
    let quoted = |line: &'_ str| -> Vec<String> {
        let quoted = line.split('`').skip(1).step_by(2);
        quoted.map(str::to_owned).collect()
    };
    let mut code = String::new();
    for line in lines_of(
        lists,
        &[
            "- From `",
            "- Macros of `",
            "- Types of `",
            "- Modules of `",
        ],
    ) {
        let is_for = match line.contains("with a paused clock") {
            true => by_clock,
            false => !(by_clock && line.contains("where every schedule is judged")),
        };
        let names = quoted(line);
        for name in names[1..].iter().filter(|name| is_for && *name != "lanes") {
            code += &format!("use {}::{name} as _;\n", names[0]);
        }
    }
    for (at, part) in parts.split("\n### ").enumerate() {
        let heading = quoted(part.lines().next().expect("a heading")).remove(0);
        if heading.starts_with("judge::") != by_clock {
            continue;
        }
        let (path, functions) = match heading.strip_suffix(": functions") {
            Some(module) => (module.to_owned(), true),
            None => (
                heading.split(", and ").next().expect("a type").to_owned(),
                false,
            ),
        };
        let name = path.split('<').next().expect("a name");
        if !functions && !name.ends_with("::Answer") {
            code += &format!("use {name} as _;\n");
        }
        for (row, line) in lines_of(part, &["| `"]).enumerate() {
            let method = line
                .trim_start_matches("| `")
                .trim_start_matches("async fn ");
            let end = method.find(|c: char| !c.is_alphanumeric() && c != '_');
            let method = &method[..end.expect("arguments")];
            let of = path
                .replace("'a", "'_")
                .replace("<T>", "<_>")
                .replace(", T>", ", _>");
            code += &match functions {
                true => format!("use {path}::{method} as _;\n"),
                false => format!("fn m_{at}_{row}() {{ let _ = <{of}>::{method}; }}\n"),
            };
        }
    }
    code
}

fn lines_of<'a>(text: &'a str, begins: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let is_it = |line: &&str| begins.iter().any(|it| line.starts_with(it));
    text.lines().filter(is_it)
}

#[test]
fn every_name_of_the_page_exists_for_an_answer() {
    let workspace = Workspace::with(&["01_lock_order", "14_slow_consumer"]);
    let page = fs::read_to_string(root().join("exercises/API.md")).expect("the page");
    for (exercise, by_clock, least) in [
        ("01_lock_order", false, 250),
        ("14_slow_consumer", true, 130),
    ] {
        let names = every_name(&page, by_clock);
        assert!(names.lines().count() > least, "{}", names.lines().count());
        let wrong = "fn no() { <String>::no_such_name(); }\n";
        let said = compiled(&workspace, exercise, &(names + wrong));
        assert!(said.contains("it does not compile"), "{said}");
        // What is not there; a method whose type nothing says is no error here.
        let errors = lines_of(&said, &["error[E04", "error[E0599"]);
        let errors: Vec<&str> = errors.filter(|it| !it.contains("no_such_name")).collect();
        assert!(errors.is_empty(), "{exercise}: {errors:#?}");
        assert!(
            said.contains("no_such_name"),
            "the compiler came so far: {said}"
        );
    }
}

#[test]
fn an_error_says_what_there_is_instead() {
    let workspace = Workspace::with(&["01_lock_order", "14_slow_consumer"]);
    let result = "no `Result`: `tray.lock()`, without `unwrap()`";
    for (exercise, item, words) in [
        (
            1,
            "fn f(m: Mutex<u8>) -> u8 { m.into_inner().unwrap() }",
            result,
        ),
        (
            1,
            "fn f(m: &mut Mutex<u8>) -> u8 { *m.get_mut().unwrap() }",
            result,
        ),
        (1, "fn f(m: &Mutex<u8>) -> bool { m.is_poisoned() }", result),
        (
            1,
            "#[derive(Default)] struct A { a: Mutex<u8> }",
            "there is no default",
        ),
        (
            1,
            "fn f() { let m = Mutex::new(0); }",
            "has a name, as its first argument",
        ),
        (
            1,
            "use parking_lot::RwLock;",
            "`std`, `lanes` and tokio's macros, and no other crate",
        ),
        (
            14,
            "use futures::join;",
            "`std`, `tokio` and `judge::clock`, and no other crate",
        ),
        (
            1,
            "use lanes::sync::Semaphore;",
            "Did you mean `lanes::tokio::Semaphore`?",
        ),
        (
            1,
            "fn f() { lanes::thread::scope(1); }",
            "has no `thread::scope`. It has `lanes::thread",
        ),
        (
            1,
            "use lanes::tokio::sync::Notify;",
            "in `lanes::tokio` itself",
        ),
        (
            1,
            "fn f(a: RwLock<u8>) {}",
            "Do not follow the compiler to `std::sync::RwLock`: the judge",
        ),
        (
            1,
            "fn f(a: lanes::sync::mpsc::Receiver<u8>) { a.recv_timeout(1); }",
            "What `Receiver` has here: cargo run -p learn -- api Receiver",
        ),
    ] {
        let exercise = match exercise {
            1 => "01_lock_order",
            _ => "14_slow_consumer",
        };
        let said = one_line(&compiled(&workspace, exercise, item));
        assert!(said.contains("it does not compile"), "{item}: {said}");
        assert!(said.contains(words), "{item}: {said}");
    }
    let said = compiled(
        &workspace,
        "01_lock_order",
        "fn f() { let a: u8 = \"\"; mpsc::f() }",
    );
    assert!(
        !said.contains("no other crate"),
        "a module that is not imported: {said}"
    );
}
