//! What a server says at its start about the metrics and the x-ray, and that it is true.

#[cfg(unix)]
use crate::common::{PATIENCE, TOKEN};
use crate::{
    common::{Folder, OPERATOR_ONLY, ask_as_it_is, wait_until},
    program::running::start,
};
use serde_json::json;
use std::{fs, net::SocketAddr};

fn opened_with(token: &str, address: SocketAddr) -> [u16; 2] {
    let bearer = format!("Authorization: Bearer {token}\r\n");
    OPERATOR_ONLY.map(|path| ask_as_it_is(address, path, &bearer).0)
}

#[test]
fn the_first_start_makes_a_token_and_says_where_it_is() {
    let folder = Folder::new();
    let file = folder.path().join("operator-token");
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let server = start(folder.path(), &[]);
        let token = fs::read_to_string(&file).expect("a token");
        let token = token.trim().to_owned();
        assert_eq!(opened_with(&token, server.address()), [200, 200]);
        assert_eq!(opened_with(&token[1..], server.address()), [403, 403]);
        let says = |what: &str| server.stdout().contains(what);
        let page = format!("for the operator: http://{}/xray#token=…", server.address());
        wait_until("the address of the x-ray", || says(&page));
        // In a pipe the line is an object, so a backslash of Windows is two.
        let path = json!(file.to_str()).to_string();
        assert!(says(path.trim_matches('"')), "{}", server.stdout());
        // It does not stand in a log.
        assert!(!says(&token) && !server.stderr().contains(&token));
        tokens.push(token);
    }
    assert_eq!(tokens[0], tokens[1]);
}

/// The stage shows on a projector what the game prints.
#[cfg(unix)]
#[test]
fn an_audience_is_not_told_where_the_token_is() {
    let folder = Folder::with_token();
    let options = ["--audience", "--listen", "0.0.0.0:0", "--seconds", "1"];
    let mut server = start(folder.path(), &options);
    let ended = server.wait(PATIENCE);
    let said = "#token=… · token in the data folder";
    assert!(ended.stdout.contains(said), "{ended}");
    let path = folder.path().to_str().expect("a path in Unicode");
    for shown in [&ended.stdout, &ended.stderr] {
        assert!(!shown.contains(path) && !shown.contains(TOKEN), "{ended}");
    }
}

#[test]
fn without_a_token_the_game_is_served_and_the_log_says_what_is_closed() {
    let folder = Folder::new();
    let file = folder.path().join("operator-token");
    fs::create_dir(&file).expect("a folder in the way");
    let server = start(folder.path(), &[]);
    wait_until("the warning", || {
        server
            .stderr()
            .contains("no token, so /metrics and /api/xray are closed")
    });
    assert_eq!(ask_as_it_is(server.address(), "/api/seat", "").0, 200);
    assert_eq!(opened_with("", server.address()), [403, 403]);
}
