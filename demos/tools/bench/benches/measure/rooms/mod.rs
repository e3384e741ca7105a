//! The rooms of the steps under one crowd: how many requests they answer, how long answers take,
//! and how one player who reads nothing affects all others.

mod probe;
mod run;
pub(crate) mod serve;

use bench::report::Section;
use bench::rooms::{BASE, Room, Run, spread, tables};
use std::path::{Path, PathBuf};
use std::{env, fs, io, time::Duration};

/// The number of runs, and the length of each.
#[derive(Clone, Copy)]
pub(crate) struct Runs {
    pub(crate) count: usize,
    pub(crate) lasts: Duration,
}

/// Runs both scenarios in each room. The rooms take turns, run by run, so that figures that are
/// compared are measured within half a minute.
pub(crate) fn sections(alone: Runs, slow: Runs) -> Result<[Section; 2], String> {
    let mut rooms: Vec<Room> = serve::names_and_limits()
        .map(|(name, limit)| Room {
            name: name.into(),
            limit,
            ..Room::default()
        })
        .collect();
    for turn in 1..=alone.count {
        for room in &mut rooms {
            room.alone.push(make_run(&room.name, (turn, alone), false)?);
        }
    }
    for turn in 1..=slow.count {
        for room in &mut rooms {
            room.slow.push(make_run(&room.name, (turn, slow), true)?);
        }
    }
    let [crowd, slow_table] = tables(&rooms)?;
    Ok([
        Section {
            table: crowd,
            before: format!(
                "Requests answered (the median of {} runs, interleaved), the median and the 99th percentile of how long an \
                 answer took,\nas multiples of `{BASE}`. The crowd is {} players who do not pause to think, and shares the \
                 cores with the room.\nEvery room is a process of its own; rooms 1 to 3 have a thread for every player, rooms 4 \
                 to 6 one thread for all.\nThe last column: among how many snacks there is one that had been given before.",
                alone.count,
                run::PLAYERS
            ),
            after: spread(&rooms).unwrap_or_default(),
        },
        Section {
            table: slow_table,
            before: format!(
                "The same crowd and one player more, who reads nothing, in {} longer runs; as multiples of `{BASE}` *without* \
                 that player.\nIts outbox: the lines that wait for it at the end of the worst run or, if there is a limit, \
                 that may wait;\nas multiples of step 6's limit.",
                slow.count
            ),
            after: String::new(),
        },
    ])
}

/// Makes one run, and prints a line about it.
fn make_run(room: &str, (turn, runs): (usize, Runs), slow: bool) -> Result<Run, String> {
    let exe = this_executable_as(room).map_err(|error| format!("{room}: {error}"))?;
    let exe = exe.to_str().ok_or("the target folder's name is not text")?;
    let run = run::make(exe, slow, runs.lasts);
    let with = if slow {
        "with a slow player"
    } else {
        "the crowd alone"
    };
    let how = if run.froze {
        "froze"
    } else {
        "served to the end"
    };
    println!("run {turn} of {}, {room}, {with}: {how}", runs.count);
    Ok(run)
}

/// This executable under another name, which tells it which room to be.
fn this_executable_as(name: &str) -> io::Result<PathBuf> {
    let this = env::current_exe()?;
    let other = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(name)
        .with_extension(env::consts::EXE_EXTENSION);
    match fs::remove_file(&other) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    if fs::hard_link(&this, &other).is_err() {
        fs::copy(&this, &other)?;
    }
    Ok(other)
}

/// Whether the error is a time-out, which has one name on Unix and another on Windows.
fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}
