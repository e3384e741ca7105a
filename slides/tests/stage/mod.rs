//! The stage as a presenter starts it, on ports of its own.

// Each test uses what it needs.
#![allow(dead_code)]

pub(crate) mod phones;
pub(crate) mod presenter;

use bots::program::Program;
use std::{
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

/// Builds a demo as the stage does before it starts it. That takes as long as it takes, and is no
/// part of what a test waits for.
pub(crate) fn built(bin: &str) {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--bin", bin])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .args((!cfg!(debug_assertions)).then_some("--release"))
        .status();
    assert!(built.expect("cargo is here").success());
}

/// A running stage. Killed when dropped.
pub(crate) struct Stage {
    program: Program,
}

impl Stage {
    pub(crate) fn open(more: &[&str]) -> Stage {
        let more = [more, &["--no-kit"]].concat();
        Stage::begun(Program::start(env!("CARGO_BIN_EXE_slides"), &more))
    }

    /// One that hands out a kit, as it does unless it is switched off. Preparing it costs seconds
    /// that other tests need not pay.
    pub(crate) fn with_a_kit(more: &[&str]) -> Stage {
        Stage::begun(Program::start(env!("CARGO_BIN_EXE_slides"), more))
    }

    /// Somewhere else: with `VARIABLE=value` in its surroundings.
    pub(crate) fn open_in(variables: &[&str], more: &[&str]) -> Stage {
        Stage::open_as(Path::new(env!("CARGO_BIN_EXE_slides")), variables, more)
    }

    /// The same, and from a copy of the program.
    pub(crate) fn open_as(program: &Path, variables: &[&str], more: &[&str]) -> Stage {
        let program = program.to_string_lossy();
        Stage::begun(Program::start(
            "env",
            &[variables, &[&program], more].concat(),
        ))
    }

    /// The same, in a shell that allows so many open files.
    pub(crate) fn open_under(files: u32, more: &[&str]) -> Stage {
        let limit = format!("ulimit -n {files}; exec \"$@\"");
        let first = ["-c", &limit, "sh", env!("CARGO_BIN_EXE_slides")];
        Stage::begun(Program::start("sh", &[&first, more].concat()))
    }

    /// What it said on standard error until now.
    pub(crate) fn stderr(&self) -> String {
        self.program.stderr()
    }

    fn begun(program: Program) -> Stage {
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

    /// The line of what it printed that holds `word`.
    pub(crate) fn line(&self, word: &str) -> String {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let said = self.program.stdout();
            if let Some(line) = said.lines().find(|line| line.contains(word)) {
                return line.to_owned();
            }
            assert!(Instant::now() < until, "nothing with {word:?} in\n{said}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Whether a line of what it printed until now holds `word`.
    pub(crate) fn has_said(&self, word: &str) -> bool {
        self.program.stdout().contains(word)
    }

    /// Asks it to end as `kill` does, and waits until it has.
    #[cfg(unix)]
    pub(crate) fn end(mut self) {
        let pid = self.program.pid().to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(asked.expect("there is kill").success());
        let ended = self.program.wait(Duration::from_secs(60));
        assert_eq!(ended.code, Some(0), "{ended}");
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

    /// The phones' listener, by way of this machine itself.
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
