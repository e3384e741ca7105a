//! The talk's first question, with more tools: the number of appends that each tool does in the
//! same time.

mod locks;
mod race;
mod tasks;
mod threads;

use crate::statistics::Statistics;
use bench::appends::{BASE, Measured, compared, dearer, doubts, told};
use bench::report::Section;
use bench::table::Table;
use crossbeam_channel as crossbeam;
use std::{sync::mpsc, time::Duration};
use tasks::{on_all_cores, on_one_thread};

/// The numbers of threads, or tasks, that append at once.
const APPENDERS: [u64; 4] = [1, 2, 4, 8];

/// The numbers of appends in one message, or under one lock.
const BATCHES: [u64; 4] = [1, 8, 64, 512];

/// The number of threads that append in batches.
const BATCHERS: u64 = 4;

/// A tool: its name, and a function that takes the number of appenders and of appends for each of
/// them, and returns the time that they took.
type Tool = (&'static str, fn(u64, u64) -> Duration);

/// All append to one vector.
const SHARED: [Tool; 16] = [
    (BASE, |all, each| locks::std_shared(all, 1, each)),
    ("parking_lot Mutex", locks::parking_lot_shared),
    ("tokio Mutex", locks::tokio_shared),
    ("std sync_channel(0)", |all, each| {
        threads::shared(mpsc::sync_channel(0), all, each)
    }),
    ("crossbeam bounded(0)", |all, each| {
        threads::shared(crossbeam::bounded(0), all, each)
    }),
    ("tokio mpsc(1)", |all, each| {
        tasks::bounded(on_all_cores, 1, all, 1, each)
    }),
    ("std sync_channel(64)", |all, each| {
        threads::shared(mpsc::sync_channel(64), all, each)
    }),
    ("crossbeam bounded(64)", |all, each| {
        threads::shared(crossbeam::bounded(64), all, each)
    }),
    ("tokio mpsc(64)", |all, each| {
        tasks::bounded(on_all_cores, 64, all, 1, each)
    }),
    ("tokio mpsc(1024)", |all, each| {
        tasks::bounded(on_all_cores, 1024, all, 1, each)
    }),
    ("std channel", |all, each| {
        threads::shared(mpsc::channel(), all, each)
    }),
    ("crossbeam unbounded", |all, each| {
        threads::shared(crossbeam::unbounded(), all, each)
    }),
    ("tokio unbounded", |all, each| {
        tasks::unbounded(on_all_cores, all, 1, each)
    }),
    ("tokio mpsc(1), one thread", |all, each| {
        tasks::bounded(on_one_thread, 1, all, 1, each)
    }),
    ("tokio mpsc(64), one thread", |all, each| {
        tasks::bounded(on_one_thread, 64, all, 1, each)
    }),
    ("tokio unbounded, one thread", |all, each| {
        tasks::unbounded(on_one_thread, all, 1, each)
    }),
];

/// Each appends to a vector of its own.
const OWN: [Tool; 8] = [
    (BASE, locks::std_own),
    ("parking_lot Mutex", locks::parking_lot_own),
    ("tokio Mutex", locks::tokio_own),
    ("std sync_channel(64)", |all, each| {
        threads::own(|| mpsc::sync_channel(64), all, each)
    }),
    ("crossbeam bounded(64)", |all, each| {
        threads::own(|| crossbeam::bounded(64), all, each)
    }),
    ("tokio mpsc(64)", |all, each| tasks::own(64, all, each)),
    ("std channel", |all, each| {
        threads::own(mpsc::channel, all, each)
    }),
    ("crossbeam unbounded", |all, each| {
        threads::own(crossbeam::unbounded, all, each)
    }),
];

/// Some of the first tools. Their first parameter is the number of appends at a time.
const BATCHED: [Tool; 7] = [
    (BASE, |batch, each| locks::std_shared(BATCHERS, batch, each)),
    ("std sync_channel(0), vectors", |batch, each| {
        threads::vectors(mpsc::sync_channel(0), BATCHERS, batch, each)
    }),
    ("crossbeam bounded(64), vectors", |batch, each| {
        threads::vectors(crossbeam::bounded(64), BATCHERS, batch, each)
    }),
    ("std channel, vectors", |batch, each| {
        threads::vectors(mpsc::channel(), BATCHERS, batch, each)
    }),
    ("tokio mpsc(64), vectors", |batch, each| {
        tasks::vectors(on_all_cores, 64, BATCHERS, batch, each)
    }),
    ("tokio mpsc(1024), recv_many", |batch, each| {
        tasks::bounded(on_all_cores, 1024, BATCHERS, batch as usize, each)
    }),
    ("tokio unbounded, recv_many", |batch, each| {
        tasks::unbounded(on_all_cores, BATCHERS, batch as usize, each)
    }),
];

/// Measures all tools.
pub(crate) fn sections(statistics: &mut Statistics) -> Vec<Section> {
    let shared = measure(statistics, "contended", &SHARED, &APPENDERS, |number| {
        number
    });
    let own = measure(statistics, "own", &OWN, &APPENDERS, |number| number);
    let batched = measure(statistics, "batches", &BATCHED, &BATCHES, |_| BATCHERS);
    let contended = Table::new("contended", "all append to one vector", APPENDERS);
    let own_table = Table::new("own", "each appends to a vector of its own", APPENDERS);
    let dear = Table::new("dearer", "what it costs to share", &APPENDERS[1..]);
    let batches = Table::new("batches", "several appends at a time", BATCHES);
    let one_at_a_time = vec![batched[0].took[0]; BATCHES.len()];
    vec![
        Section {
            table: told(),
            before: "As multiples of the mutex. It is not known how many goroutines appended.".into(),
            after: String::new(),
        },
        Section {
            table: compared(contended, &shared[0].took, &shared),
            before: format!(
                "Appends in the same time, by this number of threads at once, as multiples of `{BASE}` with as many threads; more is \
                 faster.\nWith a channel, one more thread receives and appends. tokio's are tasks: on as many threads as there are \
                 cores,\nor all on one."
            ),
            after: doubts(&shared).unwrap_or_default(),
        },
        Section {
            table: compared(own_table, &own[0].took, &own),
            before: format!(
                "The same without contention, as multiples of `{BASE}`: a lock that only one thread takes; a channel \
                 with\nthe same thread at both ends."
            ),
            after: doubts(&own).unwrap_or_default(),
        },
        Section {
            table: dearer(dear, &shared, &own),
            before: "How many times as long an append takes if the vector is shared as if each has its own.".into(),
            after: String::new(),
        },
        Section {
            table: compared(batches, &one_at_a_time, &batched),
            before: format!(
                "Appends in the same time by {BATCHERS} threads, as multiples of `{BASE}` that is taken for every single one. The \
                 column is the number\nunder one lock, in one message (*vectors*), or at most received at once (*recv_many*)."
            ),
            after: doubts(&batched).unwrap_or_default(),
        },
    ]
}

/// Measures each tool under each parameter: one parameter after the other, and all tools within
/// each, so that figures that are compared are measured within seconds.
fn measure(
    statistics: &mut Statistics,
    group: &str,
    tools: &[Tool],
    parameters: &[u64],
    appenders: fn(u64) -> u64,
) -> Vec<Measured> {
    let mut all: Vec<Measured> = tools
        .iter()
        .map(|(tool, _)| Measured {
            tool: tool.to_string(),
            took: Vec::new(),
        })
        .collect();
    for &parameter in parameters {
        for ((tool, run), measured) in tools.iter().zip(&mut all) {
            let run = |each| run(parameter, each);
            let took = statistics.measure(group, (tool, parameter), appenders(parameter), run);
            measured.took.push(took);
        }
    }
    all
}
