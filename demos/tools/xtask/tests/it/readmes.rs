//! The generated blocks in the READMEs are up to date. `BLESS=1 cargo test -p xtask` updates them.

use std::{env, fs};

use similar::TextDiff;
use xtask::quotes::Writer;
use xtask::tree::Tree;
use xtask::{assert_no_complaints, promises};

fn here() -> Tree {
    Tree::here().expect("cargo runs tests inside the repository")
}

/// Returns the diff in the format of `diff -u`, but without line numbers, which change with every
/// comment above. Empty if the texts are the same.
fn unified((old_name, old): (&str, &str), (new_name, new): (&str, &str)) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff
        .unified_diff()
        .context_radius(3)
        .header(old_name, new_name)
        .to_string();
    text.split_inclusive('\n')
        .map(|line| {
            if line.starts_with("@@ ") {
                "@@\n"
            } else {
                line
            }
        })
        .collect()
}

#[test]
fn a_diff_has_the_format_of_diff_u_without_line_numbers() {
    let old = ("a/room.rs", "1\n2\n3\n4\n5\n");
    let diff = unified(old, ("b/room.rs", "1\n2\n3\n4\nfive\n"));
    let drawn = "--- a/room.rs\n+++ b/room.rs\n@@\n 2\n 3\n 4\n-5\n+five\n";
    assert_eq!(diff, drawn);
    assert_eq!(unified(old, old), "", "no difference, no diff");
}

#[test]
fn every_step_has_a_proof_of_each_promise() {
    if let Err(complaints) = promises::rows(&here()) {
        assert_no_complaints(&complaints);
    }
}

#[test]
fn the_readme_shows_the_table_of_promises() {
    let readme = here().read("README.md").expect("there is a README.md");
    assert!(
        readme
            .lines()
            .any(|line| line.trim() == "<!-- promises -->"),
        "README.md must hold the lines <!-- promises --> and <!-- end -->"
    );
}

#[test]
fn every_generated_block_is_up_to_date() {
    let tree = here();
    let bless = env::var_os("BLESS").is_some();
    let mut complaints = Vec::new();
    for file in tree.files().expect("a tree") {
        if !file.ends_with(".md") {
            continue;
        }
        let writer = Writer {
            tree: &tree,
            file: &file,
            diff: unified,
        };
        match writer.refreshed() {
            Err(complaint) => complaints.push(complaint),
            Ok((now, fresh)) if now == fresh => {}
            Ok((_, fresh)) if bless => {
                fs::write(tree.path(&file), fresh).expect("a README can be written");
            }
            Ok((now, fresh)) => {
                let same = now
                    .lines()
                    .zip(fresh.lines())
                    .take_while(|(now, fresh)| now == fresh);
                let line = same.count() + 1;
                complaints.push(format!(
                    "{file}:{line} is stale: `BLESS=1 cargo test -p xtask` updates its blocks"
                ));
            }
        }
    }
    assert_no_complaints(&complaints);
}
