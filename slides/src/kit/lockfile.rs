//! Reads `Cargo.lock`: the crates that come from a registry, with their checksums. By hand, because
//! cargo writes the file in one form only; a crate for all of TOML would slow the stage's build.

use super::error::KitError;

/// A crate in the lock file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Locked {
    pub(super) name: String,
    pub(super) version: String,
    /// The SHA-256 of its `.crate` file.
    pub(super) checksum: String,
}

impl Locked {
    /// The name of its file, both in cargo's cache and in a local registry.
    pub(super) fn file(&self) -> String {
        format!("{}-{}.crate", self.name, self.version)
    }
}

/// Parses a lock file. Members of the workspace have no checksum and are left out.
///
/// # Errors
/// A crate does not come from a registry, or its name cannot be a file's name.
pub(super) fn parse(text: &str) -> Result<Vec<Locked>, KitError> {
    let mut crates = Vec::new();
    for block in text.split("[[package]]").skip(1) {
        let value = |key: &str| {
            let mut lines = block.lines();
            let found = lines.find_map(|line| line.strip_prefix(key)?.strip_prefix(" = \""));
            found.and_then(|rest| rest.strip_suffix('"'))
        };
        let (Some(name), Some(version)) = (value("name"), value("version")) else {
            return Err(KitError::Odd(
                "Cargo.lock has a package without a name or a version".to_owned(),
            ));
        };
        let (source, checksum) = (value("source"), value("checksum"));
        match (source, checksum) {
            (None, None) => {}
            (Some(_), Some(checksum)) if plain(name) && plain(version) && plain(checksum) => {
                crates.push(Locked {
                    name: name.to_owned(),
                    version: version.to_owned(),
                    checksum: checksum.to_owned(),
                });
            }
            _ => {
                return Err(KitError::Odd(format!(
                    "Cargo.lock has {name} {version} without a checksum: a kit can hold only \
                    crates of a registry"
                )));
            }
        }
    }
    Ok(crates)
}

/// Whether a word can be a part of a file's name, as in every real lock file.
fn plain(word: &str) -> bool {
    let fine = |it: char| it.is_ascii_alphanumeric() || "-_.+".contains(it);
    !word.is_empty() && !word.starts_with('.') && word.chars().all(fine)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBER: &str = "version = 4\n\n[[package]]\nname = \"bots\"\nversion = \"0.1.0\"\n";

    fn with(package: &str) -> Result<Vec<Locked>, KitError> {
        parse(&format!("{MEMBER}\n[[package]]\n{package}"))
    }

    #[test]
    fn crates_are_parsed_and_members_are_left_out() {
        let crates = with(
            "name = \"lexopt\"\nversion = \"0.3.1\"\nsource = \"registry+x\"\nchecksum = \
            \"ab\"\ndependencies = [\n \"a\",\n]\n",
        );
        let crates = crates.expect("a lock file");
        assert_eq!(crates.len(), 1);
        assert_eq!(crates[0].file(), "lexopt-0.3.1.crate");
    }

    #[test]
    fn a_crate_without_registry_or_with_a_path_in_its_name_is_refused() {
        for package in [
            "name = \"x\"\nversion = \"1.0.0\"\nsource = \"git+x\"\n",
            "name = \"../x\"\nversion = \"1.0.0\"\nsource = \"registry+x\"\nchecksum = \"ab\"\n",
            "name = \"x\"\nversion = \"1/0\"\nsource = \"registry+x\"\nchecksum = \"ab\"\n",
            "version = \"1.0.0\"\n",
        ] {
            assert!(with(package).is_err(), "{package}");
        }
    }
}
