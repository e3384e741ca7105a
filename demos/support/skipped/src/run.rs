//! The tests that one `cargo test` skipped: noted by each program, counted by the last one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Notes a skipped test. Without this the summary would be wrong, but the test is skipped anyway;
/// so an error is not reported.
pub(crate) fn note(reason: &str) {
    let _unless_disk_full = append(&file(), reason);
}

fn append(file: &Path, reason: &str) -> io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = File::options().create(true).append(true).open(file)?;
    // One write, so that lines of several threads do not mix.
    file.write_all(format!("{}\n", reason.replace('\n', " ")).as_bytes())
}

/// What this run of `cargo test` has skipped so far, in one line for each reason, the most frequent
/// first. The next call begins a new count.
///
/// ```text
/// 45 tests were skipped:
///   44  no Chromium here: install it
///    1  this machine has no network
/// ```
pub fn summary() -> String {
    let file = file();
    let noted = fs::read_to_string(&file).unwrap_or_default();
    // Gone if nothing was skipped.
    let _unless_gone = fs::remove_file(&file);
    count(&noted)
}

fn count(noted: &str) -> String {
    let mut tests: BTreeMap<&str, usize> = BTreeMap::new();
    for reason in noted.lines() {
        *tests.entry(reason).or_default() += 1;
    }
    let all: usize = tests.values().sum();
    let mut tests: Vec<_> = tests.into_iter().collect();
    tests.sort_by_key(|&(_, tests)| std::cmp::Reverse(tests));
    let head = match all {
        0 => "no test was skipped".to_owned(),
        1 => "1 test was skipped:".to_owned(),
        all => format!("{all} tests were skipped:"),
    };
    let width = all.to_string().len();
    let reasons = tests
        .iter()
        .map(|(reason, tests)| format!("\n  {tests:width$}  {reason}"));
    std::iter::once(head).chain(reasons).collect()
}

/// The file of this run. All test programs of a run are in one folder, and cargo starts them.
fn file() -> PathBuf {
    let program = std::env::current_exe().unwrap_or_default();
    let folder = program.parent().unwrap_or(Path::new("."));
    folder.join("skipped").join(format!("{}.txt", cargo()))
}

/// The process that started this program.
#[cfg(unix)]
fn cargo() -> u32 {
    std::os::unix::process::parent_id()
}

/// The standard library does not know it, so all runs share a file until a summary is printed.
#[cfg(not(unix))]
fn cargo() -> u32 {
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_each_reason() {
        assert_eq!(count(""), "no test was skipped");
        assert_eq!(count("no oven\n"), "1 test was skipped:\n  1  no oven");
        let many = "no oven\n".to_owned() + &"no fryer: buy one\n".repeat(10);
        assert_eq!(
            count(&many),
            "11 tests were skipped:\n  10  no fryer: buy one\n   1  no oven"
        );
    }

    #[test]
    fn each_skipped_test_adds_one_line() {
        let folder = std::env::temp_dir().join(format!("snackbar-skipped-{}", std::process::id()));
        let file = folder.join("inside").join("run.txt");
        for reason in ["no oven:\nbuy one", "no fryer", "no fryer"] {
            append(&file, reason).expect("the folder for temporary files can be written");
        }
        let noted = fs::read_to_string(&file).expect("it is there");
        fs::remove_dir_all(&folder).expect("it is there");
        assert_eq!(noted, "no oven: buy one\nno fryer\nno fryer\n");
    }
}
