//! `exercises/editor.rs` and `solutions/editor.rs` name the Rust files beside them. `BLESS=1`
//! writes both.

use crate::workspace::root;
use std::fs;

const HEADER: &str = "\
//! The Rust files in this folder as a part of a crate, for rust-analyzer alone.
//!
//! An answer is no member of the workspace, because an answer that does not compile must not break
//! it. But an editor helps only in files of a crate. rust-analyzer sets `cfg(rust_analyzer)`, and
//! cargo does not. So the editor sees the modules below, and `cargo build`, `test` and `clippy` see
//! an empty crate. `rustfmt` follows `mod` without asking for `cfg`, and must not fail at half an
//! answer.
//!
//! Written by `BLESS=1 cargo test -p learn --test it every_file`.
";

/// Returns the names of all exercises, sorted: `01_lock_order`.
pub(crate) fn exercises() -> Vec<String> {
    let folder = fs::read_dir(root().join("exercises")).expect("exercises");
    let names = folder.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = names
        .map(|name| name.into_string().expect("text"))
        .filter(|name| name.starts_with(|c: char| c.is_ascii_digit()))
        .collect();
    names.sort();
    names
}

/// Returns the modules of the Rust files of a folder, sorted.
fn all(folder: &str) -> String {
    let entries = fs::read_dir(root().join(folder)).into_iter().flatten();
    let mut modules: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(format!("mod {};", name.strip_suffix(".rs")?)))
        .collect();
    modules.sort();
    modules.join(" ")
}

/// Files of one group see each other, as an answer and its judge do. The solution is in another
/// crate: completion in an answer must not offer what only the solution has.
fn files() -> [(&'static str, String); 2] {
    let group = |name: &str, folder: &str, modules: &str| match modules {
        "" => String::new(),
        _ => format!(
            "\n#[cfg(rust_analyzer)]\n#[rustfmt::skip]\n#[path = \"{folder}\"]\nmod {name} {{ \
             {modules} }}\n"
        ),
    };
    let (mut answers, mut solutions) = (HEADER.to_owned(), HEADER.to_owned());
    for exercise in exercises() {
        let number = &exercise[..2];
        let answer = "mod exercise; #[path = \"judge.rs\"] mod bench;";
        answers += &group(&format!("answer_{number}"), &exercise, answer);
        answers += &group(&format!("unsolved_{number}"), &exercise, "mod unsolved;");
        for kind in ["right", "wrong"] {
            let folder = format!("{exercise}/{kind}");
            let modules = all(&format!("exercises/{folder}"));
            answers += &group(&format!("{kind}_{number}"), &folder, &modules);
        }
        solutions += &group(&format!("solution_{number}"), &exercise, "mod solution;");
    }
    [
        ("exercises/editor.rs", answers),
        ("solutions/editor.rs", solutions),
    ]
}

#[test]
fn every_file_of_an_exercise_is_a_module_for_editors() {
    for (file, modules) in files() {
        let path = root().join(file);
        if std::env::var_os("BLESS").is_some() {
            fs::write(&path, &modules).expect("a file of the repository");
        }
        let written = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written.replace("\r\n", "\n") == modules,
            "{file} is not up to date: BLESS=1 cargo test -p learn --test it every_file"
        );
    }
}
