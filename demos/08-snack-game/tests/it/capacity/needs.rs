//! What many players need: measured figures of one player, times players.

use crate::capacity::page::grouped;

/// Default number of seats of a server.
const SEATS: u64 = 5_000;

/// Seats that are kept free, in percent: for the players of a server that crashes, and so that a
/// new player finds one at once.
const SPARE: u64 = 10;

/// Bytes that the network adds to a message: a WebSocket header of 4, TCP with timestamps 32, IP
/// 20, Ethernet with its preamble and gap 38.
const OVERHEAD: u64 = 94;

const TICKS: u64 = 10;

/// Shares of the registered players who play at once, in percent.
const SHARES: [u64; 4] = [5, 10, 20, 100];

const REGISTERED: u64 = 500_000;

/// What `game-bench` measured of 5,000 players on one core.
#[derive(Debug)]
pub(crate) struct Measured {
    /// CPU time, in percent of one core.
    percent: u64,
    /// Bytes of a tick in a room of 160.
    bytes: u64,
    /// Memory of a player's connection outside the kernel, in hundreds of bytes.
    memory: u64,
}

impl Measured {
    pub(crate) fn of(report: &str) -> Self {
        let before = |mark: &str| {
            let (head, _) = report
                .split_once(mark)
                .unwrap_or_else(|| panic!("the report no longer says {mark:?}"));
            let word = head.split_whitespace().last().expect("a number before it");
            word.parse::<u64>()
                .unwrap_or_else(|error| panic!("{word} {mark}: {error}"))
        };
        let seat = report
            .lines()
            .find(|line| line.contains("a player with a seat who sends nothing"));
        let seat = seat.and_then(|line| line.split('|').nth(2)?.trim().parse::<f64>().ok());
        let (_, small) = report
            .split_once("- 160 in a room: while they play, messages of ")
            .expect("the bytes of a message");
        Self {
            percent: before(" % of the core"),
            bytes: small
                .split_whitespace()
                .next()
                .and_then(|word| word.parse().ok())
                .expect("bytes"),
            memory: (seat.expect("the memory of a seat") * 10.0).round() as u64,
        }
    }
}

pub(crate) fn table(measured: &Measured) -> String {
    let Measured {
        percent,
        bytes,
        memory,
    } = *measured;
    let micros = percent * 10_000 / SEATS;
    let wire = (bytes + OVERHEAD) * TICKS;
    let kbit = wire * 8 / 1_000;
    let server = [
        SEATS * micros / 10_000,
        SEATS * wire * 8 / 1_000_000,
        (SEATS * memory + 5_000) / 10_000,
    ];
    let commands = redis_commands();
    let mut text = format!(
        "- **CPU**: {percent} % of a core ÷ 5,000 players = **{micros} µs a second for a player**.\n\
         - **Network**: ({bytes} bytes of a tick in a room of 160 + {OVERHEAD} bytes of headers) × {TICKS} a second = {wire} bytes = **{kbit} kbit/s for a player**, to the phone; the turns that it sends are \
         a tenth of that.\n\
         - **Memory**: {}.{} kB for a player, and at most 32 kB in the kernel for one that does not read.\n\
         - **A server** of 5,000: {} % of one core, {} Mbit/s, {} MB.\n\
         - **Redis**, for a server: each second its report, 20 best scores, eleven other commands, and a tenth of its seats: {} commands.\n\n\
         | play at once | players | servers (5,000 seats, {SPARE} % spare) | cores at {percent} % | Gbit/s | commands a second to Redis |\n|--:|--:|--:|--:|--:|--:|",
        memory / 10,
        memory % 10,
        server[0],
        server[1],
        server[2],
        grouped(commands),
    );
    for share in SHARES {
        let players = REGISTERED * share / 100;
        let servers = players.div_ceil(SEATS * (100 - SPARE) / 100);
        let tenths = (players * wire * 8 + 50_000_000) / 100_000_000;
        text += &format!(
            "\n| {share} % | {} | {servers} | {servers} | {}.{} | {} |",
            grouped(players),
            tenths / 10,
            tenths % 10,
            grouped(servers * commands),
        );
    }
    text
}

/// Redis commands of a server per second: its report and its entry in the set, twenty scores, two
/// leaderboards trimmed and read, one expiry, the servers and their reports; and a share of its
/// seats, each of which is refreshed three times within the grace of 30 s.
fn redis_commands() -> u64 {
    2 + 20 + 4 + 1 + 2 + 3 + SEATS / 10
}
