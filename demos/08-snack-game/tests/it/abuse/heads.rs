//! Half a head of a request, on many connections.

use crate::common::{Folder, Samples, program::start_behind, wait_until};
use std::{
    fs,
    io::Write,
    net::{SocketAddr, TcpStream},
};

/// Connections at the same time.
const MANY: usize = 700;

/// The most bytes of memory for each of them. An optimized build needs about a third.
const FOR_EACH: usize = 8 * 1024;

fn resident(pid: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes
        .and_then(|it| it.parse::<usize>().ok())
        .expect("a number")
        * 1024
}

fn half_open(address: SocketAddr) -> Vec<TcpStream> {
    let open = (0..MANY).map(|_| {
        let mut stream = TcpStream::connect(address).expect("the server listens");
        let half = b"GET /ws/hall HTTP/1.1\r\nHost: a\r\nX-Half: ";
        stream.write_all(half).expect("the server reads");
        stream
    });
    open.collect()
}

/// Waits until the server has noticed the end of each connection but the one that asks.
fn wait_until_closed(address: SocketAddr) {
    wait_until("the connections are closed", || {
        Samples::of(address).get("snack_rush_connections{state=\"http\"}") <= 1.0
    });
}

#[test]
fn half_open_requests_cost_the_server_what_they_have_sent() {
    sockets::raise_limit();
    let folder = Folder::with_token();
    let server = start_behind(&[], folder.path(), &["--listen", "127.0.0.1:0"]);
    let address = server.address();
    // The first ones need memory that every server needs.
    drop(half_open(address));
    wait_until_closed(address);
    let before = resident(server.pid());
    let mut open = half_open(address);
    for _ in 0..2 {
        drop(open);
        wait_until_closed(address);
        open = half_open(address);
    }
    // The server has read the last one when it answers the next one.
    crate::common::ask(address, "/health", "");
    let grown = resident(server.pid()).saturating_sub(before);
    assert!(
        grown < MANY * FOR_EACH,
        "{grown} bytes for {MANY} half-open requests"
    );
}
