//! Autobahn 9 and 10: large messages, many fragments, many messages.

use super::{assert_closed, assert_open, echo};
use crate::server::client::{BINARY, CLOSE, CONTINUATION, TEXT, frame};
use std::{io::Write, thread};

const MIB: usize = 1024 * 1024;

#[test]
fn sixteen_mebibytes_are_echoed() {
    let (_server, mut client) = echo();
    for (size, opcode) in [(MIB, TEXT), (4 * MIB, BINARY), (16 * MIB, TEXT)] {
        let message = frame(true, opcode, &vec![b'*'; size]);
        let mut writer = client.stream.try_clone().expect("a second handle");
        let writing = thread::spawn(move || writer.write_all(&message));
        let echoed = client.next().expect("an echo");
        assert!(echoed.opcode == opcode && echoed.payload == vec![b'*'; size]);
        writing.join().expect("no panic").expect("it is heard");
    }
    assert_open(&mut client);
}

#[test]
fn one_byte_more_than_sixteen_mebibytes_ends_with_1009() {
    let (server, mut client) = echo();
    // The header states the length, so the server does not wait for the payload.
    let mut head = vec![0x80 | BINARY, 0x80 | 127];
    head.extend((16 * MIB as u64 + 1).to_be_bytes());
    head.extend([0; 4]);
    client.send(&head);
    assert_closed(&mut client, 1009, &[]);
    drop(client);
    server.assert_single_end("message-too-big");
}

#[test]
fn fragments_that_are_too_big_together_end_with_1009() {
    let (_server, mut client) = echo();
    let piece = vec![b'*'; 8 * MIB];
    client.send(&frame(false, TEXT, &piece));
    client.send(&frame(false, CONTINUATION, &piece));
    client.send(&frame(true, CONTINUATION, b"*"));
    assert_closed(&mut client, 1009, &[]);
}

#[test]
fn a_message_in_four_thousand_fragments_is_one_message() {
    let (_server, mut client) = echo();
    let piece = [b'*'; 256];
    let mut bytes = frame(false, BINARY, &piece);
    for number in 2..=4096 {
        bytes.extend(frame(number == 4096, CONTINUATION, &piece));
    }
    client.send(&bytes);
    let echoed = client.next().expect("an echo");
    assert_eq!((echoed.opcode, echoed.payload.len()), (BINARY, MIB));
    assert_open(&mut client);
}

#[test]
fn a_thousand_messages_are_echoed_in_order() {
    let (_server, mut client) = echo();
    let mut bytes = Vec::new();
    for number in 0..1000 {
        bytes.extend(frame(true, TEXT, number.to_string().as_bytes()));
    }
    let mut writer = client.stream.try_clone().expect("a second handle");
    let writing = thread::spawn(move || writer.write_all(&bytes));
    for number in 0..1000 {
        assert_eq!(client.next_text(), number.to_string());
    }
    writing.join().expect("no panic").expect("it is heard");
    client.send(&frame(true, CLOSE, b""));
    assert_eq!(client.next().expect("an answer").opcode, CLOSE);
}
