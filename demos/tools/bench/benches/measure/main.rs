//! Measures mutexes, channels and rooms in one run, and prints the report:
//! `cargo bench -p bench --features measure`.
//!
//! With `-- --write` it also writes the report, its charts and the numbers in the README. Without
//! cargo's `--bench` it is a rehearsal: each part runs once, as short as possible, and no file is
//! written.

mod appends;
mod publish;
mod rooms;
mod statistics;

use bench::{options::Options, report::Report};
use rooms::Runs;
use statistics::Statistics;
use std::{env, process::ExitCode, thread, time::Duration};

/// The length of each part.
struct Sizes {
    /// The length of one measurement of criterion.
    measurement: Duration,
    /// The scenario with the crowd alone.
    alone: Runs,
    /// The scenario with a slow player.
    slow: Runs,
}

const WHOLE: Sizes = Sizes {
    measurement: Duration::from_millis(400),
    alone: Runs {
        count: 5,
        lasts: Duration::from_millis(1_200),
    },
    slow: Runs {
        count: 2,
        lasts: Duration::from_millis(3_000),
    },
};

const REHEARSAL: Sizes = Sizes {
    measurement: Duration::from_millis(20),
    alone: Runs {
        count: 1,
        lasts: Duration::from_millis(300),
    },
    slow: Runs {
        count: 1,
        lasts: Duration::from_millis(300),
    },
};

fn main() -> ExitCode {
    // As in steps 2 and later, short buffers, so that a slow player fills them soon. Here for both
    // sides, the rooms and the phones.
    harness::shorten_buffers(sockets::short_send_buffer, sockets::dial_with_short_buffer);
    // The rooms are processes of this same executable, because a frozen room's process does not
    // end.
    if let Some(served) = rooms::serve::under_its_name() {
        return served;
    }
    let Options { whole, write } = match Options::read(env::args().skip(1)) {
        Ok(words) => words,
        Err(error) => return publish::refuse(&error.to_string()),
    };
    let sizes = if whole { WHOLE } else { REHEARSAL };
    let mut statistics = Statistics::new(sizes.measurement);
    let mut sections = appends::sections(&mut statistics);
    match rooms::sections(sizes.alone, sizes.slow) {
        Ok(rooms) => sections.extend(rooms),
        Err(why) => return publish::refuse(&why),
    }
    let report = Report {
        machine: machine(),
        sections,
    };
    println!("\n{report}");
    if whole {
        publish::publish(&report, write)
    } else {
        ExitCode::SUCCESS
    }
}

fn machine() -> String {
    let cores = thread::available_parallelism()
        .map_or("an unknown number of".into(), |cores| cores.to_string());
    format!("{cores} cores ({}, {})", env::consts::OS, env::consts::ARCH)
}
