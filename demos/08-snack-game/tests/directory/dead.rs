//! Who is dead, and who only seems so. The other server is a word in the directory here, and
//! whatever listens at its address.

use crate::{
    common::{Folder, ask, wait_until},
    others::{TOKEN, door, elsewhere, word},
    servers::{Bars, whereabouts},
};
use demo_08_snack_game::{
    cluster::{
        Backend, MemoryBackend, SERVER_TTL, ServerInfo,
        backend::Report,
        failure_detector::{HOLDS, QUIET},
    },
    options::Options,
    server::Server,
};
use rush::wire::Token;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// A server, and a directory in which another one says a word now and then.
struct Scene {
    bars: Bars,
    memory: MemoryBackend,
}

impl Scene {
    fn new() -> Self {
        let memory = MemoryBackend::default();
        let engine = memory.clone();
        Self {
            bars: Bars::open(1, 5, move || Backend::Memory(engine.clone())),
            memory,
        }
    }

    /// The other server says that it has our seat, and is heard.
    fn says(&self, url: &str) {
        self.word(url);
        wait_until("it is heard", || self.bars.known(0) == 1);
        self.word(url);
    }

    fn word(&self, url: &str) {
        say(&self.memory, url, SERVER_TTL);
    }

    /// Where our seat is, by the account of the server that is asked.
    fn told(&self) -> Value {
        whereabouts(self.bars.address(0), &TOKEN)
    }

    fn here(&self) -> Value {
        json!({ "where": "gone", "anywhere": [self.bars.url(0)] })
    }
}

fn say(memory: &MemoryBackend, url: &str, life: Duration) {
    say_card(memory, ServerInfo::new(url, 9), life);
}

fn say_card(memory: &MemoryBackend, card: ServerInfo, life: Duration) {
    let word = word(card, life);
    let mut engine = Backend::Memory(memory.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let exchange = engine.exchange(&word);
    runtime
        .expect("a runtime")
        .block_on(exchange)
        .expect("it answers");
}

#[test]
fn a_server_that_refuses_and_is_silent_is_dead_and_nobody_is_sent_there() {
    let scene = Scene::new();
    let (door, url) = door();
    scene.says(&url);
    drop(door);
    let said = Instant::now();
    scene.word(&url);
    assert_eq!(scene.told(), scene.here());
    assert!(said.elapsed() >= QUIET, "nobody is dead within {QUIET:?}");
    // The directory may still repeat its last word; here nobody is led there any more, and it is no
    // news.
    for _ in 0..3 {
        assert_eq!(scene.told()["where"], "gone");
        thread::sleep(HOLDS);
    }
    assert_eq!(scene.bars.known(0), 0);
    let (_, metrics) = ask(scene.bars.address(0), "/metrics", "");
    let deaths = metrics
        .lines()
        .find_map(|line| line.strip_prefix("snack_rush_servers_found_dead_total "));
    // None, if this machine was so slow that the directory had forgotten it before it was looked.
    assert!(matches!(deaths, Some("0" | "1")), "{deaths:?}");
}

#[test]
fn a_server_that_said_goodbye_is_waited_for_although_it_refuses_and_is_silent() {
    let scene = Scene::new();
    let (door, url) = door();
    scene.says(&url);
    drop(door);
    let draining = ServerInfo {
        draining: true,
        ..ServerInfo::new(&url, 9)
    };
    // What was found out before the goodbye holds for a moment, and on a slow machine the directory
    // forgets it before we are answered.
    for _ in 0..100 {
        thread::sleep(HOLDS);
        let said = Instant::now();
        say_card(&scene.memory, draining.clone(), SERVER_TTL);
        let told = scene.told();
        if said.elapsed() < SERVER_TTL {
            assert_eq!(told, elsewhere(&url), "it comes back");
            return;
        }
    }
    panic!("no answer in time");
}

#[test]
fn a_server_that_refuses_us_and_speaks_to_the_directory_lives() {
    let scene = Scene::new();
    let (door, url) = door();
    scene.says(&url);
    drop(door); // A firewall between the two, say.
    // Each time that it is looked, it has said something just now: of a word that is kept for long,
    // no time is missing yet.
    say(&scene.memory, &url, SERVER_TTL * 200);
    for _ in 0..3 {
        assert_eq!(scene.told(), elsewhere(&url));
    }
    scene.word(&url);
    wait_until("it is dead, for it has fallen silent", || {
        scene.told() == scene.here()
    });
}

#[test]
fn a_server_that_is_mute_is_dead_after_the_ttl_and_no_sooner() {
    let scene = Scene::new();
    let (_door, url) = door(); // The kernel lets everybody in, and nobody answers.
    scene.says(&url);
    let said = Instant::now();
    scene.word(&url);
    loop {
        let told = scene.told();
        if told == scene.here() {
            break;
        }
        assert_eq!(told, elsewhere(&url));
        assert!(said.elapsed() < SERVER_TTL * 10, "it does not die");
    }
    assert!(said.elapsed() >= SERVER_TTL, "it died too early");
}

#[test]
fn a_server_that_is_only_cut_off_from_the_directory_keeps_its_players() {
    let scene = Scene::new();
    let folder = Folder::new();
    let options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        data: Some(folder.path().to_owned()),
        bots: 0,
        ..Options::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let server = runtime.block_on(Server::start(options)).expect("it starts");
    let url = format!("http://{}", server.address());
    scene.says(&url);
    wait_until("the directory has forgotten it", || {
        scene.bars.known(0) == 0
    });
    for _ in 0..3 {
        assert_eq!(scene.told(), elsewhere(&url), "it plays on");
        thread::sleep(HOLDS);
    }
    drop(server);
    drop(runtime); // Its door goes with it.
    wait_until("it is gone", || scene.told() == scene.here());
}

#[test]
fn a_server_that_is_started_again_is_believed() {
    let scene = Scene::new();
    let (door, url) = door();
    scene.says(&url);
    let address = door.local_addr().expect("an address");
    drop(door);
    assert_eq!(scene.told(), scene.here());
    let _door = TcpListener::bind(address).expect("the port is free again");
    let again = ServerInfo {
        players: 1, // It says something else than its last word.
        ..ServerInfo::new(&url, 9)
    };
    let word = Report {
        held: Vec::new(),
        grace: SERVER_TTL,
        ..word(again, SERVER_TTL)
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let mut engine = Backend::Memory(scene.memory.clone());
    wait_until("it is sent people", || {
        runtime
            .block_on(engine.exchange(&word))
            .expect("it answers");
        scene.bars.known(0) == 1
    });
    // What was found out of it a moment ago is looked at again a moment later.
    wait_until("its players are", || scene.told() == elsewhere(&url));
}

#[test]
fn however_many_phones_ask_a_server_is_knocked_at_four_times_a_second() {
    let scene = Scene::new();
    let (door, url) = door();
    let knocks = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&knocks);
    thread::spawn(move || {
        for stream in door.incoming().flatten() {
            counted.fetch_add(1, Ordering::Relaxed);
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let _gone = (&stream).write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        }
    });
    scene.says(&url);
    let before = Instant::now();
    let mut asked = 0;
    while before.elapsed() < HOLDS * 4 || asked < 50 {
        scene.word(&url);
        assert_eq!(scene.told(), elsewhere(&url));
        asked += 1;
    }
    let most = before.elapsed().div_duration_f64(HOLDS).ceil() as u32 + 1;
    let knocks = knocks.load(Ordering::Relaxed);
    assert!(
        (1..=most).contains(&knocks),
        "{knocks} for {asked} questions; {most} are the most"
    );
    // Whoever asks for a seat that nobody has makes nobody knock.
    for n in 0..50 {
        let told = whereabouts(scene.bars.address(0), &Token([n; 16]));
        assert!(n == 7 || told == json!({ "where": "gone" }), "{told}");
    }
}
