//! The compiler itself failed, or another part of the machine: nothing that the learner wrote. So
//! nothing is said about the answer, but what the tool said, and what to do.

use std::ffi::OsStr;
use std::fmt;
use std::process::ExitStatus;

/// How many lines of a tool's words are shown: the first ones say what is wrong.
const SHOWN: usize = 12;

/// Why a tool failed, if its words say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// There is no such program.
    NoProgram,
    /// rustup has no such toolchain, or one without a compiler.
    NoToolchain,
    NoLinker,
    DiskFull,
    ReadOnly,
    /// `-C panic=abort`: the judge must catch panics.
    PanicAbort,
    /// The libraries are gone, or were built by another compiler.
    Libraries,
    /// A signal ended it.
    Killed,
    Unknown,
}

/// A tool that failed.
#[derive(Debug)]
pub(crate) struct MachineError {
    /// The program: `rustc`, `cargo`.
    pub(crate) tool: &'static str,
    pub(crate) cause: Cause,
    /// What it said itself.
    pub(crate) words: String,
}

impl MachineError {
    /// A tool that could not be started.
    pub(crate) fn no_start(
        tool: &'static str,
        program: &OsStr,
        error: &std::io::Error,
    ) -> MachineError {
        let words = format!("{} cannot be started: {error}", program.display());
        let cause = match error.kind() {
            std::io::ErrorKind::NotFound => Cause::NoProgram,
            _ => Cause::of(&words),
        };
        MachineError { tool, cause, words }
    }

    /// A tool that ended with this status, after these words.
    pub(crate) fn ended(tool: &'static str, status: ExitStatus, words: &str) -> MachineError {
        let words = words.trim();
        let cause = match Cause::of(words) {
            Cause::Unknown if status.code().is_none() => Cause::Killed,
            cause => cause,
        };
        let words = match words {
            "" => format!("{tool} said nothing, and ended with {status}"),
            words => words.to_owned(),
        };
        MachineError { tool, cause, words }
    }
}

impl Cause {
    /// Finds the cause in a tool's words.
    fn of(words: &str) -> Cause {
        let said = |all: &[&str]| all.iter().any(|it| words.contains(it));
        match () {
            () if said(&[
                "No space left on device",
                "not enough space",
                "Disk quota exceeded",
            ]) =>
            {
                Cause::DiskFull
            }
            () if said(&[
                "Read-only file system",
                "Permission denied",
                "Access is denied",
            ]) =>
            {
                Cause::ReadOnly
            }
            () if said(&["panic strategy", "panic runtime"]) => Cause::PanicAbort,
            () if said(&[
                "linker `",
                "error: linking with",
                "could not exec the linker",
            ]) =>
            {
                Cause::NoLinker
            }
            () if said(&[
                "is not installed",
                "invalid toolchain",
                "no default is configured",
                "override toolchain",
                "not applicable to the",
            ]) =>
            {
                Cause::NoToolchain
            }
            () if said(&["could not execute process", "never executed"]) => Cause::NoProgram,
            () if said(&[
                "can't find crate",
                "extern location for",
                "incompatible version of rustc",
            ]) || said(&["found invalid metadata", "possibly newer version of crate"]) =>
            {
                Cause::Libraries
            }
            () => Cause::Unknown,
        }
    }

    /// Returns what a learner can do about it.
    pub(crate) fn advice(self) -> &'static str {
        match self {
            Cause::NoProgram => {
                "Is Rust installed, and in PATH? https://rustup.rs installs it. If RUSTC or CARGO is \
                 set, it must name a program that exists."
            }
            Cause::NoToolchain => {
                "`rustup toolchain list` shows what is installed; RUSTUP_TOOLCHAIN or a file \
                 rust-toolchain may ask for another one. `rustup toolchain install stable` installs \
                 the usual one."
            }
            Cause::NoLinker => {
                "Rust needs a C compiler to link. Debian and Ubuntu: apt install gcc. Fedora: dnf \
                 install gcc. macOS: xcode-select --install. Windows: the Build Tools for Visual \
                 Studio."
            }
            Cause::DiskFull => {
                "Make room on the disk, or let CARGO_TARGET_DIR name a folder on another one."
            }
            Cause::ReadOnly => {
                "Let CARGO_TARGET_DIR name a folder in which you may write and run programs."
            }
            Cause::PanicAbort => {
                "The judge catches panics, and with panic=abort nothing can. Take it out of \
                 RUSTFLAGS, CARGO_PROFILE_DEV_PANIC and cargo's configuration, and start learn \
                 again."
            }
            Cause::Libraries => {
                "The judge's libraries are gone, or another compiler built them. Start learn again \
                 with `cargo run -p learn`, which builds them."
            }
            Cause::Killed => {
                "Something ended it: a limit on memory or on the size of a file (`ulimit -a` shows \
                 them), or a full disk."
            }
            Cause::Unknown => {
                "Does `cargo build -p judge` work? If so, please report this as a bug of learn."
            }
        }
    }
}

impl fmt::Display for MachineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match (self.tool, self.cause) {
            ("cargo", Cause::Unknown) => "the judge could not be built",
            _ => "the compiler itself failed",
        };
        writeln!(f, "{what}: your answer was not judged. {} said:", self.tool)?;
        writeln!(f)?;
        let lines: Vec<&str> = self.words.lines().collect();
        for line in lines.iter().take(SHOWN) {
            writeln!(f, "> {line}")?;
        }
        if lines.len() > SHOWN {
            writeln!(f, "> … ({} more lines)", lines.len() - SHOWN)?;
        }
        writeln!(f)?;
        write!(f, "{}", self.cause.advice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words as the tools say them.
    #[test]
    fn the_cause_is_found_in_the_tools_own_words() {
        for (words, cause) in [
            ("error: linker `cc` not found", Cause::NoLinker),
            (
                "error: linking with `cc` failed: exit status: 1",
                Cause::NoLinker,
            ),
            (
                "error: the crate `lanes` requires panic strategy `abort` which is incompatible \
                 with this crate's strategy of `unwind`",
                Cause::PanicAbort,
            ),
            (
                "error: toolchain '1.2.3-x86_64-unknown-linux-gnu' is not installed",
                Cause::NoToolchain,
            ),
            (
                "error: rustup could not choose a version of rustc to run, because one wasn't \
                 specified explicitly, and no default is configured.",
                Cause::NoToolchain,
            ),
            (
                "error: invalid toolchain: the path '/opt/rust' has no bin/ directory",
                Cause::NoToolchain,
            ),
            (
                "error: 'rustc' is not installed for the toolchain 'x'",
                Cause::NoToolchain,
            ),
            (
                "error: could not write output to a.o: No space left on device",
                Cause::DiskFull,
            ),
            (
                "error: couldn't create a temp dir: Read-only file system (os error 30)",
                Cause::ReadOnly,
            ),
            (
                "error[E0463]: can't find crate for `loom` which `lanes` depends on",
                Cause::Libraries,
            ),
            (
                "error[E0514]: found crate `judge` compiled by an incompatible version of rustc",
                Cause::Libraries,
            ),
            (
                "error: could not execute process `/nowhere -vV` (never executed)",
                Cause::NoProgram,
            ),
            ("thread 'rustc' panicked at compiler/x.rs", Cause::Unknown),
        ] {
            assert_eq!(Cause::of(words), cause, "{words}");
        }
    }
}
