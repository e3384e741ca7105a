//! Handshakes and messages that arrive byte by byte, and connections that are closed on one side
//! only.

use crate::common::{
    Client, Game, PATIENCE, Received,
    frames::{BINARY, frame},
    wait_until,
};
use rush::wire::ToServer;
use std::{
    io::{ErrorKind, Read, Write},
    net::{Shutdown, TcpStream},
    time::{Duration, Instant},
};

/// Time between two bytes of a slow client.
const DRIP: Duration = Duration::from_millis(250);

/// How long the head of a request may take.
const HEAD: Duration = Duration::from_secs(5);

#[test]
fn slow_handshakes_are_cut_off_and_block_no_player() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let head = format!(
        "GET /ws/hall HTTP/1.1\r\nHost: {}\r\nX-Slow: ",
        game.address
    );
    let began = Instant::now();
    let connect = |_| {
        let stream = TcpStream::connect(game.address).expect("the server listens");
        stream.set_nonblocking(true).expect("non-blocking");
        stream
    };
    let mut slow: Vec<TcpStream> = (0..200).map(connect).collect();
    let mut bytes = head.into_bytes().into_iter().chain(std::iter::repeat(b'a'));
    let until = Instant::now() + PATIENCE;
    let mut drips = 0;
    while !slow.is_empty() {
        assert!(Instant::now() < until, "{} are still open", slow.len());
        let byte = [bytes.next().expect("endless")];
        // An error or an end: the server cut it off, although the client never paused.
        slow.retain_mut(|stream| {
            let open = matches!(stream.read(&mut [0; 256]), Err(error) if error.kind() == ErrorKind::WouldBlock);
            open && stream.write_all(&byte).is_ok()
        });
        drips += 1;
        if drips == 20 {
            // Unless this machine took longer for twenty bytes.
            let are_due = began.elapsed() >= HEAD;
            assert!(are_due || slow.len() == 200, "each had its time");
            Client::join(game.address, "hall", "bob").receive_ticks(3);
        }
        ann.receive_ticks(1); // Waits for one tick.
    }
}

#[test]
fn a_slow_first_message_gets_4005() {
    let game = Game::with(|options| options.first_message = Duration::from_secs(1));
    let client = Client::connect(game.address, "hall");
    let mut stream = client
        .socket
        .get_ref()
        .try_clone()
        .expect("the same connection");
    // A Join of 2 + 4 + 62 bytes takes far longer than the second that the first message may take.
    let word = ToServer::Join {
        name: "a".repeat(60),
    };
    let frame = frame(BINARY, &word.encode());
    let dripping = std::thread::spawn(move || {
        let all = frame.len();
        let sent = frame.into_iter().take_while(|&byte| {
            std::thread::sleep(DRIP);
            stream.write_all(&[byte]).is_ok()
        });
        (sent.count(), all)
    });
    let mut client = client;
    assert_eq!(client.receive_close().0, 4005);
    drop(client);
    let (sent, all) = dripping.join().expect("the thread ends");
    assert!(sent <= all);
}

#[test]
fn a_half_closed_connection_is_closed_and_its_seat_is_kept() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let welcome = ann.welcome().clone();
    ann.socket
        .get_ref()
        .shutdown(Shutdown::Write)
        .expect("a half-close");
    // The client could still receive, but it cannot send a Close frame any more. So the server
    // closes the connection soon, without a code.
    ann.receive_until("the end of the connection", |_, received| match received {
        Received::Broken(_) => Some(()),
        _ => None,
    });
    wait_until("the end is counted as 1006", || {
        let text = crate::common::ask(game.address, "/metrics", "").1;
        text.contains("ends_total{code=\"1006\"} 1")
    });
    let mut back = Client::resume(game.address, "hall", &welcome);
    assert_eq!(back.seat(), welcome.seat.expect("ann had a seat"));
    back.receive_ticks(3);
}
