//! Handshakes and messages that come a byte at a time, and ends that close on one side only.

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

/// Between two bytes of somebody slow.
const DRIP: Duration = Duration::from_millis(50);

#[test]
fn handshakes_that_drip_are_cut_off_and_keep_nobody_out() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    let head = format!(
        "GET /ws/hall HTTP/1.1\r\nHost: {}\r\nX-Slow: ",
        game.address
    );
    let connect = |_| {
        let stream = TcpStream::connect(game.address).expect("it listens");
        stream.set_nonblocking(true).expect("it does not wait");
        stream
    };
    let mut slow: Vec<TcpStream> = (0..200).map(connect).collect();
    let mut bytes = head.into_bytes().into_iter().chain(std::iter::repeat(b'a'));
    let until = Instant::now() + PATIENCE;
    let mut drips = 0;
    while !slow.is_empty() {
        assert!(Instant::now() < until, "{} still drip", slow.len());
        let byte = [bytes.next().expect("endless")];
        // An error, or an end: it was cut off, although it never paused.
        slow.retain_mut(|stream| {
            let open = matches!(stream.read(&mut [0; 256]), Err(error) if error.kind() == ErrorKind::WouldBlock);
            open && stream.write_all(&byte).is_ok()
        });
        drips += 1;
        if drips == 20 {
            assert_eq!(slow.len(), 200, "they had their second");
            Client::join(game.address, "hall", "bob").receive_ticks(3);
        }
        ann.receive_ticks(1); // A tick is as good a pause as any.
    }
}

#[test]
fn a_first_word_that_drips_is_not_waited_for() {
    let game = Game::with(|options| options.first_word = Duration::from_secs(1));
    let client = Client::connect(game.address, "hall");
    let mut stream = client.socket.get_ref().try_clone().expect("the same line");
    // A join that would take more than its second: 2 + 4 + 62 bytes.
    let word = ToServer::Join {
        name: "a".repeat(60),
    };
    let frame = frame(BINARY, &word.encode());
    let dripping = std::thread::spawn(move || {
        let all = frame.len();
        let said = frame.into_iter().take_while(|&byte| {
            std::thread::sleep(DRIP);
            stream.write_all(&[byte]).is_ok()
        });
        (said.count(), all)
    });
    let mut client = client;
    assert_eq!(client.receive_close().0, 4005);
    drop(client);
    let (said, all) = dripping.join().expect("it drips to an end");
    assert!(said <= all);
}

#[test]
fn a_phone_that_ends_only_its_own_side_is_let_go_and_its_seat_is_kept() {
    let game = Game::start();
    let mut ann = Client::join(game.address, "hall", "ann");
    ann.receive_ticks(3);
    let welcome = ann.welcome().clone();
    ann.socket
        .get_ref()
        .shutdown(Shutdown::Write)
        .expect("half of it");
    // It could still hear, but who cannot say goodbye is no player: the line ends, without a code,
    // and soon.
    ann.receive_until("an end", |_, received| match received {
        Received::Broken(_) => Some(()),
        _ => None,
    });
    wait_until("it is counted as an end without goodbye", || {
        let text = crate::common::ask(game.address, "/metrics", "").1;
        text.contains("ends_total{code=\"1006\"} 1")
    });
    let mut back = Client::resume(game.address, "hall", &welcome);
    assert_eq!(back.seat(), welcome.seat.expect("she played"));
    back.receive_ticks(3);
}
