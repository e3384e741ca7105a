//! How many may knock before anybody answers: after a restart all of a server's players come within
//! a moment.

use crate::common::PATIENCE;
use demo_08_snack_game::server;
use socket2::{Domain, Socket, Type};
use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// As many come at once as the README tells of.
const PLAYERS: usize = 1_000;

const ANY: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Connects that this machine dropped because a queue was full. `0`: it does not tell.
pub(crate) fn overflows() -> u64 {
    let all = fs::read_to_string("/proc/net/netstat").unwrap_or_default();
    let mut lines = all.lines().filter_map(|line| line.strip_prefix("TcpExt:"));
    let (names, values) = (
        lines.next().unwrap_or_default(),
        lines.next().unwrap_or_default(),
    );
    let mut both = names.split_whitespace().zip(values.split_whitespace());
    let found = both.find(|(name, _)| *name == "ListenOverflows");
    found.and_then(|(_, value)| value.parse().ok()).unwrap_or(0)
}

/// What the kernel allows at most, whatever a program asks for.
fn most() -> usize {
    let told = fs::read_to_string("/proc/sys/net/core/somaxconn");
    told.ok()
        .and_then(|told| told.trim().parse().ok())
        .unwrap_or(128)
}

#[test]
fn a_thousand_may_knock_before_anybody_answers() {
    if most() < PLAYERS + 24 {
        skipped::skip(
            "this kernel queues fewer connections than a thousand players need (net.core.somaxconn)",
        );
        return;
    }
    descriptors::raise();
    let door = server::door(ANY.into()).expect("a port");
    let address = door.local_addr().expect("an address");
    // Nobody accepts. Whoever finds no place in the queue is not answered at all.
    let knock = |n| {
        let knock = TcpStream::connect_timeout(&address, PATIENCE);
        knock.unwrap_or_else(|error| panic!("number {n} is not let in: {error}"))
    };
    let waiting: Vec<TcpStream> = (1..=PLAYERS + 24).map(knock).collect();
    assert_eq!(waiting.len(), PLAYERS + 24);
}

/// Why the queue is as long as it is, in figures.
pub(crate) fn queues() {
    descriptors::raise();
    for length in [128, 1_024, 4_096] {
        let (before, knocks) = (overflows(), knocks(length));
        println!(
            "{PLAYERS} connects at once, nobody accepts for 300 ms, a queue of {length}: half within {:.0} ms, 99 % within {:.0} ms, the last {:.0} ms; {} times it was full",
            knocks[PLAYERS / 2],
            knocks[PLAYERS * 99 / 100],
            knocks[PLAYERS - 1],
            overflows() - before,
        );
    }
}

/// How long each connect took, from the knock to the first byte, in milliseconds; the quickest
/// first.
fn knocks(length: i32) -> Vec<f64> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from(ANY).into()).expect("a port");
    socket.listen(length).expect("it listens");
    let door = TcpListener::from(socket);
    let address = door.local_addr().expect("an address");
    let opens = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        let let_in = |_| {
            let (mut stream, _) = door.accept().expect("somebody");
            std::io::Write::write_all(&mut stream, b"!").expect("they wait");
            stream
        };
        (0..PLAYERS).map(let_in).collect::<Vec<_>>()
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut took: Vec<f64> = runtime.block_on(async {
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..PLAYERS {
            all.spawn(async move {
                let knocked = Instant::now();
                let mut stream = tokio::net::TcpStream::connect(address)
                    .await
                    .expect("let in");
                // Whose last step of the handshake found the queue full believes to be in: what it
                // says makes the kernels try again.
                let said = tokio::io::AsyncWriteExt::write_all(&mut stream, b"?");
                said.await.expect("the kernel takes it");
                let mut first = [0];
                let read = tokio::io::AsyncReadExt::read_exact(&mut stream, &mut first);
                read.await.expect("a byte");
                (knocked.elapsed().as_secs_f64() * 1e3, stream)
            });
        }
        all.join_all()
            .await
            .into_iter()
            .map(|(took, _)| took)
            .collect()
    });
    opens.join().expect("all came");
    took.sort_by(f64::total_cmp);
    took
}
