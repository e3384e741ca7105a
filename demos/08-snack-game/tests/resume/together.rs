//! A restart of one server of several: where its seats are, by the account of the others.

use crate::common::{Folder, Phone, wait_until};
use demo_08_snack_game::{
    directory::{Engine, Memory},
    options::Options,
    server::Server,
};
use rush::wire::Token;
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};
use tokio::runtime::Builder;

/// `POST /api/where`.
fn whereabouts(address: SocketAddr, token: &Token) -> Value {
    let told: String = token.0.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream
        .set_read_timeout(Some(crate::common::PATIENCE))
        .expect("a timeout");
    let head = format!(
        "POST /api/where HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        told.len()
    );
    stream
        .write_all((head + &told).as_bytes())
        .expect("it reads");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let body = answer.split_once("\r\n\r\n").expect("a body").1;
    serde_json::from_str(body).expect("JSON")
}

#[test]
fn a_seat_is_waited_for_while_its_server_restarts_and_is_found_there_again() {
    let memory = Memory::default();
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let folders = [Folder::new(), Folder::new()];
    let start = |at: usize, listen: SocketAddr| {
        let options = Options {
            listen,
            data: Some(folders[at].path().to_owned()),
            bots: 0,
            drain: std::time::Duration::ZERO,
            ..Options::default()
        };
        let engine = Engine::Here(memory.clone());
        runtime
            .block_on(Server::start_in(options, engine))
            .expect("it starts")
    };
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let (first, second) = (start(0, any), start(1, any));
    let (own, other) = (first.address(), second.address());
    let mut ann = Phone::join(own, "hall", "ann");
    let token = ann.welcome().token;
    let there = json!({ "where": "elsewhere", "url": format!("http://{own}") });
    wait_until("the other knows", || whereabouts(other, &token) == there);

    let draining = runtime.spawn(first.drain());
    assert_eq!(ann.hears_goodbye().0, 1012);
    let _ = ann.socket.get_mut().shutdown(std::net::Shutdown::Both);
    runtime.block_on(draining).expect("it ends");
    // Whoever were told that it is gone would give their seat up, and take one at the other.
    assert_eq!(whereabouts(other, &token), there, "it comes back");
    let house = second.house();
    wait_until("nobody is sent there", || {
        house
            .neighbours
            .elsewhere(std::time::Instant::now())
            .is_empty()
    });

    let first = start(0, own);
    assert_eq!(whereabouts(own, &token), json!({ "where": "here" }));
    let mut back = crate::server::comes_back(own, &ann);
    back.hears_ticks(2);
    assert_eq!(whereabouts(other, &token), there);
    drop(back);
    runtime.block_on(first.drain());
    runtime.block_on(second.drain());
}
