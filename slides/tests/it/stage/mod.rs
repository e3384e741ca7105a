//! A stage as a presenter starts it, on free ports.

pub(crate) mod patience;
pub(crate) mod phones;
#[cfg(unix)]
pub(crate) mod place;
pub(crate) mod presenter;

use crate::kit::{Folder, run};
use bots::program::Program;
use limited::Finished;
use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// How long a line of the stage may take. One tells that the kit is made: that takes two seconds,
/// and much longer on a machine with several busy threads per core.
const LINE: Duration = Duration::from_secs(180);

/// Waits until the output so far has a whole line that contains `word`.
#[track_caller]
fn line_of(word: &str, output: impl Fn() -> String) -> String {
    let until = Instant::now() + LINE;
    loop {
        let output = output();
        let mut whole = output.split_inclusive('\n').filter(|it| it.ends_with('\n'));
        if let Some(line) = whole.find(|line| line.contains(word)) {
            return line.trim_end_matches(['\r', '\n']).to_owned();
        }
        assert!(Instant::now() < until, "no line has {word:?} in\n{output}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Builds a demo, as the stage does before it starts one. Afterwards the stage's own build takes no
/// time, so that it does not count against a test's timeout.
pub(crate) fn build(bin: &str) {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--bin", bin])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .status();
    assert!(status.expect("cargo starts").success());
}

/// Runs a stage that ends by itself: it refuses something, or only prints.
#[track_caller]
pub(crate) fn ended(words: &[&str]) -> Finished {
    let mut stage = Command::new(env!("CARGO_BIN_EXE_slides"));
    run(stage.args(words), Duration::from_secs(120))
}

/// The option for a deck that has one slide of each kind.
pub(crate) const DECK: [&str; 2] = ["--deck", concat!(env!("CARGO_MANIFEST_DIR"), "/tests/deck")];

/// The demo of [`lasting_deck`].
pub(crate) const LASTING: &str = "01-deadlock --bots 0";

/// A copy of the deck that has one slide of each kind, whose demo runs until it is stopped. That of
/// the deck freezes and ends by itself after some seconds, and a busy test may need longer.
pub(crate) fn lasting_deck() -> Folder {
    let folder = deck_copy("lasting");
    for language in ["en", "ko"] {
        let file = folder.path().join(language).join("01-all.md");
        let text = fs::read_to_string(&file).expect("a deck");
        let (bin, options) = LASTING.split_once(' ').expect("options");
        let command = format!("cargo run -p demo-{bin}");
        assert!(text.contains(&command), "no demo in {text}");
        let lasting = text.replace(&command, &format!("{command} -- {options}"));
        fs::write(file, lasting).expect("a deck");
    }
    folder
}

/// A copy of the deck that has one slide of each kind, which no other test has.
pub(crate) fn deck_copy(name: &str) -> Folder {
    let folder = Folder::new(name);
    for language in ["en", "ko"] {
        fs::create_dir_all(folder.path().join(language)).expect("a scratch folder");
        let file = Path::new(language).join("01-all.md");
        let from = Path::new(DECK[1]).join(&file);
        fs::copy(from, folder.path().join(&file)).expect("a copy");
    }
    folder
}

/// A running stage. Killed when dropped.
pub(crate) struct Stage {
    pub(crate) program: Program,
}

impl Stage {
    /// Starts a stage without a kit: preparing a kit takes seconds.
    pub(crate) fn open(more: &[&str]) -> Stage {
        let more = [more, &["--no-kit"]].concat();
        Stage::started(Program::start(env!("CARGO_BIN_EXE_slides"), &more))
    }

    #[cfg(unix)]
    /// Starts a stage at an address that is known before, so that it keeps its state.
    pub(crate) fn open_at(address: SocketAddr, more: &[&str]) -> Stage {
        let more = [more, &["--no-kit"]].concat();
        Stage::started(Program::start_at(
            address,
            env!("CARGO_BIN_EXE_slides"),
            &more,
        ))
    }

    /// Starts a stage whose deck has one slide of each kind.
    pub(crate) fn small(more: &[&str]) -> Stage {
        Stage::open(&[&DECK[..], more].concat())
    }

    /// Starts a stage with the deck in this folder.
    pub(crate) fn with_deck(folder: &Folder, more: &[&str]) -> Stage {
        let folder = folder.path().to_string_lossy();
        Stage::open(&[&["--deck", &folder], more].concat())
    }

    /// Starts a stage that hands out a kit, unless an option switches that off.
    pub(crate) fn with_a_kit(more: &[&str]) -> Stage {
        Stage::started(Program::start(env!("CARGO_BIN_EXE_slides"), more))
    }

    #[cfg(unix)]
    /// Starts a stage with `VARIABLE=value` in its environment.
    pub(crate) fn open_in(variables: &[&str], more: &[&str]) -> Stage {
        Stage::open_as(
            std::path::Path::new(env!("CARGO_BIN_EXE_slides")),
            variables,
            more,
        )
    }

    #[cfg(unix)]
    /// The same, for a copy of the program.
    pub(crate) fn open_as(program: &std::path::Path, variables: &[&str], more: &[&str]) -> Stage {
        let program = program.to_string_lossy();
        Stage::started(Program::start(
            "env",
            &[variables, &[&program], more].concat(),
        ))
    }

    fn started(program: Program) -> Stage {
        let stage = Stage { program };
        stage.line("Ctrl-C ends");
        stage
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.program.address()
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// Waits for a line that contains `word` on standard output.
    #[track_caller]
    pub(crate) fn line(&self, word: &str) -> String {
        line_of(word, || self.program.stdout())
    }

    /// Waits for a line that contains `word` on standard error.
    #[cfg(unix)]
    #[track_caller]
    pub(crate) fn complaint(&self, word: &str) -> String {
        line_of(word, || self.program.stderr())
    }

    /// Sends `-TERM` or `-INT`, waits until it has shut down, and returns its standard output.
    #[cfg(unix)]
    pub(crate) fn end(mut self, signal: &str) -> String {
        let pid = self.program.pid().to_string();
        let asked = Command::new("kill").args([signal, &pid]).status();
        assert!(asked.expect("kill starts").success());
        let ended = self.program.wait(Duration::from_secs(60));
        assert_eq!(ended.code, Some(0), "{ended}");
        ended.stdout
    }

    fn address_of(&self, word: &str) -> String {
        let line = self.line(word);
        line.split_whitespace()
            .last()
            .unwrap_or_default()
            .to_owned()
    }

    pub(crate) fn projector(&self) -> String {
        self.address_of("projector")
    }

    pub(crate) fn speaker(&self) -> String {
        self.address_of("speaker")
    }

    pub(crate) fn token(&self) -> String {
        self.projector()
            .rsplit('=')
            .next()
            .unwrap_or_default()
            .to_owned()
    }

    /// The address of the phones' listener on the loopback device.
    pub(crate) fn phones(&self) -> SocketAddr {
        let url = self.address_of("phones");
        let port = url
            .trim_end_matches('/')
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        SocketAddr::from((
            [127, 0, 0, 1],
            port.unwrap_or_else(|| panic!("no port in {url}")),
        ))
    }
}
