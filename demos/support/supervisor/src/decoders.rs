//! Runs the fuzzer's corpus, and changed copies of it, without a fuzzer. `BLESS=1` rewrites the
//! seeds that are made here.

#[path = "../../rush/fuzz/corpus.rs"]
mod corpus;

use crate::{
    check,
    ipc::{Kind, Message},
    tcp_info::{TcpInfo, decode},
};

/// How many changed inputs each decoder gets.
const CHANGED: usize = 20_000;

/// A fuzz target: its name, its check, and its seeds.
type Target = (&'static str, fn(&[u8]), Vec<(String, Vec<u8>)>);

const INFO: TcpInfo = TcpInfo {
    acked: 0x0102_0304_0506,
    unacked: 77,
    received: u64::MAX - 3,
    unread: 5,
};

fn targets() -> Vec<Target> {
    let named = |seeds: &[(&str, &[u8])]| {
        let named = seeds.iter();
        named
            .map(|(name, it)| ((*name).to_owned(), it.to_vec()))
            .collect()
    };
    let words = |words: [u64; 5]| words.map(u64::to_le_bytes).concat();
    let encoded = |message: Message| message.encode().expect("it fits").to_vec();
    let slot = |number: u64, torn: u8, body: &[u8]| {
        let head = [&number.to_le_bytes()[..], &[body.len() as u8, torn]].concat();
        [&head, body].concat()
    };
    let two = |first: Vec<u8>, second: Vec<u8>| [first, second].concat();
    vec![
        (
            "ipc",
            check::ipc,
            named(&[
                ("listener", &encoded(Kind::Listener.into())),
                (
                    "connection",
                    &encoded(Message::named(Kind::Connection, u64::MAX, "room-1")),
                ),
                (
                    "longest",
                    &encoded(Message::named(Kind::Snapshot, 1, &"r".repeat(54))),
                ),
            ]),
        ),
        (
            "resume",
            check::resume,
            named(&[
                ("half", &words([1_000, 500, 77, 1_250, 70])),
                ("nothing", &words([1_000, 0, 77, 1_000, 77])),
                ("another", &words([1_000, 500, 77, 1_501, 78])),
            ]),
        ),
        (
            "tcp_info",
            check::tcp_info,
            named(&[
                ("answer", &check::answer(INFO, 0)),
                ("after-others", &check::answer(INFO, 13)),
                ("old-kernel", &check::answer(INFO, 0)[..88 + 4 + 104]),
                (
                    "refused",
                    &[
                        20, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 254, 255, 255, 255,
                    ],
                ),
            ]),
        ),
        (
            "double_buffer",
            check::double_buffer,
            named(&[("empty", &[]), ("noise", &[7; 400])]),
        ),
        (
            "double_buffer_checksums",
            check::double_buffer_checksums,
            named(&[
                ("both", &two(slot(4, 0, b"older"), slot(5, 0, b"newer"))),
                (
                    "newest-torn",
                    &two(slot(6, 1, b"newest"), slot(5, 0, b"older")),
                ),
                ("wrong-slot", &two(slot(7, 0, b"odd"), slot(8, 0, b"even"))),
                (
                    "last",
                    &two(slot(2, 0, b"two"), slot(u64::MAX, 0, b"the last")),
                ),
            ]),
        ),
    ]
}

#[test]
fn the_corpus_holds_the_seeds() {
    for (target, check, seeds) in targets() {
        let update = "BLESS=1 cargo test -p supervisor --lib decoders";
        corpus::made_of(target, check, &seeds, update);
    }
}

#[test]
fn no_decoder_breaks_its_rule_for_any_bytes() {
    for (target, check, _) in targets() {
        corpus::changed(target, check, CHANGED);
    }
}

#[test]
fn an_answer_is_decoded_behind_other_attributes_and_a_short_one_is_an_error() {
    for before in 0..40 {
        let answer = check::answer(INFO, before);
        assert_eq!(decode(&answer).expect("it is complete"), INFO);
        for end in 0..answer.len() - 96 {
            assert!(decode(&answer[..end]).is_err(), "only {end} bytes");
        }
    }
    // The bytes behind a shorter one belong to another attribute.
    let cut = |length: u16| {
        let mut old = check::answer(INFO, 0);
        old[92..94].copy_from_slice(&(4 + length).to_ne_bytes());
        decode(&old)
    };
    assert_eq!(cut(136).expect("as long as it must be"), INFO);
    for length in 0..136 {
        let error = cut(length).expect_err("a kernel before 4.1");
        assert_eq!(
            error.kind(),
            std::io::ErrorKind::Unsupported,
            "{length} bytes"
        );
    }
}

#[test]
fn the_kernels_refusal_is_passed_on_with_its_number() {
    let refusal = |errno: i32| {
        let mut answer = [0; 20];
        answer[4..6].copy_from_slice(&2_u16.to_ne_bytes());
        answer[16..].copy_from_slice(&(-errno).to_ne_bytes());
        decode(&answer).expect_err("an error").raw_os_error()
    };
    assert_eq!(
        (refusal(2), refusal(13), refusal(4_095)),
        (Some(2), Some(13), Some(4_095))
    );
    for none in [0, -5, 4_096, i32::MAX] {
        assert_eq!(refusal(none), None, "{none} is no error's number");
    }
}
