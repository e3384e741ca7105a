//! Where the demos' binaries and recordings are, and the cargo command that builds them.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The folder of the recordings.
pub(crate) fn transcripts() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("transcripts")
}

/// The root of the repository, where an attendee types a command.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The cargo that started this program, or the one in `PATH`.
pub(crate) fn program() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The path of a step's binary: cargo puts it into the folder of this program.
pub(crate) fn binary(bin: &str) -> PathBuf {
    let here = env::current_exe().unwrap_or_default();
    here.with_file_name(format!("{bin}{}", env::consts::EXE_SUFFIX))
}

/// A cargo command with the target folder and the profile that this program was built with, so
/// that what it builds is at [`binary`].
pub(crate) fn cargo(words: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(words).current_dir(root()).stdin(Stdio::null());
    let here = env::current_exe().unwrap_or_default();
    let profile = here
        .parent()
        .and_then(|it| it.file_name())
        .map(|it| it.to_string_lossy().into_owned());
    if let Some(target) = here.parent().and_then(|it| it.parent()) {
        command.env("CARGO_TARGET_DIR", target);
    }
    if profile.as_deref() == Some("release") {
        command.arg("--release");
    }
    command
}
