//! Programs that serve print through the crate `output`.

use crate::Complaint;
use crate::tree::Tree;

/// The source of programs that serve, and of the libraries in them.
const SERVE: [&str; 4] = [
    "demos/0",
    "demos/1006-lab/",
    "demos/tools/game-bench/",
    "slides/src/",
];

/// Libraries of these programs.
const SUPPORT: &str = "demos/support/";

/// Files that may print: what is in them runs in tests alone.
const TESTS: [&str; 5] = [
    "demos/08-snack-game/src/simulation.rs",
    "demos/support/browser/src/process.rs",
    "demos/support/skipped/src/lib.rs",
    "demos/support/sockets/src/listen.rs",
    "demos/support/output/src/lib.rs",
];

/// The macros that wait for the reader of the output, and panic when it has died.
const WAIT: [&str; 4] = ["println", "eprintln", "print", "eprint"];

/// No program that serves uses `println!` or its like.
///
/// # Errors
/// A file cannot be read.
pub fn through_output(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files()? {
        let serves = SERVE.iter().any(|it| file.starts_with(it)) || file.starts_with(SUPPORT);
        let is_source = file.contains("/src/") && file.ends_with(".rs");
        if !serves || !is_source || TESTS.contains(&file.as_str()) {
            continue;
        }
        let text = tree.read(&file)?;
        if !WAIT.iter().any(|it| text.contains(it)) {
            continue;
        }
        let code = tokens::code(&text).map_err(|error| format!("{file}: {error}"))?;
        for pair in code.windows(2) {
            if WAIT.contains(&pair[0].text) && pair[1].text == "!" {
                complaints.push(format!(
                    "{file}:{} uses `{}!`, which waits for the reader of the output and panics \
                     when it has died: use `output::out!` or `output::err!`",
                    pair[0].line, pair[0].text
                ));
            }
        }
    }
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn a_program_that_serves_and_prints_itself_is_found() {
        let print = "// println!(\"a comment\")\nfn main() {\n    eprintln!(\"oh\");\n}\n";
        let fixture = Fixture::new(&[
            ("demos/01-a/src/main.rs", print),
            ("demos/01-a/tests/play.rs", print),
            ("demos/support/skipped/src/lib.rs", print),
            ("demos/tools/bench/src/main.rs", print),
        ]);
        let complaints = through_output(&fixture.tree()).expect("a tree");
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with("demos/01-a/src/main.rs:3 uses `eprintln!`"));
    }
}
