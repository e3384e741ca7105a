//! What Autobahn asks (cases 1 to 7, 9 and 10), asked with our own bytes of the echo: for everybody
//! who has no Python 2.7.

#[path = "../server/mod.rs"]
mod server;

mod closes;
mod fragments;
mod framing;
mod pings;
mod sizes;
mod text;

use server::{
    Server,
    client::{CLOSE, Client, TEXT, frame},
};

/// A client of an echo that stays open as long as the test.
fn echo() -> (Server, Client) {
    let server = Server::echoes();
    let client = server.client("/echo");
    (server, client)
}

/// It still echoes, so what was said before was right.
#[track_caller]
fn is_well(client: &mut Client) {
    client.says("still well");
    assert_eq!(client.hears(), "still well");
    client.sends(&frame(true, CLOSE, &server::client::goodbye(1000, "")));
    let goodbye = client.next().expect("an answer to a goodbye");
    assert_eq!(
        (goodbye.opcode, &goodbye.payload[..]),
        (CLOSE, &[3, 232][..])
    );
    client.hears_the_end();
}

/// It says goodbye with this code, and what was echoed before is these texts.
#[track_caller]
fn ends_with(client: &mut Client, code: u16, before: &[&str]) {
    let mut heard: Vec<String> = Vec::new();
    loop {
        let frame = client.next().expect("a goodbye");
        match frame.opcode {
            CLOSE => {
                let said = u16::from_be_bytes([frame.payload[0], frame.payload[1]]);
                assert_eq!(said, code, "after {heard:?}");
                assert_eq!(heard, before);
                return client.hears_the_end();
            }
            TEXT => heard.push(String::from_utf8(frame.payload).expect("text")),
            other => panic!("opcode {other}"),
        }
    }
}
