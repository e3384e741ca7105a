//! The fuzzer's corpus and what becomes of it, without a fuzzer. `BLESS=1` writes the inputs anew
//! that somebody thought of.

#[path = "../../rush/fuzz/corpus.rs"]
mod corpus;

use crate::{
    check,
    counts::{Look, understand},
    note::{Note, What},
};

/// Changed inputs for each decoder.
const CHANGED: usize = 20_000;

/// A target of the fuzzer: its name, what must hold, and its seeds.
type Target = (&'static str, fn(&[u8]), Vec<(String, Vec<u8>)>);

const LOOK: Look = Look {
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
    let say = |note: Note| note.encode().expect("it fits").to_vec();
    let place = |number: u64, torn: u8, body: &[u8]| {
        let head = [&number.to_le_bytes()[..], &[body.len() as u8, torn]].concat();
        [&head, body].concat()
    };
    let two = |first: Vec<u8>, second: Vec<u8>| [first, second].concat();
    vec![
        (
            "note",
            check::note,
            named(&[
                ("listener", &say(What::Listener.into())),
                ("line", &say(Note::named(What::Line, u64::MAX, "room-1"))),
                ("longest", &say(Note::named(What::Room, 1, &"r".repeat(54)))),
            ]),
        ),
        (
            "mark",
            check::mark,
            named(&[
                ("half", &words([1_000, 500, 77, 1_250, 70])),
                ("nothing", &words([1_000, 0, 77, 1_000, 77])),
                ("another", &words([1_000, 500, 77, 1_501, 78])),
            ]),
        ),
        (
            "counts",
            check::counts,
            named(&[
                ("answer", &check::answer(LOOK, 0)),
                ("after-others", &check::answer(LOOK, 13)),
                ("old-kernel", &check::answer(LOOK, 0)[..88 + 4 + 104]),
                (
                    "refused",
                    &[
                        20, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 254, 255, 255, 255,
                    ],
                ),
            ]),
        ),
        (
            "slots",
            check::slots,
            named(&[("empty", &[]), ("noise", &[7; 400])]),
        ),
        (
            "slots_summed",
            check::slots_summed,
            named(&[
                ("both", &two(place(4, 0, b"older"), place(5, 0, b"newer"))),
                (
                    "newest-torn",
                    &two(place(6, 1, b"newest"), place(5, 0, b"older")),
                ),
                (
                    "wrong-place",
                    &two(place(7, 0, b"odd"), place(8, 0, b"even")),
                ),
                (
                    "last",
                    &two(place(2, 0, b"two"), place(u64::MAX, 0, b"the last")),
                ),
            ]),
        ),
    ]
}

#[test]
fn the_corpus_is_what_it_was_made_of() {
    for (target, check, seeds) in targets() {
        let told = "BLESS=1 cargo test -p supervisor --lib decoders";
        corpus::made_of(target, check, &seeds, told);
    }
}

#[test]
fn no_decoder_minds_what_it_is_given() {
    for (target, check, _) in targets() {
        corpus::changed(target, check, CHANGED);
    }
}

#[test]
fn an_answer_is_understood_whatever_stands_before_it_and_a_short_one_is_refused() {
    for before in 0..40 {
        let answer = check::answer(LOOK, before);
        assert_eq!(understand(&answer).expect("it is said"), LOOK);
        for end in 0..answer.len() - 96 {
            assert!(understand(&answer[..end]).is_err(), "{end} bytes of it");
        }
    }
    let mut old = check::answer(LOOK, 0);
    old[92..94].copy_from_slice(&(4 + 104_u16).to_ne_bytes());
    assert!(
        understand(&old).is_err(),
        "what follows is another attribute"
    );
}
