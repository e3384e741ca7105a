//! The checks before the talk (`--check`), one line each.

use crate::{
    capacity::Capacity,
    deck::{self, Deck, Place},
    demo::{cargo, port, program::Program},
    finding::Finding::{self, Fine, Problem},
    firewall, kit,
    listener::cannot_listen,
    options::{self, Options},
    overfull, pressed,
    reach::Reach,
    record,
    steps::STEPS,
    votes_plan,
};
use harness::advice;
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs},
    process::ExitCode,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use web_server::join;

/// Checks the deck and prints every complaint.
pub(crate) fn lint(options: &Options) -> ExitCode {
    let place = Place::new(options.deck.clone());
    let (decks, mut complaints) = deck::load(&place);
    let (overfull, how) = overfull::check(&place, &decks);
    complaints.extend(overfull);
    complaints.extend(votes_plan::check(&place, &decks, options.vote));
    complaints.sort();
    for complaint in &complaints {
        output::out!("{complaint}");
    }
    match count(&decks, complaints.len()) {
        Fine(text) => {
            output::out!("{text}; every slide fits ({how})");
            ExitCode::SUCCESS
        }
        Problem(text) => {
            output::out!("\n{text} (slides are {how})");
            ExitCode::FAILURE
        }
    }
}

fn count(decks: &[Deck], complaints: usize) -> Finding {
    let slides = decks.first().map_or(0, |deck| deck.slides.len());
    match (complaints, slides) {
        (0, 0) => Problem("there are no slides".to_owned()),
        (0, slides) if decks.len() == 1 => Fine(format!("{slides} slides, no complaints")),
        (0, slides) => Fine(format!(
            "{slides} slides in each of {} languages, no complaints",
            decks.len()
        )),
        (1, _) => Problem("1 complaint".to_owned()),
        (many, _) => Problem(format!("{many} complaints")),
    }
}

/// Runs every check.
pub(crate) fn all(options: &Options) -> ExitCode {
    let mut report = Report::default();
    let place = Place::new(options.deck.clone());
    let (decks, mut complaints) = deck::load(&place);
    complaints.extend(votes_plan::check(&place, &decks, options.vote));
    report.need(
        "deck",
        match count(&decks, complaints.len()) {
            Problem(text) => Problem(format!("{text}; see `cargo run -- --lint`")),
            fine => fine,
        },
    );
    report.need("slides", fits(&place, &decks));
    report.need("demos", build());
    report.need("recordings", recordings(&decks));
    report.need("stage's port", free(options.listen));
    report.need("demos' ports", demo_ports());
    let port = options.phones.port.unwrap_or(options::PHONES);
    let phones = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    report.need("phones' port", free(phones));
    report.note("phones", lan_address(options.phones.address.as_ref()));
    report.need("localhost", localhost());
    let root = Place::new(None).root;
    match &options.kit {
        // A kit that is named must be fresh.
        Some(folder) => report.need("kit", kit::check_folder(&root, folder).into()),
        None => report.note("kit", kit::check_stage(&root).into()),
    }
    report.need("clock", clock());
    let capacity = Capacity::raised();
    report.note("open files", open_files(&capacity));
    report.note("firewall", firewall::check(phones.port()));
    report.note("browser", browser());
    output::out!("      Pressing what a presenter presses, on a stage of its own …");
    let pressed = pressed::all(options.deck.as_deref(), &decks);
    report.need("pages", pressed.pages);
    report.need("a vote", pressed.vote);
    report.need("the game", pressed.game);
    report.note("fonts", fonts());
    output::out!(
        "\nCheck by hand: the projector's picture fills the wall, the machine is plugged in and does \
         not sleep, notifications are off, and one phone can scan the QR code. If that phone finds \
         no page, the firewall of this machine blocks it or the Wi-Fi isolates its clients; the \
         talk works without phones."
    );
    match report.failed {
        0 => {
            output::out!("\nReady: cargo run -- --audience");
            ExitCode::SUCCESS
        }
        1 => {
            output::out!("\nNot ready: fix the line marked NO.");
            ExitCode::FAILURE
        }
        many => {
            output::out!("\nNot ready: fix the {many} lines marked NO.");
            ExitCode::FAILURE
        }
    }
}

/// Prints findings and counts the problems that must be fixed.
#[derive(Default)]
struct Report {
    failed: usize,
}

impl Report {
    /// Prints a finding. A problem must be fixed before the talk.
    fn need(&mut self, what: &str, found: Finding) {
        match found {
            Fine(text) => output::out!("  ok  {what:<14} {text}"),
            Problem(text) => {
                self.failed += 1;
                output::out!("  NO  {what:<14} {text}");
            }
        }
    }

    /// Prints a finding. The talk works with the problem, too.
    fn note(&self, what: &str, found: Finding) {
        match found {
            Fine(text) => output::out!("  ok  {what:<14} {text}"),
            Problem(text) => output::out!("   ?  {what:<14} {text}"),
        }
    }
}

/// Checks that no slide holds more than fits.
fn fits(place: &Place, decks: &[Deck]) -> Finding {
    let (overfull, how) = overfull::check(place, decks);
    match overfull.len() {
        0 => Fine(format!("every slide fits ({how})")),
        many => Problem(format!(
            "{many} hold more than fits ({how}); see `cargo run -- --lint`"
        )),
    }
}

/// Builds every demo with one command, so that nothing is left to build during the talk.
fn build() -> Finding {
    let began = Instant::now();
    let built = cargo::cargo(&["build", "--quiet", "--bins"]).status();
    match built {
        Ok(status) if status.success() => {}
        Ok(_) => return Problem("`cargo build --bins` failed; the cause is above".to_owned()),
        Err(error) => return Problem(format!("cargo could not be started: {error}")),
    }
    let missing: Vec<&str> = STEPS
        .iter()
        .map(|step| step.bin)
        .filter(|bin| !cargo::binary(bin).is_file())
        .collect();
    match missing.is_empty() {
        true => Fine(format!(
            "{} steps built in {:.0} s",
            STEPS.len(),
            began.elapsed().as_secs_f32()
        )),
        false => Problem(format!("cargo has not built {}", missing.join(", "))),
    }
}

/// Checks that every demo of the deck has a recording.
fn recordings(decks: &[Deck]) -> Finding {
    let programs = record::programs(decks);
    let missing: Vec<String> = programs
        .iter()
        .map(Program::transcript)
        .filter(|file| !cargo::transcripts().join(file).is_file())
        .collect();
    match missing.is_empty() {
        true => Fine(format!("{} demos have one", programs.len())),
        false => Problem(format!(
            "missing: {}; `cargo run -- --record` makes them",
            missing.join(", ")
        )),
    }
}

fn free(address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Fine(format!("{address} is free")),
        Err(error) => Problem(format!(
            "{}; or --listen and --phones choose other ports",
            cannot_listen(address, &error)
        )),
    }
}

fn demo_ports() -> Finding {
    let ports = || 7001..=7008;
    let refused = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_err();
    let taken: Vec<u16> = ports().filter(refused).collect();
    match taken[..] {
        [] => Fine("7001 to 7008 are free".to_owned()),
        [first, ..] => Problem(format!(
            "{} listens on {first}{}, perhaps a demo in another terminal: {}",
            port::who(first),
            match taken.len() {
                1 => String::new(),
                _ => format!(" (taken: {taken:?})"),
            },
            advice::port_is_taken(first)
        )),
    }
}

fn lan_address(given: Option<&Reach>) -> Finding {
    if let Some(given) = given {
        return match given.doubt() {
            Some(why) => Problem(why),
            None => Fine(format!("reach this machine at {given}")),
        };
    }
    match join::candidates().first() {
        Some(best) => {
            let others = join::others(&join::url(SocketAddr::new(best.ip, 0)));
            let address = best.ip;
            match (join::Hint::of(best), others.is_empty()) {
                (Some(hint), _) => Problem(format!("reach this machine at {address}, but {hint}")),
                (None, true) => Fine(format!("reach this machine at {address}")),
                (None, false) => Fine(format!(
                    "reach this machine at {address} (also at {}; --address chooses)",
                    others.join(", ")
                )),
            }
        }
        None => Problem(
            "this machine has no address on a network: phones cannot follow, everything else works"
                .to_owned(),
        ),
    }
}

fn localhost() -> Finding {
    match ("localhost", 0).to_socket_addrs() {
        Err(error) => Problem(format!("has no address: {error}; correct the hosts file")),
        Ok(mut known) => match known.all(|it| it.ip().is_loopback()) {
            true => Fine("is this machine".to_owned()),
            false => Problem("is another machine: correct the hosts file".to_owned()),
        },
    }
}

/// Checks that the clock runs: with a clock that stands or jumps, every demo would look frozen.
fn clock() -> Finding {
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
        true => Fine(format!("runs; the year is {year}")),
        false => Problem(format!(
            "the wall clock went {walked:?} in {went:?}, and the year is {year}: set the clock"
        )),
    }
}

/// The first of these programs that is in a folder of `PATH`.
fn on_the_path(names: &[&str]) -> Option<String> {
    let path = std::env::var_os("PATH")?;
    let found =
        |name: &&&str| std::env::split_paths(&path).any(|folder| folder.join(name).is_file());
    names.iter().find(found).map(|name| (*name).to_owned())
}

fn open_files(capacity: &Capacity) -> Finding {
    match (capacity.advice(), capacity.limit) {
        (Some(advice), _) => Problem(advice),
        (None, Some(limit)) => Fine(format!("{limit}: {} phones fit", capacity.phones)),
        (None, None) => Fine(format!("no limit: {} phones fit", capacity.phones)),
    }
}

fn browser() -> Finding {
    match (browser::find(), on_the_path(&["firefox"])) {
        (Some(program), _) => Fine(program.display().to_string()),
        (None, Some(_)) => Fine("firefox; Chromium and Chrome print better PDFs".to_owned()),
        (None, None) => Problem(
            "Chromium, Chrome or Edge was not found where this system installs it; any browser \
            can show the slides"
                .to_owned(),
        ),
    }
}

fn fonts() -> Finding {
    if cfg!(any(windows, target_os = "macos")) {
        return Fine("this system has a Korean font".to_owned());
    }
    let listed = std::process::Command::new("fc-list")
        .args([":lang=ko", "family"])
        .output();
    match listed {
        Ok(list) if !list.stdout.is_empty() => {
            let text = String::from_utf8_lossy(&list.stdout);
            Fine(format!(
                "Korean: {}",
                text.lines().next().unwrap_or_default()
            ))
        }
        Ok(_) => Problem("no Korean font; on Debian: apt install fonts-noto-cjk".to_owned()),
        Err(_) => Problem("cannot list fonts without fc-list; look at a Korean slide".to_owned()),
    }
}
