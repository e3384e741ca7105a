//! No file descriptor is left: the server pauses accepting, and the connected players notice
//! nothing.

use crate::{
    common::{Client, Folder, PATIENCE, wait_until},
    faults::running::Running,
};
use demo_08_snack_game::server;
use std::{
    io::{ErrorKind, Read},
    net::TcpStream,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// Number of silent connections that the test tries to open.
const SILENT: usize = 10_000;

#[cfg(unix)]
#[test]
fn without_descriptors_accepting_pauses_and_resumes_and_players_play_on() {
    let folder = Folder::with_token();
    let first = ["sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"];
    let running = Running::behind(&first, folder.path(), &[]);
    let mut ann = Client::join(running.address(), "hall", "ann");
    let welcome = ann.welcome().clone();
    let connect = |_| TcpStream::connect(running.address()).expect("the kernel accepts");
    let mut knocking: Vec<TcpStream> = (0..200).map(connect).collect();
    wait_until("the pause is logged", || {
        running.stderr().contains("accept failed, pausing")
    });
    ann.receive_ticks(20);
    // Silent connections are closed, and the waiting ones take their place: the queue gets shorter.
    knocking.truncate(100);
    let mut bob = Client::join(running.address(), "hall", "bob");
    bob.receive_ticks(3);
    drop(knocking);
    ann.receive_ticks(3);
    drop(ann);
    let mut back = Client::resume(running.address(), "hall", &welcome);
    assert_eq!(back.seat(), welcome.seat.expect("ann had a seat"));
    back.receive_ticks(3);
    let logged = || {
        let lines = running.stderr();
        let events = ["accept failed", "accepting again"];
        let event = |line: &str| events.iter().position(|it| line.contains(it));
        lines.lines().filter_map(event).collect::<Vec<_>>()
    };
    wait_until("the end of the pause is logged", || {
        drop(TcpStream::connect(running.address()));
        logged().last() == Some(&1)
    });
    // A pause is logged once, with its end. A busy machine may make two of one.
    let stderr = running.stderr();
    for (at, event) in logged().into_iter().enumerate() {
        assert_eq!(event, at % 2, "{stderr}");
    }
    assert!(!stderr.contains("panicked"), "{stderr}");
}

#[cfg(target_os = "linux")]
#[test]
fn thousands_of_silent_connections_are_closed_and_delay_no_player() {
    let folder = Folder::with_token();
    let fit = sockets::connections(sockets::raise_limit(), server::OTHER_DESCRIPTORS);
    let fit = fit.map_or(SILENT, |fit| fit as usize);
    let many = SILENT.min(fit.saturating_sub(2_000));
    let running = Running::start(folder.path(), &[]);
    let mut ann = Client::join(running.address(), "hall", "ann");
    ann.receive_ticks(3);
    let before = running.descriptors();
    let (mut silent, mut most) = (Vec::new(), 0);
    for n in 0..many {
        silent.push(TcpStream::connect(running.address()).expect("the kernel accepts"));
        if n % 500 == 0 {
            most = most.max(running.descriptors().saturating_sub(before));
            ann.receive_ticks(1);
        }
    }
    let mut bob = Client::join(running.address(), "hall", "bob");
    most = most.max(running.descriptors().saturating_sub(before));
    bob.receive_ticks(3);
    println!("{many} silent connections, {most} of them at one time");
    // Ann reads meanwhile: a client that answers no ping is closed.
    let is_over = Arc::new(AtomicBool::new(false));
    let over = Arc::clone(&is_over);
    let reading = thread::spawn(move || {
        while !over.load(Ordering::Relaxed) {
            ann.receive_ticks(1);
        }
        ann
    });
    // Each of them reads the end of its connection.
    let until = Instant::now() + PATIENCE;
    for stream in &mut silent {
        let left = until.saturating_duration_since(Instant::now());
        let wait = left.max(Duration::from_millis(1));
        stream.set_read_timeout(Some(wait)).expect("a timeout");
        match stream.read(&mut [0; 64]) {
            Ok(0) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            other => panic!("the connection is still open: {other:?}"),
        }
    }
    is_over.store(true, Ordering::Relaxed);
    let mut ann = reading.join().expect("ann plays");
    ann.receive_ticks(3);
    drop(bob);
    wait_until("the descriptors are back", || {
        running.descriptors() <= before + 2
    });
    assert!(most > many / 10, "only {most} connections at one time");
}
