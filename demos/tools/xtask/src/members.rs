//! The packages of the workspace, read from their `Cargo.toml`.

use toml::{Table, Value};

use crate::Complaint;
use crate::tree::Tree;

/// A package of the workspace.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its folder under the root, such as `demos/support/snack`.
    pub folder: String,
    /// Its `Cargo.toml`.
    pub manifest: Table,
    has_main: bool,
}

impl Tree {
    /// Returns the packages of the workspace.
    pub fn members(&self) -> Result<Vec<Member>, Complaint> {
        let workspace = table(&self.read("Cargo.toml")?, "Cargo.toml")?;
        let members = workspace
            .get("workspace")
            .and_then(|it| it.get("members"))
            .and_then(Value::as_array);
        let members = members.ok_or("Cargo.toml names no `members` under [workspace]")?;
        let mut folders = Vec::new();
        for member in members.iter().filter_map(Value::as_str) {
            match member.strip_suffix("/*") {
                Some(parent) => folders.extend(
                    self.names_in(parent)?
                        .iter()
                        .map(|name| format!("{parent}/{name}")),
                ),
                None => folders.push(member.to_string()),
            }
        }
        folders.retain(|folder| self.path(folder).is_dir());
        folders
            .into_iter()
            .map(|folder| self.member(folder))
            .collect()
    }

    fn member(&self, folder: String) -> Result<Member, Complaint> {
        let file = format!("{folder}/Cargo.toml");
        let manifest = table(&self.read(&file)?, &file)?;
        let has_main = self.path(&format!("{folder}/src/main.rs")).is_file();
        Ok(Member {
            folder,
            manifest,
            has_main,
        })
    }
}

impl Member {
    /// Returns the package's name.
    pub fn package(&self) -> &str {
        self.manifest
            .get("package")
            .and_then(|it| it.get("name"))
            .and_then(Value::as_str)
            .unwrap_or("")
    }

    /// Returns its `default-run`.
    pub fn default_run(&self) -> Option<&str> {
        self.manifest.get("package")?.get("default-run")?.as_str()
    }

    /// Returns the root files of its library, its binaries and its benches.
    pub fn roots(&self, tree: &Tree) -> Result<Vec<String>, Complaint> {
        let mut roots = vec!["src/lib.rs".to_owned(), "src/main.rs".to_owned()];
        if self.manifest.get("lib").is_some() {
            let path = self.manifest["lib"].get("path").and_then(Value::as_str);
            roots.extend(path.map(str::to_owned));
        }
        for kind in ["bin", "bench"] {
            let targets = self.manifest.get(kind).and_then(Value::as_array);
            for target in targets.into_iter().flatten() {
                let path = target.get("path").and_then(Value::as_str);
                let name = target.get("name").and_then(Value::as_str);
                roots.extend(path.map(str::to_owned));
                roots.extend(name.map(|name| format!("benches/{name}/main.rs")));
            }
        }
        let binaries = format!("{}/src/bin", self.folder);
        if tree.path(&binaries).is_dir() {
            let names = tree.names_in(&binaries)?;
            roots.extend(names.iter().map(|name| format!("src/bin/{name}")));
        }
        let mut roots: Vec<String> = roots
            .iter()
            .map(|root| format!("{}/{root}", self.folder))
            .filter(|root| root.ends_with(".rs") && tree.path(root).is_file())
            .collect();
        roots.sort();
        roots.dedup();
        Ok(roots)
    }

    /// Returns the names of its binaries: those under `[[bin]]`, and its own name if none of them
    /// is `src/main.rs`.
    pub fn binaries(&self) -> Vec<&str> {
        let declared = self
            .manifest
            .get("bin")
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let text = |bin: &'_ Value, key| bin.get(key).and_then(Value::as_str).map(str::to_string);
        let main_is_declared = declared
            .iter()
            .any(|bin| text(bin, "path").is_some_and(|path| path == "src/main.rs"));
        let mut names: Vec<&str> = declared
            .iter()
            .filter_map(|bin| bin.get("name")?.as_str())
            .collect();
        if self.has_main && !main_is_declared {
            names.push(self.package());
        }
        names
    }
}

fn table(text: &str, file: &str) -> Result<Table, Complaint> {
    text.parse().map_err(|e| format!("{file}: {e}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn binaries_are_the_declared_ones_or_the_package_itself() {
        let fixture = Fixture::new(&[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"demos/*\", \"slides\"]",
            ),
            (
                "demos/a/Cargo.toml",
                "[package]\nname = \"a\"\n[[bin]]\nname = \"01-a\"\npath = \"src/main.rs\"",
            ),
            ("demos/a/src/main.rs", ""),
            ("slides/Cargo.toml", "[package]\nname = \"slides\""),
            ("slides/src/main.rs", ""),
        ]);
        let members = fixture.tree().members().expect("two members");
        let binaries: Vec<_> = members.iter().map(Member::binaries).collect();
        assert_eq!(binaries, [["01-a"], ["slides"]]);
    }
}
