//! A stage as a presenter starts it, on free ports.

pub(crate) mod phones;
#[cfg(unix)]
pub(crate) mod place;
pub(crate) mod presenter;

use crate::kit::run;
use bots::program::Program;
use limited::Finished;
use std::{
    net::SocketAddr,
    process::Command,
    time::{Duration, Instant},
};

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
    pub(crate) fn line(&self, word: &str) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let stdout = self.program.stdout();
            if let Some(line) = stdout.lines().find(|line| line.contains(word)) {
                return line.to_owned();
            }
            assert!(Instant::now() < until, "no line has {word:?} in\n{stdout}");
            std::thread::sleep(Duration::from_millis(10));
        }
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
