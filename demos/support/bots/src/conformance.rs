//! What every server of the ladder owes each player, as checks for the play tests of all of them.
//!
//! Each function starts the server `exe` without a crowd, and panics with the conversation so far.
//! The functions that end in `_at` use a server that is running already, such as a bridge to a
//! server that speaks another protocol.

use std::net::SocketAddr;
#[cfg(unix)]
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use snack::{Heard, LINE_LIMIT, News};

#[cfg(unix)]
use crate::connection::{Connection, Received};
use crate::program::{LineClient, Program, Unread};

/// How long a name may stay taken after the event that its player left: on a busy machine this can
/// be long.
const A_MOMENT: Duration = Duration::from_secs(20);

/// Ann joins, grabs and leaves; bob sees all of it.
///
/// # Panics
/// If a request is not answered, or bob sees something else.
#[track_caller]
pub fn every_player_sees_every_event(exe: &str) {
    let server = Program::start(exe, &["--bots", "0"]);
    every_player_sees_every_event_at(server.address());
}

/// Does [`every_player_sees_every_event`] at this address.
///
/// # Panics
/// As that function does.
#[track_caller]
pub fn every_player_sees_every_event_at(address: SocketAddr) {
    let mut bob = joined(address, "bob");
    let mut ann = joined(address, "ann");
    bob.hears_until(|heard| is(heard, "ann", "joined"));
    ann.says("grab");
    let grabbed = ann.hears_until(|heard| is(heard, "ann", "grabbed"));
    assert_eq!(
        bob.hears_until(|heard| is(heard, "ann", "grabbed")),
        grabbed
    );
    ann.says("leave");
    ann.hears_until(|heard| is(heard, "ann", "left"));
    ann.hears_the_end();
    let left = bob.hears_until(|heard| is(heard, "ann", "left"));
    assert!(left.to_string().ends_with("left with 1 snack"), "{left}");
}

/// A player whose socket closes without `leave` has left too, and the name is free again.
///
/// # Panics
/// If the other players receive no event, or the name stays taken.
#[track_caller]
pub fn a_closed_connection_counts_as_leaving(exe: &str) {
    let server = Program::start(exe, &["--bots", "0"]);
    a_closed_connection_counts_as_leaving_at(server.address());
}

/// Does [`a_closed_connection_counts_as_leaving`] at this address.
///
/// # Panics
/// As that function does.
#[track_caller]
pub fn a_closed_connection_counts_as_leaving_at(address: SocketAddr) {
    let mut bob = joined(address, "bob");
    drop(joined(address, "ann"));
    bob.hears_until(|heard| is(heard, "ann", "left"));
    // The event that ann left may arrive a moment before her name is free: then she asks again.
    let mut ann = LineClient::connect(address);
    let until = Instant::now() + A_MOMENT;
    loop {
        ann.says("join ann");
        let answer = ann
            .hears_until(|heard| matches!(heard, Heard::Refused(_)) || is(heard, "ann", "joined"));
        match answer {
            Heard::Refused(why) => assert!(Instant::now() < until, "it stays taken: {why}"),
            _ => return,
        }
        thread::sleep(Duration::from_millis(20));
    }
}

/// A line that is no request is answered with one line, and the player can continue.
///
/// # Panics
/// If there is no answer, or it is not a refusal.
#[track_caller]
pub fn nonsense_is_refused_and_the_session_continues(exe: &str) {
    let server = Program::start(exe, &["--bots", "0"]);
    nonsense_is_refused_and_the_session_continues_at(server.address());
}

/// Does [`nonsense_is_refused_and_the_session_continues`] at this address.
///
/// # Panics
/// As that function does.
#[track_caller]
pub fn nonsense_is_refused_and_the_session_continues_at(address: SocketAddr) {
    let mut ann = LineClient::connect(address);
    assert!(matches!(ann.hears(), Heard::Help(_)));
    let endless = "x".repeat(100 * LINE_LIMIT);
    for nonsense in ["pizza", "join", "join <b>", "grab", "leave", &endless] {
        ann.says(nonsense);
        let heard = ann.hears();
        assert!(matches!(heard, Heard::Refused(_)), "{nonsense}: {heard}");
    }
    ann.says("JOIN ann\r");
    ann.hears_until(|heard| is(heard, "ann", "joined"));
    for nonsense in ["join bob", "pizza", &endless] {
        ann.says(nonsense);
        ann.hears_until(|heard| matches!(heard, Heard::Refused(_)));
    }
    ann.says("grab");
    ann.hears_until(|heard| is(heard, "ann", "grabbed"));
}

/// If two players choose one name, the second is refused, and can choose another.
///
/// # Panics
/// If the second is not refused, or cannot choose another.
#[track_caller]
pub fn a_name_belongs_to_one_player(exe: &str) {
    let server = Program::start(exe, &["--bots", "0"]);
    a_name_belongs_to_one_player_at(server.address());
}

/// Does [`a_name_belongs_to_one_player`] at this address.
///
/// # Panics
/// As that function does.
#[track_caller]
pub fn a_name_belongs_to_one_player_at(address: SocketAddr) {
    let _ann = joined(address, "ann");
    let mut second = LineClient::connect(address);
    second.says("join ann");
    second.hears_until(|heard| matches!(heard, Heard::Refused(why) if why.contains("ann")));
    second.says("join 안나");
    second.hears_until(|heard| is(heard, "안나", "joined"));
}

/// With 64 descriptors and 150 connections, seated players continue to play, the server reports
/// once that it pauses, and accepts the next player as soon as others have left.
///
/// # Panics
/// If the server ends, reports it twice, or accepts no player afterwards.
#[cfg(unix)]
#[track_caller]
pub fn it_keeps_serving_after_running_out_of_descriptors(exe: &str) {
    let server = with_64_descriptors(exe);
    it_keeps_serving_after_running_out_of_descriptors_at(&server, server.address());
}

/// Starts `exe` with a limit of 64 open files, which it cannot raise.
///
/// # Panics
/// As [`Program::start`] does.
#[cfg(unix)]
#[track_caller]
pub fn with_64_descriptors(exe: &str) -> Program {
    let limited = ["-c", "ulimit -n 64; exec \"$@\"", "sh", exe, "--bots", "0"];
    Program::start("sh", &limited)
}

/// Does [`it_keeps_serving_after_running_out_of_descriptors`] with a server from
/// [`with_64_descriptors`]. `way_in` is the address for clients that speak lines.
///
/// # Panics
/// As that function does.
#[cfg(unix)]
#[track_caller]
pub fn it_keeps_serving_after_running_out_of_descriptors_at(server: &Program, way_in: SocketAddr) {
    let mut ann = joined(way_in, "ann");
    let knock = |_| TcpStream::connect(server.address()).expect("the kernel takes it");
    let knocking: Vec<TcpStream> = (0..150).map(knock).collect();
    let until = Instant::now() + A_MOMENT;
    while !server.stderr().contains("accept failed, pausing") {
        let said = server.stderr();
        assert!(
            Instant::now() < until,
            "it does not say that it pauses: {said}"
        );
        thread::sleep(Duration::from_millis(10));
    }
    ann.says("grab");
    ann.hears_until(|heard| is(heard, "ann", "grabbed") || heard.to_string().starts_with("no: "));
    drop(knocking);
    while !gets_in(way_in, "bob") {
        let said = server.stderr();
        assert!(
            Instant::now() < until,
            "no player is accepted again: {said}"
        );
        thread::sleep(Duration::from_millis(10));
    }
    ann.hears_until(|heard| is(heard, "bob", "joined"));
    let said = server.stderr();
    assert_eq!(said.matches("accept failed").count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

/// A server whose output is not read, and then has no reader at all, serves as before, and ends
/// with status 0.
///
/// # Panics
/// If a request is not answered, or the server does not end in time.
#[track_caller]
pub fn it_serves_without_a_reader_of_its_output(exe: &str) {
    let started = Instant::now();
    let mut server = Unread::start(exe, &["--bots", "0", "--seconds", "4"]);
    let address = server.address();
    let mut bob = joined(address, "bob");
    let mut visit = || {
        let mut ann = joined(address, "ann");
        ann.says("leave");
        ann.hears_the_end();
        bob.hears_until(|heard| is(heard, "ann", "left"));
    };
    (0..20).for_each(|_| visit());
    server.loses_its_reader();
    // It writes a line a second, so it finds out meanwhile.
    while started.elapsed() < Duration::from_secs(3) {
        visit();
    }
    assert_eq!(server.wait(A_MOMENT), Some(0));
}

/// Returns whether the server gives a player a seat. It may also refuse or disconnect it.
#[cfg(unix)]
fn gets_in(address: SocketAddr, name: &str) -> bool {
    let Ok(mut connection) = Connection::connect(address, A_MOMENT) else {
        return false;
    };
    if connection.say(&format!("join {name}")).is_err() {
        return false;
    }
    let until = Instant::now() + Duration::from_secs(2);
    while Instant::now() < until {
        match connection.hear() {
            Received::Line(heard) if is(&heard, name, "joined") => return true,
            Received::End => return false,
            _ => {}
        }
    }
    false
}

/// A client that has joined.
#[track_caller]
fn joined(address: SocketAddr, name: &str) -> LineClient {
    let mut client = LineClient::connect(address);
    client.says(&format!("join {name}"));
    client.hears_until(|heard| is(heard, name, "joined"));
    client
}

/// Whether the line is the event in which `who` did that.
fn is(heard: &Heard, who: &str, did: &str) -> bool {
    let Heard::Event(event) = heard else {
        return false;
    };
    let (name, verb) = match &event.news {
        News::Joined { name } => (name, "joined"),
        News::Grabbed { name, .. } => (name, "grabbed"),
        News::Left { name, .. } => (name, "left"),
        News::Refilled { .. } => return false,
    };
    name.as_str() == who && verb == did
}
