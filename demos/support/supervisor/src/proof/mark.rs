//! A tick as a transaction, and a death at each of its steps: nothing is lost and nothing is done
//! twice, in either direction.
//!
//! Covers: every death of a worker in three ticks with two messages and two answers, each in pieces
//! of one byte; and every second death after it, of the worker that goes on. The kernel is a model
//! that counts as the real one does, which `counts.rs` tests; what is to be done after a death is
//! the real [`Mark::rest`](crate::mark::Mark::rest). Dies with: nothing skipped; nothing discarded;
//! here in the model: writing before the snapshot, taking before the snapshot. All but the last are
//! in `mutants.toml`.

use crate::{counts::Counts, mark::Mark};

/// What the phone says, a byte a message.
const SAID: [u8; 4] = *b"abcd";

/// What is answered to each message: three bytes, so that a death may be in the middle of them.
fn answer(message: u8) -> [u8; 3] {
    [message, b'!', message]
}

/// The kernel's side of a connection. It outlives every worker.
#[derive(Clone, Default)]
struct Kernel {
    consumed: usize,
    sent: Vec<u8>,
}

/// What a room's memory holds.
#[derive(Clone, Default)]
struct Snapshot {
    mark: Mark,
    waiting: Vec<u8>,
    /// What the messages did: each of them shall be here once.
    world: Vec<u8>,
}

/// Steps that are left before it dies.
struct Breath(usize);

struct Died;

impl Breath {
    fn step(&mut self) -> Result<(), Died> {
        self.0 = self.0.checked_sub(1).ok_or(Died)?;
        Ok(())
    }
}

/// A worker: it goes on from the memory, and plays until everything was said and answered.
fn work(kernel: &mut Kernel, memory: &mut Snapshot, breath: &mut Breath) -> Result<(), Died> {
    let counts = Counts {
        accepted: kernel.sent.len() as u64,
        consumed: kernel.consumed as u64,
    };
    let rest = memory
        .mark
        .rest(counts)
        .expect("a memory of this connection");
    let Snapshot {
        mark,
        mut waiting,
        mut world,
    } = memory.clone();
    let mut heard = mark.heard as usize;
    waiting.drain(..rest.skip as usize);
    for _ in 0..rest.discard {
        breath.step()?;
        kernel.consumed += 1;
    }
    while heard < SAID.len() || !waiting.is_empty() {
        // Listen: look, and take nothing. Two messages a tick.
        for message in SAID.iter().skip(heard).take(2) {
            world.push(*message);
            waiting.extend(answer(*message));
        }
        let now = SAID.len().min(heard + 2);
        breath.step()?;
        // Commit: this is one step, which `slots` proves.
        *memory = Snapshot {
            mark: Mark {
                written: kernel.sent.len() as u64,
                waiting: waiting.len() as u64,
                heard: now as u64,
            },
            waiting: waiting.clone(),
            world: world.clone(),
        };
        // Write, as much as the kernel takes in this tick; then take what was heard.
        for byte in waiting.drain(..waiting.len().min(5)).collect::<Vec<_>>() {
            breath.step()?;
            kernel.sent.push(byte);
        }
        while kernel.consumed < now {
            breath.step()?;
            kernel.consumed += 1;
        }
        heard = now;
    }
    Ok(())
}

/// Two deaths after so many steps each; how long it lived without any.
fn evening(first: usize, second: usize) -> (usize, Kernel, Snapshot) {
    let (mut kernel, mut memory) = (Kernel::default(), Snapshot::default());
    let mut lived = 0;
    for breath in [first, second, usize::MAX] {
        let mut left = Breath(breath);
        let done = work(&mut kernel, &mut memory, &mut left);
        lived += breath - left.0;
        if done.is_ok() {
            break;
        }
    }
    (lived, kernel, memory)
}

#[test]
fn nothing_is_lost_and_nothing_is_done_twice_whenever_a_worker_dies_and_the_next_one_too() {
    let (whole, ..) = evening(usize::MAX, 0);
    assert!(whole > 15, "an evening of {whole} steps is none");
    for first in 0..=whole {
        for second in 0..=whole {
            let (_, kernel, memory) = evening(first, second);
            let at = format!("deaths after {first} and {second} steps");
            assert_eq!(memory.world, SAID, "{at}: what was said");
            assert_eq!(
                kernel.sent,
                SAID.map(answer).as_flattened(),
                "{at}: what was answered"
            );
            assert_eq!(kernel.consumed, SAID.len(), "{at}: what was taken");
        }
    }
}

#[test]
fn a_memory_of_another_connection_is_not_believed() {
    let mark = Mark {
        written: 10,
        waiting: 5,
        heard: 7,
    };
    let counts = |accepted, consumed| Counts { accepted, consumed };
    assert!(mark.rest(counts(10, 7)).is_some());
    assert!(
        mark.rest(counts(9, 7)).is_none(),
        "fewer bytes out than then"
    );
    assert!(
        mark.rest(counts(16, 7)).is_none(),
        "more bytes out than there were"
    );
    assert!(
        mark.rest(counts(10, 8)).is_none(),
        "more bytes taken than were heard"
    );
}
