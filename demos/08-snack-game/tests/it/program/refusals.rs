//! If the program cannot do what was asked, it prints why and changes no file.

use crate::{
    common::Folder,
    common::program::run,
    program::running::{refuses, start},
};
use std::{fs, net::TcpListener, path::Path};

/// Runs the server with this data folder. It must refuse with this message.
fn refuses_to_serve_in(folder: &Path, sentence: &str) {
    let folder = folder.to_str().expect("a path");
    refuses(&["--listen", "127.0.0.1:0", "--data", folder], sentence);
}

#[test]
fn unreadable_scores_are_not_changed() {
    for bytes in [b"these are no scores".to_vec(), vec![0; 4096], Vec::new()] {
        let folder = Folder::with_token();
        let file = folder.path().join("scores.redb");
        fs::write(&file, &bytes).expect("a file");
        refuses_to_serve_in(folder.path(), "they were left as they are");
        assert_eq!(
            fs::read(&file).expect("a file"),
            bytes,
            "the file was changed"
        );
    }
}

#[test]
fn truncated_scores_are_not_changed() {
    let folder = Folder::with_token();
    drop(start(folder.path(), &[]));
    let file = folder.path().join("scores.redb");
    let mut bytes = fs::read(&file).expect("a file");
    bytes.truncate(bytes.len() / 3);
    fs::write(&file, &bytes).expect("a file");
    refuses_to_serve_in(folder.path(), "they were left as they are");
    assert_eq!(
        fs::read(&file).expect("a file"),
        bytes,
        "the file was changed"
    );
}

#[test]
fn a_second_server_on_the_same_scores_is_refused() {
    let folder = Folder::with_token();
    let _first = start(folder.path(), &[]);
    refuses_to_serve_in(folder.path(), "in use by another server");
}

#[test]
fn every_refusal_explains_itself() {
    let folder = Folder::with_token();
    let file = folder.path().join("file");
    fs::write(&file, "").expect("a file");
    let under = file.join("data");
    let data = folder.path().to_str().expect("a path");
    refuses_to_serve_in(&under, "cannot keep scores in");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    refuses(
        &["--listen", &address, "--data", data],
        "is taken: another program listens there",
    );
    refuses(&["--listen", &address, "--data", data], "end that program");
    refuses(
        &["--listen", "192.0.2.1:0", "--data", data],
        "is not an address of this machine",
    );
    refuses(
        &["--peers", "nowhere"],
        "--peers wants addresses of other servers",
    );
    refuses(
        &["--directory", "http://127.0.0.1:6379"],
        "--directory wants redis://HOST:PORT",
    );
    refuses(&["--fast"], "--help tells what there is");
    refuses(
        &["replay", "/nowhere/at/all.rush"],
        "cannot read /nowhere/at/all.rush",
    );
    refuses(
        &["replay", file.to_str().expect("a path")],
        "this is no turn log",
    );
    assert!(String::from_utf8_lossy(&run(&["--help"]).stdout).contains("--audience"));
}
