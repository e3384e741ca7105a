//! The systemd unit in `deploy/systemd`.

use crate::common::{Folder, program::PROGRAM};
use std::{fs, process::Command};

const UNIT: &str = include_str!("../../../deploy/systemd/snack-rush.service");

/// Where the unit expects the program.
const INSTALLED: &str = "/opt/snack-rush/08-snack-game";

/// The most that `systemd-analyze security` may say, from 0 (closed) to 10.
const MOST_EXPOSED: f32 = 3.0;

/// Runs `systemd-analyze` on a unit of this name with the path of this program. Returns what it has
/// printed. `None` if this machine has no systemd.
fn analyze(words: &[&str], unit: &str) -> Option<(bool, String)> {
    let folder = Folder::with_token();
    let file = folder.path().join("snack-rush.service");
    fs::write(&file, unit.replace(INSTALLED, PROGRAM)).expect("a file");
    let looked = Command::new("systemd-analyze")
        .args(words)
        .arg(&file)
        .output();
    let Ok(looked) = looked else {
        skipped::skip("no systemd here: `systemd-analyze` checks the unit");
        return None;
    };
    let printed = [looked.stdout, looked.stderr].concat();
    let printed = String::from_utf8_lossy(&printed).into_owned();
    Some((looked.status.success(), printed))
}

/// Checks the unit, with the path of this program in place of the installed one, and the command
/// for an audience that a comment offers.
#[test]
fn systemd_accepts_the_unit() {
    let (head, service) = UNIT.split_once("[Service]").expect("a section");
    let offered = head.split_once("#   ExecStart=").expect("a command").1;
    let offered = offered.lines().next().expect("a line");
    let (before, rest) = service.split_once("ExecStart=").expect("a command");
    let (command, after) = rest.split_once("\n\n").expect("its end");
    let audience = format!("[Service]{before}ExecStart={offered}\n\n{after}");
    for command in [command, offered] {
        assert!(
            command.starts_with(&format!("{INSTALLED} --keep ")),
            "{command}"
        );
    }
    for unit in [UNIT, &audience] {
        let Some((accepted, printed)) = analyze(&["verify"], unit) else {
            return;
        };
        let about = |line: &&str| line.contains("snack-rush");
        let printed: Vec<&str> = printed.lines().filter(about).collect();
        assert!(accepted && printed.is_empty(), "{printed:?}");
    }
}

/// Every option in the unit exists: the program reads them as far as the one that ends it.
#[test]
fn the_program_knows_the_options_in_the_unit() {
    let command = UNIT.split_once("\nExecStart=").expect("a command").1;
    let (command, _) = command.split_once("\n\n").expect("its end");
    let folder = Folder::with_token();
    fs::write(folder.path().join("token"), "open-sesame\n").expect("a file");
    let folder = folder.path().to_str().expect("Unicode");
    let command = command.replace("${CREDENTIALS_DIRECTORY}", folder);
    let words = command.split_whitespace().skip(1).filter(|it| *it != "\\");
    let words: Vec<_> = words.map(Into::into).chain(["--help".into()]).collect();
    let command = demo_08_snack_game::options::parse(words);
    assert!(command.is_ok(), "{command:?}");
}

#[test]
fn the_unit_exposes_little() {
    let words = ["security", "--offline=true", "--no-pager"];
    let Some((_, printed)) = analyze(&words, UNIT) else {
        return;
    };
    let level = printed.split_once("Overall exposure level for snack-rush.service: ");
    let level = level.and_then(|(_, rest)| rest.split_whitespace().next()?.parse::<f32>().ok());
    let level = level.unwrap_or_else(|| panic!("no level in\n{printed}"));
    assert!(level <= MOST_EXPOSED, "{level}\n{printed}");
}

/// The worker asks the kernel through netlink, and talks to its supervisor over UNIX sockets: a
/// unit without one of them would start, and lose every player at the first crash.
#[test]
fn the_unit_allows_the_sockets_that_a_handover_needs() {
    let families = UNIT
        .split_once("\nRestrictAddressFamilies=")
        .expect("a line")
        .1;
    let families: Vec<&str> = families
        .lines()
        .next()
        .expect("a line")
        .split(' ')
        .collect();
    assert_eq!(families, ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"]);
}
