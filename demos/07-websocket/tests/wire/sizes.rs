//! Autobahn 9 and 10: large messages, many pieces, many messages.

use super::server::client::{BINARY, CLOSE, CONTINUATION, TEXT, frame};
use super::{echo, ends_with, is_well};
use std::{io::Write, thread};

const MIB: usize = 1024 * 1024;

#[test]
fn sixteen_mebibytes_come_back() {
    let (_server, mut client) = echo();
    for (size, opcode) in [(MIB, TEXT), (4 * MIB, BINARY), (16 * MIB, TEXT)] {
        let message = frame(true, opcode, &vec![b'*'; size]);
        let mut writer = client.stream.try_clone().expect("a second handle");
        let writing = thread::spawn(move || writer.write_all(&message));
        let echoed = client.next().expect("an echo");
        assert!(echoed.opcode == opcode && echoed.payload == vec![b'*'; size]);
        writing.join().expect("no panic").expect("it is heard");
    }
    is_well(&mut client);
}

#[test]
fn one_byte_more_than_sixteen_mebibytes_is_too_big_and_told_so() {
    let (server, mut client) = echo();
    // The head alone says how much would come: nothing of it is waited for.
    let mut head = vec![0x80 | BINARY, 0x80 | 127];
    head.extend((16 * MIB as u64 + 1).to_be_bytes());
    head.extend([0; 4]);
    client.sends(&head);
    ends_with(&mut client, 1009, &[]);
    drop(client);
    server.ends_once_with("too-big");
}

#[test]
fn pieces_that_are_too_big_together_are_too_big() {
    let (_server, mut client) = echo();
    let piece = vec![b'*'; 8 * MIB];
    client.sends(&frame(false, TEXT, &piece));
    client.sends(&frame(false, CONTINUATION, &piece));
    client.sends(&frame(true, CONTINUATION, b"*"));
    ends_with(&mut client, 1009, &[]);
}

#[test]
fn a_message_in_four_thousand_pieces_is_one_message() {
    let (_server, mut client) = echo();
    let piece = [b'*'; 256];
    let mut bytes = frame(false, BINARY, &piece);
    for number in 2..=4096 {
        bytes.extend(frame(number == 4096, CONTINUATION, &piece));
    }
    client.sends(&bytes);
    let echoed = client.next().expect("an echo");
    assert_eq!((echoed.opcode, echoed.payload.len()), (BINARY, MIB));
    is_well(&mut client);
}

#[test]
fn a_thousand_messages_come_back_in_their_order() {
    let (_server, mut client) = echo();
    let mut bytes = Vec::new();
    for number in 0..1000 {
        bytes.extend(frame(true, TEXT, number.to_string().as_bytes()));
    }
    let mut writer = client.stream.try_clone().expect("a second handle");
    let writing = thread::spawn(move || writer.write_all(&bytes));
    for number in 0..1000 {
        assert_eq!(client.hears(), number.to_string());
    }
    writing.join().expect("no panic").expect("it is heard");
    client.sends(&frame(true, CLOSE, b""));
    assert_eq!(client.next().expect("an answer").opcode, CLOSE);
}
