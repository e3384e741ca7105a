//! The version and the size of the installed Rust toolchain, which is not in the kit.

use super::command;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long `rustc` may take to answer.
const LIMIT: Duration = Duration::from_secs(20);

/// The components that a build needs.
const COMPONENTS: [&str; 3] = ["rustc", "cargo", "rust-std"];

/// The installed toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Toolchain {
    /// Such as `1.95.0`.
    pub(super) version: String,
    /// Its system, such as `x86_64-unknown-linux-gnu`.
    pub(super) host: String,
    /// The size on disk of `rustc`, `cargo` and `rust-std`. `None` if the toolchain does not list
    /// their files.
    pub(super) bytes: Option<u64>,
}

impl Toolchain {
    /// Asks `rustc`. `None` if that fails.
    pub(super) fn installed() -> Option<Toolchain> {
        let ask = |words: &[&str]| {
            let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
            let mut rustc = std::process::Command::new(rustc);
            command::line(rustc.args(words), LIMIT).ok()
        };
        let output = ask(&["--version", "--verbose"])?;
        let value = |key: &str| {
            let mut lines = output.lines();
            Some(
                lines
                    .find_map(|line| line.strip_prefix(key))?
                    .trim()
                    .to_owned(),
            )
        };
        let (version, host) = (value("release:")?, value("host:")?);
        let sysroot = PathBuf::from(ask(&["--print", "sysroot"])?);
        Some(Toolchain {
            bytes: size(&sysroot, &host),
            version,
            host,
        })
    }
}

/// The size of the files in `lib/rustlib/manifest-COMPONENT-HOST`, which the installer writes.
/// `None` if one of these lists or files is missing.
fn size(sysroot: &Path, host: &str) -> Option<u64> {
    let rustlib = sysroot.join("lib").join("rustlib");
    let mut files = BTreeSet::new();
    for component in COMPONENTS {
        let list = fs::read_to_string(rustlib.join(format!("manifest-{component}-{host}"))).ok()?;
        for line in list.lines() {
            let Some((kind, path)) = line.split_once(':') else {
                continue;
            };
            match kind {
                "dir" => files.extend(super::copy::files(&sysroot.join(path)).ok()?.into_values()),
                _ => {
                    files.insert(sysroot.join(path));
                }
            }
        }
    }
    files
        .iter()
        .map(|file| Some(fs::metadata(file).ok()?.len()))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::{super::scratch::Scratch, *};

    #[test]
    fn the_size_is_that_of_the_files_that_the_manifests_list() {
        let scratch = Scratch::new(&std::env::temp_dir()).expect("a folder");
        let put = |path: &str, text: &str| {
            let file = scratch.path().join(path);
            fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
            fs::write(file, text).expect("a file");
        };
        put("bin/rustc", "12345");
        put("bin/cargo", "123");
        put("share/doc/a", "1");
        put("share/doc/b", "1");
        put("share/other", "not listed");
        put("lib/rustlib/manifest-rustc-here", "file:bin/rustc\n");
        put(
            "lib/rustlib/manifest-cargo-here",
            "file:bin/cargo\nfile:bin/rustc\n",
        );
        assert_eq!(size(scratch.path(), "here"), None, "rust-std is not listed");
        put("lib/rustlib/manifest-rust-std-here", "dir:share/doc\n");
        assert_eq!(size(scratch.path(), "here"), Some(10));
    }
}
