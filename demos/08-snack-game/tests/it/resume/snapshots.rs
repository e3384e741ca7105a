//! The snapshot of a graceful shutdown, and invalid snapshots.

use crate::{
    common::{Client, ask_json},
    resume::server::{SNAPSHOT, Server, refused_resume, resume},
};
use rustix::process::Signal;
use std::fs;

/// A change of the file.
type Spoil = fn(&mut Vec<u8>);

#[test]
fn an_invalid_snapshot_is_logged_and_only_the_rooms_are_lost() {
    let mut server = Server::start(&["--round-seconds", "300"]);
    let spoil: [(&str, Spoil); 4] = [
        ("its checksum is wrong", |bytes| {
            bytes.truncate(bytes.len() / 2)
        }),
        ("it is not a restart file", |bytes| {
            *bytes = b"these are no rooms at all".to_vec()
        }),
        ("it has version 9, this program reads version 1", |bytes| {
            bytes[4] = 9
        }),
        ("it is truncated", Vec::clear),
    ];
    for (why, spoil) in spoil {
        let ann = Client::join(server.address(), "hall", "ann");
        let [ann] = server.shut_down([ann]);
        let mut bytes = fs::read(server.snapshot_path()).expect("a snapshot");
        spoil(&mut bytes);
        fs::write(server.snapshot_path(), &bytes).expect("ours");

        server.restart();
        let log = server.wait_for_log(why);
        let lines = log
            .lines()
            .filter(|line| line.contains("start empty") && line.contains(why));
        assert_eq!(lines.count(), 1, "{why}: {log}");
        assert!(!log.contains("panicked"), "{log}");
        assert!(
            !server.snapshot_path().exists(),
            "the invalid file is removed"
        );
        assert_eq!(refused_resume(server.address(), &ann), 4004);
        let mut ann = Client::join(server.address(), "hall", "ann");
        ann.receive_ticks(2);
    }
}

#[test]
fn a_snapshot_that_cannot_be_written_is_logged_and_the_shutdown_completes() {
    let mut server = Server::start(&["--round-seconds", "300"]);
    fs::create_dir(server.snapshot_path()).expect("a folder with the file's name");
    let ann = Client::join(server.address(), "hall", "ann");
    let [ann] = server.shut_down([ann]);
    server.wait_for_log("cannot write the restart file");
    let in_folder = fs::read_dir(server.folder.path()).expect("a folder");
    let names = in_folder.map(|it| it.expect("a file").file_name().into_string().expect("text"));
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(
        names,
        [
            "counts-at-closing",
            "operator-token",
            SNAPSHOT,
            "rounds",
            "scores.redb"
        ],
        "no temporary file is left"
    );

    server.restart();
    server.wait_for_log("start empty");
    assert_eq!(refused_resume(server.address(), &ann), 4004);
}

#[test]
fn bots_are_not_stored_in_a_snapshot() {
    let mut server = Server::start(&["--bots", "5", "--round-seconds", "300"]);
    let players =
        |server: &Server| ask_json(server.address(), "/api/rooms")["rooms"][0]["players"].clone();
    crate::common::wait_until("the bots", || players(&server) == 5);
    server.signal(Signal::TERM);
    server.wait_for_exit();
    assert!(!server.snapshot_path().exists(), "no player could resume");

    server.restart();
    crate::common::wait_until("the bots", || players(&server) == 5);
    let mut ann = Client::join(server.address(), "room-1", "ann");
    ann.receive_ticks(1);
    let [ann] = server.shut_down([ann]);
    server.restart();
    let log = server.wait_for_log("rooms restored");
    let mut lines = log.lines();
    let line = lines.find(|line| line.contains("rooms restored"));
    let line = line.expect("it was logged");
    assert!(line.contains("\"players\":1,"), "{line}");
    let mut back = resume(server.address(), &ann);
    back.receive_until("ann and the new bots", |back, _| {
        let mut others = back.mirror().players().filter(|it| it.seat != back.seat());
        assert!(
            others.all(|it| it.name.is_a_bots() && !it.away),
            "a bot of the old process"
        );
        (back.mirror().players().count() == 6).then_some(())
    });
    crate::common::wait_until("all are counted", || players(&server) == 6);
}

#[cfg(target_os = "linux")]
#[test]
fn a_restarted_supervisor_restores_the_seats_too() {
    let mut server = Server::start(&["--keep", "--round-seconds", "300"]);
    let mut ann = Client::join(server.address(), "hall", "ann");
    ann.receive_ticks(3);
    server.signal(Signal::TERM);
    assert_eq!(ann.receive_close().0, 1012);
    let _ = ann.socket.flush();
    let _ = ann.socket.get_mut().shutdown(std::net::Shutdown::Both);
    let ended = server.wait_for_exit();
    assert_eq!(ended.code, Some(0), "{ended}");
    server.restart();
    let mut back = resume(server.address(), &ann);
    back.receive_ticks(3);
    server.signal(Signal::TERM);
    assert_eq!(back.receive_close().0, 1012);
    let _ = back.socket.get_mut().shutdown(std::net::Shutdown::Both);
    server.wait_for_exit();
}
