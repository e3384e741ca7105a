//! One of several servers restarts: what its peers answer about its seats.

use crate::{
    common::redis::Redis,
    common::{
        Client, Folder, ask_json, ask_where, free_address, patient, wait_until, wait_until_seen,
    },
};
use crowd::{Crowd, Metrics, Plan};
use demo_08_snack_game::{
    cluster::{Backend, MemoryBackend, REPORT_INTERVAL, RESTART_TTL, SERVER_TTL, failure_detector},
    options::Options,
    server::Server,
};
use rustix::process::Signal;
use serde_json::json;
use std::{net::SocketAddr, thread, time::Instant};
use tokio::runtime::Builder;

#[test]
fn peers_wait_for_the_seats_of_a_server_that_restarts() {
    let memory = MemoryBackend::default();
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let folders = [Folder::with_token(), Folder::with_token()];
    let start = |at: usize, listen: SocketAddr| {
        let options = Options {
            listen,
            data: Some(folders[at].path().to_owned()),
            drain: std::time::Duration::ZERO,
            ..patient()
        };
        let engine = Backend::Memory(memory.clone());
        runtime
            .block_on(Server::start_in(options, engine))
            .expect("the server starts")
    };
    let (first, second) = (start(0, free_address()), start(1, free_address()));
    let (own, other) = (first.address(), second.address());
    let mut ann = Client::join(own, "hall", "ann");
    let token = ann.welcome().token;
    let there = json!({ "where": "elsewhere", "url": format!("http://{own}") });
    wait_until("the other server finds the seat", || {
        ask_where(other, &token) == there
    });

    let draining = runtime.spawn(first.drain());
    assert_eq!(ann.receive_close().0, 1012);
    let _ = ann.socket.get_mut().shutdown(std::net::Shutdown::Both);
    runtime.block_on(draining).expect("the server shuts down");
    // The verdict of the peer that this server was alive must expire first.
    thread::sleep(failure_detector::VERDICT_TTL * 2);
    // If the answer were "gone", the client would give up its seat and take one at the peer.
    assert_eq!(ask_where(other, &token), there, "the server will be back");
    let peers = &second.state().cluster.peers;
    wait_until("the peer sends no players there", || {
        peers
            .redirect_newcomer(std::time::Instant::now())
            .is_empty()
    });

    let first = start(0, own);
    assert_eq!(ask_where(own, &token), json!({ "where": "here" }));
    let mut back = crate::resume::server::resume(own, &ann);
    back.receive_ticks(2);
    wait_until_seen("the seat is where it was", there, || {
        ask_where(other, &token)
    });
    drop(back);
    runtime.block_on(first.drain());
    runtime.block_on(second.drain());
}

#[test]
fn players_wait_for_their_server_although_a_peer_has_seats() {
    let Some(redis) = Redis::for_test("a restart of one of two servers") else {
        return;
    };
    // The peers wait for a server that restarts in time.
    let in_time = (0..5).any(|_| wait_for_a_restart(&redis));
    assert!(
        in_time,
        "this machine restarts no server in {RESTART_TTL:?}"
    );
}

/// Restarts one of two servers under its players, who wait for it. `false` if this machine took so
/// long that they need not.
fn wait_for_a_restart(redis: &Redis) -> bool {
    let url = redis.url();
    let start =
        || crate::resume::server::Server::start(&["--directory", &url, "--round-seconds", "300"]);
    let (mut first, second) = (start(), start());
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let known = |at| {
        ask_json(at, "/api/seat")["servers"]
            .as_array()
            .map(Vec::len)
    };
    wait_until("the servers know each other", || {
        known(first.address()) == Some(1)
    });
    let plan = Plan {
        players: 30,
        called: Some("guest".to_owned()),
        ..Plan::default()
    };
    let crowd = runtime.block_on(Crowd::start(first.address(), plan));
    wait_until("every player has a seat", || crowd.metrics().seated == 30);
    // Redis may not know the newest seats yet. During a graceful shutdown the server reports all of
    // its seats.
    let (began, longest) = (Instant::now(), RESTART_TTL - REPORT_INTERVAL);
    first.signal(Signal::TERM);
    let ended = first.wait_for_exit();
    assert_eq!(ended.code, Some(0), "{ended}");
    // If the server had crashed, its report would be expired by now, and its players would sit at
    // the peer.
    thread::sleep(SERVER_TTL + REPORT_INTERVAL);
    let seen = crowd.metrics();
    if began.elapsed() > longest {
        return false;
    }
    assert_eq!((seen.seated, seen.reseated), (0, 0), "{seen}");
    first.restart();
    if began.elapsed() > longest {
        return false;
    }
    let back = |seen: &Metrics| seen.resumed + seen.failed_resumes + seen.reseated;
    wait_until("every player is back", || back(&crowd.metrics()) == 30);
    let seen = crowd.metrics();
    assert_eq!((seen.resumed, seen.reseated), (30, 0), "{seen}");
    let rooms = ask_json(second.address(), "/api/rooms");
    assert_eq!(rooms["rooms"], json!([]), "no player went there");
    let home = runtime.block_on(crowd.stop());
    assert!(home.is_honest(), "{home}");
    true
}
