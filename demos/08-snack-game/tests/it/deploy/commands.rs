//! Commands of *Put it on the internet* that change a file: a person may run them again, after an
//! error in a later one or with a new version of this page.

use crate::common::Folder;
use std::{fs, path::Path, process::Command};

const PAGE: &str = include_str!("../../../README.md");

/// The nginx.conf of Debian, without its comments and without what is inside `http`.
const NGINX: &str = "user www-data;\nworker_processes auto;\npid /run/nginx.pid;\n\nevents {\n\tworker_connections 768;\n\t# multi_accept on;\n}\n\nhttp {\n}\n";

/// The command of the section that begins so.
fn command(begins: &str) -> &'static str {
    let section = PAGE.split("## Put it on the internet").nth(1);
    let section = section.and_then(|it| it.split("\n## ").next());
    let mut lines = section.expect("the section").lines();
    let line = lines.find(|line| line.starts_with(begins));
    line.unwrap_or_else(|| panic!("no command begins with {begins}"))
}

/// Runs a command of the page as root does, but in this folder instead of `/etc`.
fn run(command: &str, folder: &Path) {
    let command = command.replace("/etc/", &format!("{}/", folder.display()));
    let status = Command::new("sh").args(["-euc", &command]).status();
    assert!(status.expect("a shell").success(), "{command}");
}

#[test]
fn nginx_has_each_limit_once_however_often_the_command_is_run() {
    let folder = Folder::with_token();
    let file = folder.path().join("nginx/nginx.conf");
    fs::create_dir(folder.path().join("nginx")).expect("a folder");
    let changed = NGINX.replace("worker_connections 768;", "worker_connections 16384;");
    let changed = format!("worker_rlimit_nofile 40000;\n{changed}");
    // As Debian has it, and with another limit.
    for before in [NGINX.to_owned(), changed.replace("40000", "1024")] {
        fs::write(&file, before).expect("a file");
        for _ in 0..3 {
            run(command("sed -i"), folder.path());
            assert_eq!(fs::read_to_string(&file).expect("text"), changed);
        }
    }
}

#[test]
fn the_token_stays_when_the_commands_are_run_again() {
    if !super::proxy::has(&["openssl"]) {
        return;
    }
    let folder = Folder::with_token();
    let file = folder.path().join("snack-rush/token");
    let mut first = None;
    for _ in 0..2 {
        run(command("install -d -m 700"), folder.path());
        run(command("test -s /etc/snack-rush/token"), folder.path());
        let token = fs::read_to_string(&file).expect("a token");
        assert_eq!(token.trim().len(), 32);
        // The server has read it, and would refuse another.
        assert_eq!(first.get_or_insert_with(|| token.clone()), &token);
    }
}

#[test]
fn a_shell_without_the_name_writes_no_file_for_another_one() {
    for (begins, site) in [
        (
            "sed \"s/play\\.example\\.org",
            "systemd/system/snack-rush.service",
        ),
        (
            "sed \"s/play\\.example\\.org",
            "nginx/sites-available/snack-rush.conf",
        ),
    ] {
        let lines = PAGE.lines().filter(|line| line.starts_with(begins));
        let line = lines.into_iter().find(|line| line.ends_with(site));
        let line = line.expect("a command");
        assert!(line.contains("${NAME:?}"), "{line}");
    }
}
