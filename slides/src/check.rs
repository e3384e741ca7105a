//! Before the talk: everything that a presenter fears, a line each.

use crate::{
    address,
    capacity::Capacity,
    deck::{self, Deck, Place},
    demo::{program::Program, run},
    firewall, kit,
    options::Options,
    server,
    steps::STEPS,
};
use harness::advice;
use std::{
    collections::BTreeSet,
    net::{Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs},
    process::ExitCode,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Looks at the deck alone.
pub(crate) fn lint(options: &Options) -> ExitCode {
    let (decks, complaints) = deck::load(&Place::new(options.deck.clone()));
    for complaint in &complaints {
        println!("{complaint}");
    }
    match deck_is_fine(&decks, complaints.len()) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(said) => {
            println!("\n{said}");
            ExitCode::FAILURE
        }
    }
}

fn deck_is_fine(decks: &[Deck], complaints: usize) -> Result<String, String> {
    let slides = decks.first().map_or(0, |deck| deck.slides.len());
    match (complaints, slides) {
        (0, 0) => Err("there are no slides".to_owned()),
        (0, slides) => Ok(format!(
            "{slides} slides in each of {} languages, and nothing to complain",
            decks.len()
        )),
        (1, _) => Err("1 complaint".to_owned()),
        (many, _) => Err(format!("{many} complaints")),
    }
}

/// Looks at everything.
pub(crate) fn all(options: &Options) -> ExitCode {
    let mut look = Look::default();
    let (decks, complaints) = deck::load(&Place::new(options.deck.clone()));
    look.at(
        "deck",
        deck_is_fine(&decks, complaints.len())
            .map_err(|said| format!("{said}; see `cargo run -- --lint`")),
    );
    look.at("demos", build());
    look.at("recordings", recordings(&decks));
    look.at("stage's port", free(options.listen));
    look.at("demos' ports", demo_ports());
    let phones = SocketAddr::from((Ipv4Addr::UNSPECIFIED, options.audience.unwrap_or(7011)));
    look.at("phones' port", free(phones));
    look.hint("phones", address());
    look.at("localhost", localhost());
    kit_of(&mut look, options);
    look.at("clock", clock());
    let capacity = Capacity::raised();
    look.hint("descriptors", descriptors(&capacity));
    look.hint("firewall", firewall::look(phones.port()));
    look.hint("browser", browser());
    look.hint("fonts", fonts());
    println!(
        "\nBy hand: the projector's picture fills the wall, the machine is on mains and does not sleep, notifications are off, \
         and one phone scans the code: if it finds nothing, the firewall of this machine \
         does not let phones in, or the Wi-Fi isolates its clients; the talk goes on without phones."
    );
    match look.failed {
        0 => {
            println!("\nReady: cargo run -- --audience");
            ExitCode::SUCCESS
        }
        many => {
            println!("\nNot ready: {many} of these must be put right.");
            ExitCode::FAILURE
        }
    }
}

/// A kit that is named must be fresh; without one, the stage hands out what it can.
fn kit_of(look: &mut Look, options: &Options) {
    let root = Place::new(None).root;
    match &options.kit {
        Some(folder) => look.at("kit", kit::fresh(&root, Some(folder))),
        None => look.hint("kit", kit::fresh(&root, None)),
    }
}

#[derive(Default)]
struct Look {
    failed: usize,
}

impl Look {
    /// Something without which the talk is not as planned.
    fn at(&mut self, what: &str, found: Result<String, String>) {
        self.failed += usize::from(found.is_err());
        match found {
            Ok(said) => println!("  ok  {what:<14} {said}"),
            Err(said) => println!("  NO  {what:<14} {said}"),
        }
    }

    /// Something to know.
    fn hint(&self, what: &str, found: Result<String, String>) {
        match found {
            Ok(said) => println!("  ok  {what:<14} {said}"),
            Err(said) => println!("   ?  {what:<14} {said}"),
        }
    }
}

/// One command for all of them, so that none is waited for on stage.
fn build() -> Result<String, String> {
    let began = Instant::now();
    let built = run::cargo(&["build", "--quiet", "--bins"]).status();
    match built {
        Ok(status) if status.success() => {}
        Ok(_) => return Err("`cargo build --bins` failed; above is why".to_owned()),
        Err(error) => return Err(format!("cargo cannot be started: {error}")),
    }
    let missing: Vec<&str> = STEPS
        .iter()
        .map(|step| step.bin)
        .filter(|bin| !run::binary(bin).is_file())
        .collect();
    match missing.is_empty() {
        true => Ok(format!(
            "{} steps built in {:.0} s",
            STEPS.len(),
            began.elapsed().as_secs_f32()
        )),
        false => Err(format!("not where they should be: {}", missing.join(", "))),
    }
}

/// Every demo of the deck that is watched can be replayed.
fn recordings(decks: &[Deck]) -> Result<String, String> {
    let programs = in_deck(decks);
    let gone: Vec<String> = programs
        .iter()
        .map(Program::transcript)
        .filter(|file| !run::transcripts().join(file).is_file())
        .collect();
    match gone.is_empty() {
        true => Ok(format!("{} demos can be replayed", programs.len())),
        false => Err(format!(
            "missing: {}; `cargo run -- --record` makes them",
            gone.join(", ")
        )),
    }
}

/// The demos of a deck that are watched; the game is played, so nobody records it.
pub(crate) fn in_deck(decks: &[Deck]) -> Vec<Program> {
    let names: BTreeSet<&String> = decks
        .iter()
        .flat_map(|deck| &deck.slides)
        .flat_map(|slide| &slide.demos)
        .collect();
    names
        .into_iter()
        .filter_map(|name| Program::named(name))
        .filter(|program| !program.is_the_game())
        .collect()
}

fn free(address: SocketAddr) -> Result<String, String> {
    match TcpListener::bind(address) {
        Ok(_) => Ok(format!("{address} is free")),
        Err(error) => Err(format!(
            "{}; or --listen and --phones choose other ports",
            server::no_listener(address, &error)
        )),
    }
}

fn demo_ports() -> Result<String, String> {
    let ports = || 7001..=7008;
    let refused = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_err();
    let taken: Vec<u16> = ports().filter(refused).collect();
    match taken[..] {
        [] => Ok("7001 to 7008 are free".to_owned()),
        [first, ..] => Err(format!(
            "no demo can listen on {taken:?}, for example because it still runs in another terminal: {}",
            advice::port_is_taken(first)
        )),
    }
}

fn address() -> Result<String, String> {
    match address::address() {
        Some(address) => {
            let others = address::others(&address::url(SocketAddr::from((address, 0))));
            Ok(match others.is_empty() {
                true => format!("find this machine at {address}"),
                false => format!(
                    "find this machine at {address} (also at {}: --address chooses)",
                    others.join(", ")
                ),
            })
        }
        None => Err(
            "this machine has no address on a network: nobody can follow, everything else works"
                .to_owned(),
        ),
    }
}

fn localhost() -> Result<String, String> {
    let known = ("localhost", 0)
        .to_socket_addrs()
        .map_err(|error| format!("has no address: {error}"))?;
    match known.into_iter().all(|it| it.ip().is_loopback()) {
        true => Ok("is this machine".to_owned()),
        false => Err("is another machine: look at the hosts file".to_owned()),
    }
}

/// A clock that stands or jumps would make a freeze of every demo.
fn clock() -> Result<String, String> {
    let (began, wall) = (Instant::now(), SystemTime::now());
    std::thread::sleep(Duration::from_millis(50));
    let (went, walked) = (began.elapsed(), wall.elapsed().unwrap_or_default());
    let year = 1970
        + SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
            / 31_556_952;
    match went.abs_diff(walked) < Duration::from_millis(500) && year >= 2024 {
        true => Ok(format!("runs, and says that it is {year}")),
        false => Err(format!(
            "in {went:?} it went by {walked:?}, and it says that it is {year}"
        )),
    }
}

fn on_the_path(names: &[&str]) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let found =
        |name: &&&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    names.iter().find(found).map(|name| (*name).to_owned())
}

fn descriptors(capacity: &Capacity) -> Result<String, String> {
    match (capacity.advice(), capacity.limit) {
        (Some(advice), _) => Err(advice),
        (None, Some(limit)) => Ok(format!("{limit}: {} phones fit", capacity.phones)),
        (None, None) => Ok(format!("no limit: {} phones fit", capacity.phones)),
    }
}

fn browser() -> Result<String, String> {
    match (browser::find(), on_the_path(&["firefox"])) {
        (Some(program), _) => Ok(program.display().to_string()),
        (None, Some(_)) => Ok("firefox; Chromium or Chrome prints the better PDF".to_owned()),
        (None, None) => Err(
            "neither Chromium, Chrome nor Edge is where this system keeps them; any browser shows the slides"
                .to_owned(),
        ),
    }
}

fn fonts() -> Result<String, String> {
    if cfg!(any(windows, target_os = "macos")) {
        return Ok("the system brings Korean along".to_owned());
    }
    let listed = std::process::Command::new("fc-list")
        .args([":lang=ko", "family"])
        .output();
    match listed {
        Ok(list) if !list.stdout.is_empty() => {
            let text = String::from_utf8_lossy(&list.stdout);
            Ok(format!(
                "Korean: {}",
                text.lines().next().unwrap_or_default()
            ))
        }
        Ok(_) => Err("no font for Korean; on Debian: apt install fonts-noto-cjk".to_owned()),
        Err(_) => Err("fc-list is not here; look at a Korean slide".to_owned()),
    }
}
