//! The report in this folder and the game's page contain the same figures.

use std::fs;
use std::path::Path;

use game_bench::{COMMAND, quoted};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

#[test]
fn the_games_page_quotes_the_report() {
    let (report, page) = (read("report.md"), read("../../08-snack-game/README.md"));
    let measured = quoted(&report).expect("report.md has its tables between the marks");
    let told = quoted(&page)
        .expect("demos/08-snack-game/README.md has `<!-- ratios -->` and `<!-- end -->`");
    assert_eq!(told, measured, "`{COMMAND}` measures and writes both");
}

#[test]
fn both_pages_contain_the_command() {
    for file in ["README.md", "report.md"] {
        assert!(read(file).contains(COMMAND), "{file}");
    }
}

#[test]
#[cfg(not(target_os = "linux"))]
fn outside_linux_it_says_that_it_needs_linux() {
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_game-bench"))
        .output()
        .expect("this crate's program starts");
    assert_eq!(ran.status.code(), Some(1));
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(said.contains("run it on Linux"), "{said}");
}

#[test]
fn a_word_in_place_of_a_number_is_explained_in_a_sentence() {
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_game-bench"))
        .args(["--rounds", "many"])
        .output()
        .expect("this crate's program starts");
    assert_eq!(ran.status.code(), Some(1));
    assert_eq!(
        String::from_utf8_lossy(&ran.stderr).trim_end(),
        "game-bench: --rounds wants a whole number, not \"many\"; see --help"
    );
}
