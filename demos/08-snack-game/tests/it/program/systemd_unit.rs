//! The systemd unit in the README.

use crate::common::{Folder, program::PROGRAM};
use std::{fs, process::Command};

/// Checks the README's unit, with the path of this program in place of the installed one.
#[test]
fn systemd_accepts_the_unit_in_the_readme() {
    let readme = include_str!("../../../README.md");
    let (_, unit) = readme.split_once("```ini\n").expect("a unit");
    let (unit, _) = unit.split_once("```").expect("its end");
    assert!(unit.contains("ExecStart=/opt/snack/08-snack-game --keep "));
    let folder = Folder::new();
    let file = folder.path().join("snack-rush.service");
    fs::write(&file, unit.replace("/opt/snack/08-snack-game", PROGRAM)).expect("a file");
    let looked = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&file)
        .output();
    let Ok(looked) = looked else {
        skipped::skip("no systemd here: `systemd-analyze` checks the unit");
        return;
    };
    let printed = String::from_utf8_lossy(&looked.stderr);
    let printed: Vec<&str> = printed
        .lines()
        .filter(|line| line.contains("snack-rush"))
        .collect();
    assert!(looked.status.success() && printed.is_empty(), "{printed:?}");
}
