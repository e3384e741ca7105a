//! The table of faults in the README names tests that exist.

use std::{fs, path::Path};

/// Collects the names of all tests in a folder.
fn tests_in(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            tests_in(&path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).expect("text");
            let mut lines = text.lines().map(str::trim);
            let names = std::iter::from_fn(|| {
                lines.find(|line| *line == "#[test]" || line.starts_with("#[tokio::test"))?;
                let name =
                    lines.find_map(|line| line.trim_start_matches("async ").strip_prefix("fn "))?;
                name.split('(').next().map(str::to_owned)
            });
            found.extend(names);
        }
    }
}

#[test]
fn every_test_that_the_table_names_exists() {
    let step = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = Vec::new();
    for folder in [
        step.join("src"),
        step.join("tests"),
        step.join("../support/rush/tests"),
    ] {
        tests_in(&folder, &mut tests);
    }
    let readme = fs::read_to_string(step.join("README.md")).expect("text");
    let (_, table) = readme.split_once("<!-- held -->").expect("a table");
    let (table, _) = table.split_once("<!-- end -->").expect("its end");
    let rows: Vec<&str> = table.trim().lines().skip(2).collect();
    assert!(rows.len() >= 15, "{} rows", rows.len());
    for row in rows {
        let named: Vec<&str> = row
            .split('`')
            .skip(1)
            .step_by(2)
            .filter(|word| word.contains('_') && !word.contains([' ', '/']))
            .collect();
        assert!(!named.is_empty(), "no test is named in {row}");
        for name in named {
            assert!(
                tests.iter().any(|test| test == name),
                "there is no test {name}"
            );
        }
    }
}

#[test]
fn every_fault_that_is_played_here_is_in_the_table() {
    let step = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(step.join("README.md")).expect("text");
    let mut tests = Vec::new();
    tests_in(&step.join("tests/it/faults"), &mut tests);
    for test in tests
        .iter()
        .filter(|name| !name.starts_with("every_test_") && !name.starts_with("every_fault_"))
    {
        assert!(readme.contains(&format!("`{test}`")), "{test} is in no row");
    }
}
