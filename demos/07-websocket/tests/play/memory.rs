//! How much memory an idle player costs. `cargo test -p demo-07-websocket memory::
//! -- --nocapture` prints the number.

use crate::server::client::Client;
use std::{
    fs,
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

/// Fewer than the room has seats.
const PLAYERS: u64 = 250;

/// The limit: half the size of axum's default read buffer.
const MOST: u64 = 64 * 1024;

struct Bar(Child);

impl Bar {
    fn resident(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()));
        let status = status.expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().next());
        kilobytes
            .expect("a number")
            .parse::<u64>()
            .expect("a number")
            * 1024
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        let _killed = self.0.kill();
        let _gone = self.0.wait();
    }
}

#[test]
fn an_idle_player_costs_less_than_half_of_axums_default_buffer() {
    let child = Command::new(env!("CARGO_BIN_EXE_07-websocket"))
        .args(["--bots", "0", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut bar = Bar(child.expect("it starts"));
    let mut line = String::new();
    let mut said = BufReader::new(bar.0.stdout.take().expect("piped"));
    said.read_line(&mut line)
        .expect("the line with the address");
    let address = line.trim().rsplit(' ').next().expect("an address");
    let address = address.parse().expect("an address");
    let join = |number: u64| {
        let mut client = Client::open(address, "/ws");
        client.send_line(&format!("join idle-{number}"));
        client.wait_for_text(" joined");
        client
    };
    // The first players include what is allocated only once.
    let _first: Vec<Client> = (0..PLAYERS / 5).map(join).collect();
    let before = bar.resident();
    let more: Vec<Client> = (PLAYERS / 5..PLAYERS).map(join).collect();
    let each = bar.resident().saturating_sub(before) / more.len() as u64;
    println!("an idle player costs {:.1} kB", each as f64 / 1000.0);
    assert!(each < MOST, "{each} bytes");
}
