//! A tick as a transaction, with a crash after each of its steps: no byte is lost and none has its
//! effect twice, in either direction.
//!
//! Covers: every crash of a worker in three ticks with two messages and two answers, in pieces of
//! one byte; and after it every crash of the worker that continues. The kernel is a model that
//! counts as the real one does, which `tcp_info.rs` tests. What remains to be done after a crash is
//! computed by the real [`Checkpoint::resume`](crate::resume::Checkpoint::resume). Dies with:
//! nothing skipped; nothing discarded; here in the model: writing to the socket before the
//! snapshot, reading from it before the snapshot. All but the last are in `mutants.toml`.

use crate::{resume::Checkpoint, tcp_info::Counters};

/// What the player sends, one byte a message.
const SENT: [u8; 4] = *b"abcd";

/// The answer to a message: three bytes, so that a crash can be in the middle of one.
fn answer(message: u8) -> [u8; 3] {
    [message, b'!', message]
}

/// The kernel's side of a connection. It outlives every worker.
#[derive(Clone, Default)]
struct Kernel {
    consumed: usize,
    accepted: Vec<u8>,
}

/// The content of a room's snapshot.
#[derive(Clone, Default)]
struct Snapshot {
    checkpoint: Checkpoint,
    pending: Vec<u8>,
    /// The effects of the messages: each must be here once.
    world: Vec<u8>,
}

/// How many steps are left before the crash.
struct StepsLeft(usize);

struct Crashed;

impl StepsLeft {
    fn step(&mut self) -> Result<(), Crashed> {
        self.0 = self.0.checked_sub(1).ok_or(Crashed)?;
        Ok(())
    }
}

/// Runs a worker from the snapshot, until every message is applied and answered.
fn work(
    kernel: &mut Kernel,
    snapshot: &mut Snapshot,
    steps_left: &mut StepsLeft,
) -> Result<(), Crashed> {
    let counters = Counters {
        accepted: kernel.accepted.len() as u64,
        consumed: kernel.consumed as u64,
    };
    let resume = snapshot
        .checkpoint
        .resume(counters)
        .expect("a snapshot of this connection");
    let Snapshot {
        checkpoint,
        mut pending,
        mut world,
    } = snapshot.clone();
    let mut applied = checkpoint.applied as usize;
    pending.drain(..resume.skip as usize);
    for _ in 0..resume.discard {
        steps_left.step()?;
        kernel.consumed += 1;
    }
    while applied < SENT.len() || !pending.is_empty() {
        // Peek at two messages a tick, and leave them in the kernel.
        for message in SENT.iter().skip(applied).take(2) {
            world.push(*message);
            pending.extend(answer(*message));
        }
        let now = SENT.len().min(applied + 2);
        steps_left.step()?;
        // Commit: this is one step, which `double_buffer` proves.
        *snapshot = Snapshot {
            checkpoint: Checkpoint {
                written: kernel.accepted.len() as u64,
                pending: pending.len() as u64,
                applied: now as u64,
            },
            pending: pending.clone(),
            world: world.clone(),
        };
        // Write as much as the kernel accepts in this tick; then consume what was applied.
        for byte in pending.drain(..pending.len().min(5)).collect::<Vec<_>>() {
            steps_left.step()?;
            kernel.accepted.push(byte);
        }
        while kernel.consumed < now {
            steps_left.step()?;
            kernel.consumed += 1;
        }
        applied = now;
    }
    Ok(())
}

/// Runs workers with two crashes, after this many steps each. Returns how many steps they took.
fn scenario(first: usize, second: usize) -> (usize, Kernel, Snapshot) {
    let (mut kernel, mut snapshot) = (Kernel::default(), Snapshot::default());
    let mut taken = 0;
    for steps in [first, second, usize::MAX] {
        let mut left = StepsLeft(steps);
        let done = work(&mut kernel, &mut snapshot, &mut left);
        taken += steps - left.0;
        if done.is_ok() {
            break;
        }
    }
    (taken, kernel, snapshot)
}

#[test]
fn no_byte_is_lost_or_repeated_after_any_two_crashes() {
    let (whole, ..) = scenario(usize::MAX, 0);
    assert!(whole > 15, "the scenario has only {whole} steps");
    for first in 0..=whole {
        for second in 0..=whole {
            let (_, kernel, snapshot) = scenario(first, second);
            let at = format!("crashes after {first} and {second} steps");
            assert_eq!(snapshot.world, SENT, "{at}: what had its effect");
            assert_eq!(
                kernel.accepted,
                SENT.map(answer).as_flattened(),
                "{at}: what was answered"
            );
            assert_eq!(kernel.consumed, SENT.len(), "{at}: what was consumed");
        }
    }
}

#[test]
fn a_snapshot_of_another_connection_is_rejected() {
    let checkpoint = Checkpoint {
        written: 10,
        pending: 5,
        applied: 7,
    };
    let counters = |accepted, consumed| Counters { accepted, consumed };
    let resume = |accepted, consumed| {
        let resume = checkpoint.resume(counters(accepted, consumed));
        resume.map(|it| (it.skip, it.discard))
    };
    assert_eq!(resume(10, 7), Some((0, 0)));
    assert_eq!(resume(15, 0), Some((5, 7)), "all pending, none removed");
    assert!(
        checkpoint.resume(counters(9, 7)).is_none(),
        "fewer bytes written than at the snapshot"
    );
    assert!(
        checkpoint.resume(counters(16, 7)).is_none(),
        "more bytes written than were pending"
    );
    assert!(
        checkpoint.resume(counters(10, 8)).is_none(),
        "more bytes consumed than were applied"
    );
}
