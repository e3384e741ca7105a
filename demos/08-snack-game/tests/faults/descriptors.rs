//! No descriptor is left: nobody new is let in for a moment, and nobody who is in notices.

use crate::{
    common::{Client, Folder, PATIENCE, wait_until},
    running::Running,
};
use demo_08_snack_game::server;
use std::{
    io::{ErrorKind, Read},
    net::TcpStream,
    time::{Duration, Instant},
};

/// As many who say nothing are wanted at once.
const SILENT: usize = 10_000;

#[cfg(unix)]
#[test]
fn a_door_without_descriptors_says_so_and_opens_again_and_whoever_is_in_plays_on() {
    let folder = Folder::new();
    let first = ["sh", "-c", "ulimit -n 100; exec \"$@\"", "sh"];
    let running = Running::behind(&first, folder.path(), &[]);
    let mut ann = Client::join(running.address(), "hall", "ann");
    let welcome = ann.welcome().clone();
    let knock = |_| TcpStream::connect(running.address()).expect("the kernel takes it");
    let mut knocking: Vec<TcpStream> = (0..200).map(knock).collect();
    wait_until("the door says so", || {
        running
            .stderr()
            .contains("nobody can be let in for a moment")
    });
    ann.receive_ticks(20);
    // Whoever says nothing is dropped, and their place is taken by the next: fewer and fewer wait.
    knocking.truncate(100);
    let mut bob = Client::join(running.address(), "hall", "bob");
    bob.receive_ticks(3);
    drop(knocking);
    ann.receive_ticks(3);
    drop(ann);
    let mut back = Client::resume(running.address(), "hall", &welcome);
    assert_eq!(back.seat(), welcome.seat.expect("she played"));
    back.receive_ticks(3);
    wait_until("the door says that it is open", || {
        drop(TcpStream::connect(running.address()));
        running.stderr().contains("the door is open again")
    });
    let told = running.stderr();
    for once in ["nobody can be let in", "the door is open again"] {
        assert_eq!(told.matches(once).count(), 1, "{told}");
    }
    assert!(!told.contains("panicked"), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn thousands_who_connect_and_say_nothing_are_dropped_and_nobody_waits_for_them() {
    let folder = Folder::new();
    let fit = descriptors::connections(descriptors::raise(), server::FILES_BESIDES);
    let fit = fit.map_or(SILENT, |fit| fit as usize);
    let many = SILENT.min(fit.saturating_sub(2_000));
    let running = Running::start(folder.path(), &[]);
    let mut ann = Client::join(running.address(), "hall", "ann");
    ann.receive_ticks(3);
    let before = running.descriptors();
    let (mut silent, mut most) = (Vec::new(), 0);
    for n in 0..many {
        silent.push(TcpStream::connect(running.address()).expect("the kernel takes it"));
        if n % 500 == 0 {
            most = most.max(running.descriptors() - before);
            ann.receive_ticks(1);
        }
    }
    let mut bob = Client::join(running.address(), "hall", "bob");
    most = most.max(running.descriptors() - before);
    bob.receive_ticks(3);
    println!("{many} connected and said nothing, {most} of them at one time");
    // Each of them finds the end of it.
    let until = Instant::now() + PATIENCE;
    for stream in &mut silent {
        let left = until.saturating_duration_since(Instant::now());
        let wait = left.max(Duration::from_millis(1));
        stream.set_read_timeout(Some(wait)).expect("a timeout");
        match stream.read(&mut [0; 64]) {
            Ok(0) => {}
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
            other => panic!("it is still open: {other:?}"),
        }
    }
    ann.receive_ticks(3);
    drop(bob);
    wait_until("the descriptors are back", || {
        running.descriptors() <= before + 2
    });
    assert!(most > many / 10, "{most} at a time were no crowd");
}
