//! Autobahn's cases 1 to 7, 9 and 10, sent to `/echo` as bytes, so that they run without Python
//! 2.7.

mod closes;
mod fragments;
mod framing;
mod pings;
mod sizes;
mod text;

use crate::server::{
    Server,
    client::{CLOSE, Client, TEXT, close_payload, frame},
};

/// A server whose `/echo` is open, and a client of it.
fn echo() -> (Server, Client) {
    let server = Server::with_echo();
    let client = server.client("/echo");
    (server, client)
}

/// Checks that the connection still works, so the frames before were accepted.
#[track_caller]
fn assert_open(client: &mut Client) {
    client.send_line("still open");
    assert_eq!(client.next_text(), "still open");
    client.send(&frame(true, CLOSE, &close_payload(1000, "")));
    let answer = client.next().expect("the answer to a Close frame");
    assert_eq!((answer.opcode, &answer.payload[..]), (CLOSE, &[3, 232][..]));
    client.wait_for_end();
}

/// Checks that the server closes with this code, after it has echoed these texts.
#[track_caller]
fn assert_closed(client: &mut Client, code: u16, before: &[&str]) {
    let mut texts: Vec<String> = Vec::new();
    loop {
        let frame = client.next().expect("a Close frame");
        match frame.opcode {
            CLOSE => {
                let closed = u16::from_be_bytes([frame.payload[0], frame.payload[1]]);
                assert_eq!(closed, code, "after {texts:?}");
                assert_eq!(texts, before);
                return client.wait_for_end();
            }
            TEXT => texts.push(String::from_utf8(frame.payload).expect("text")),
            other => panic!("opcode {other}"),
        }
    }
}
