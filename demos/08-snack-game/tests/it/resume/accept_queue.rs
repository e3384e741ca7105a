//! How many connections the kernel queues before the server accepts: after a restart all players
//! connect within a moment.

use crate::common::PATIENCE;
use demo_08_snack_game::server;
use socket2::{Domain, Socket, Type};
use std::{
    fs,
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// Number of simultaneous connects, as in the README.
const PLAYERS: usize = 1_000;

const ANY: ([u8; 4], u16) = ([127, 0, 0, 1], 0);

/// Returns how many connections this machine has dropped because a queue was full. Zero if the
/// system does not tell.
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

/// Returns the maximum queue length that the kernel allows.
fn most() -> usize {
    let length = fs::read_to_string("/proc/sys/net/core/somaxconn");
    length
        .ok()
        .and_then(|length| length.trim().parse().ok())
        .unwrap_or(128)
}

#[test]
fn a_thousand_connections_may_wait_before_the_server_accepts() {
    if most() < PLAYERS + 24 {
        skipped::skip(
            "this kernel queues fewer connections than a thousand players need (net.core.somaxconn)",
        );
        return;
    }
    sockets::raise_limit();
    let listener = server::listen(ANY.into()).expect("a port");
    let address = listener.local_addr().expect("an address");
    // The test does not accept. A connection that finds no place in the queue gets no answer.
    let connect = |n| {
        let connection = TcpStream::connect_timeout(&address, PATIENCE);
        connection.unwrap_or_else(|error| panic!("connection {n} is not accepted: {error}"))
    };
    let waiting: Vec<TcpStream> = (1..=PLAYERS + 24).map(connect).collect();
    assert_eq!(waiting.len(), PLAYERS + 24);
}

/// Prints figures for two lengths of the queue.
pub(crate) fn queues() {
    sockets::raise_limit();
    for length in [128, 1_024, 4_096] {
        let (before, times) = (overflows(), connect_times(length));
        println!(
            "{PLAYERS} connects at once, accepted after 300 ms, a queue of {length}: half within {:.0} ms, 99 % within {:.0} ms, the last {:.0} ms; {} times it was full",
            times[PLAYERS / 2],
            times[PLAYERS * 99 / 100],
            times[PLAYERS - 1],
            overflows() - before,
        );
    }
}

/// Measures how long each connect takes until the first byte arrives, in milliseconds. Sorted, the
/// shortest first.
fn connect_times(length: i32) -> Vec<f64> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.bind(&SocketAddr::from(ANY).into()).expect("a port");
    socket.listen(length).expect("a listener");
    let listener = TcpListener::from(socket);
    let address = listener.local_addr().expect("an address");
    let accepts = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        let accept = |_| {
            let (mut stream, _) = listener.accept().expect("a client");
            std::io::Write::write_all(&mut stream, b"!").expect("the client waits");
            stream
        };
        (0..PLAYERS).map(accept).collect::<Vec<_>>()
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut took: Vec<f64> = runtime.block_on(async {
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..PLAYERS {
            all.spawn(async move {
                let began = Instant::now();
                let mut stream = tokio::net::TcpStream::connect(address)
                    .await
                    .expect("accepted");
                // If the last segment of the handshake finds the queue full, the client already
                // counts the connection as open. The client's byte makes the kernels try again.
                let sent = tokio::io::AsyncWriteExt::write_all(&mut stream, b"?");
                sent.await.expect("the kernel accepts it");
                let mut first = [0];
                let read = tokio::io::AsyncReadExt::read_exact(&mut stream, &mut first);
                read.await.expect("a byte");
                (began.elapsed().as_secs_f64() * 1e3, stream)
            });
        }
        all.join_all()
            .await
            .into_iter()
            .map(|(took, _)| took)
            .collect()
    });
    accepts.join().expect("all connected");
    took.sort_by(f64::total_cmp);
    took
}
