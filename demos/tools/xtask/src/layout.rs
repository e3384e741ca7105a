//! The layout of the repository: its top level, what its members inherit, and names that no file
//! may contain.

use toml::Value;

use crate::Complaint;
use crate::tree::Tree;

/// The content of the top level besides dot files: all of these, and nothing else.
pub const TOP_LEVEL: [&str; 9] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "demos",
    "exercises",
    "slides",
    "solutions",
];

/// The keys that a member's `[package]` inherits from the workspace.
const INHERITED: [&str; 5] = ["version", "edition", "rust-version", "license", "publish"];

/// Checks that the top level has exactly the entries of [`TOP_LEVEL`], and dot files.
pub fn top_level(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let files = tree.files()?;
    let mut found: Vec<&str> = files
        .iter()
        .filter_map(|file| file.split('/').next())
        .collect();
    found.dedup();
    let is_foreign = |name: &&&str| !name.starts_with('.') && !TOP_LEVEL.contains(name);
    let foreign = found.iter().filter(is_foreign).map(|name| {
        format!("{name} is at the top level, which is fixed: move it into demos/ or slides/, or add it to .gitignore")
    });
    let missing = TOP_LEVEL.iter().filter(|name| !found.contains(name));
    let missing = missing.map(|name| {
        format!("{name} is missing at the top level (git does not keep an empty folder)")
    });
    Ok(foreign.chain(missing).collect())
}

/// Checks that every member inherits its lints and its `[package]` keys from the workspace.
pub fn inheritance(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let from_workspace = |value: Option<&Value>| {
        value
            .and_then(|value| value.get("workspace"))
            .and_then(Value::as_bool)
            == Some(true)
    };
    let mut complaints = Vec::new();
    for member in tree.members()? {
        let file = format!("{}/Cargo.toml", member.folder);
        if !from_workspace(member.manifest.get("lints")) {
            complaints.push(format!(
                "{file}: add `[lints]` with `workspace = true`, or the workspace's lints have no effect"
            ));
        }
        let package = member.manifest.get("package");
        for key in INHERITED {
            if !from_workspace(package.and_then(|package| package.get(key))) {
                complaints.push(format!(
                    "{file}: under [package] write `{key}.workspace = true`"
                ));
            }
        }
    }
    Ok(complaints)
}

/// Checks that no text file names a folder of one machine or, except for `Cargo.lock`, a package
/// registry.
pub fn machine_names(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    // Without the zero bytes, this file would be found.
    let homes = [
        "/ho\0me/",
        "/ro\0ot/",
        "/wo\0rk/",
        "/Us\0ers/",
        "C:\\Us\0ers",
    ]
    .map(|it| it.replace('\0', ""));
    let registry = "crates\0.io".replace('\0', "");
    let mut complaints = Vec::new();
    for file in tree.files()? {
        let Ok(text) = tree.read(&file) else { continue }; // Not text: a picture or a font.
        for (at, line) in text.lines().enumerate() {
            let home = homes.iter().find(|home| line.contains(home.as_str()));
            let registry =
                Some(&registry).filter(|it| file != "Cargo.lock" && line.contains(it.as_str()));
            if let Some(found) = home.or(registry) {
                let place = format!("{file}:{}", at + 1);
                complaints.push(format!(
                    "{place} says \"{found}\", which means nothing on another machine: remove it"
                ));
            }
        }
    }
    Ok(complaints)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn an_unknown_entry_and_a_missing_folder_at_the_top_are_found() {
        let mut files: Vec<_> = TOP_LEVEL
            .iter()
            .map(|name| (name.to_string(), ""))
            .collect();
        for folder in ["demos", "exercises", "slides", "solutions"] {
            files.retain(|(name, _)| name != folder);
            files.push((format!("{folder}/README.md"), ""));
        }
        files.push((".gitignore".to_string(), ""));
        files.push(("target/debug/thing".to_string(), ""));
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| (name.as_str(), *text))
            .collect();
        let fixture = Fixture::new(&files);
        assert_eq!(
            top_level(&fixture.tree()).expect("a tree"),
            Vec::<String>::new()
        );

        fixture.write("notes.txt", "");
        fs::remove_file(fixture.tree().path("exercises/README.md")).expect("the file existed");
        let complaints = top_level(&fixture.tree()).expect("a tree");
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("notes.txt is at the top level"));
        assert!(complaints[1].starts_with("exercises is missing"));
    }

    #[test]
    fn a_member_that_does_not_inherit_is_found() {
        let fixture = Fixture::new(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"demos/*\"]"),
            (
                "demos/a/Cargo.toml",
                "[package]\nname = \"a\"\nversion.workspace = true\nedition = \"2021\"",
            ),
        ]);
        let complaints = inheritance(&fixture.tree()).expect("a tree").join("\n");
        assert!(
            complaints.contains("demos/a/Cargo.toml: add `[lints]`"),
            "{complaints}"
        );
        assert!(
            complaints.contains("`edition.workspace = true`"),
            "{complaints}"
        );
        assert!(
            !complaints.contains("`version.workspace = true`"),
            "{complaints}"
        );
    }

    #[test]
    fn a_home_folder_and_a_registry_are_found_with_their_lines() {
        let home = format!("one\nsee /{}/ann/snack", "home");
        let registry = format!("index.{}.io", "crates");
        let fixture = Fixture::new(&[
            ("a.md", &home),
            ("b.md", &registry),
            ("Cargo.lock", &registry),
        ]);
        let complaints = machine_names(&fixture.tree()).expect("a tree");
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].starts_with("a.md:2 says"), "{complaints:?}");
        assert!(complaints[1].starts_with("b.md:1 says"), "{complaints:?}");
    }
}
