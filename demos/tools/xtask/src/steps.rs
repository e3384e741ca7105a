//! The files of the steps. Every step of the ladder has the same files; the last step needs only a
//! README.

use crate::Complaint;
use crate::header;
use crate::tree::{FINALE, Step, Tree};

/// The files of every step. The header of `src/lib.rs` names any other file under `src/`; the name
/// `net.rs` includes its modules `net/…`.
pub const FILES: [&str; 11] = [
    "README.md",
    "mutants.toml",
    "src/lib.rs",
    "src/main.rs",
    "src/proof.rs",
    "src/room.rs",
    "src/scenarios.rs",
    "src/server.rs",
    "src/session.rs",
    "src/sync.rs",
    "tests/play.rs",
];

/// Checks that every step has the [`FILES`] or compiles those of another step, and has no other
/// file under `src/` that its header does not name.
pub fn same_files(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let mut complaints = Vec::new();
    for step in tree.steps()?.iter().filter(|step| step.number >= FINALE) {
        if !tree.path(&format!("{}/README.md", step.folder())).is_file() {
            let folder = step.folder();
            complaints.push(format!("{folder}/README.md is missing: every step has one"));
        }
    }
    for step in tree.ladder()? {
        let files = files_of(tree, &step)?;
        let is_missing = |name: &&&str| !tree.path(&tree.file_of(&step, name)).is_file();
        for missing in FILES.iter().filter(is_missing) {
            complaints.push(format!(
                "{}/{missing} is missing: every step has it",
                step.folder()
            ));
        }
        let named = header::source_files(&read_header(tree, &step)?);
        for file in files.iter().filter(|file| !FILES.contains(&file.as_str())) {
            if let Some(name) = file
                .strip_prefix("src/")
                .filter(|name| !named.iter().any(|it| covers(it, name)))
            {
                let folder = step.folder();
                complaints.push(format!(
                    "{folder}/{file} is not in the other steps: name `{name}` in {folder}/src/lib.rs"
                ));
            }
        }
    }
    Ok(complaints)
}

/// Whether the name `named` includes `file`: it is that file, or one of its modules.
pub(crate) fn covers(named: &str, file: &str) -> bool {
    let is_module = |folder: &str| {
        file.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    named == file || named.strip_suffix(".rs").is_some_and(is_module)
}

/// Returns the files of a step, relative to its folder.
pub(crate) fn files_of(tree: &Tree, step: &Step) -> Result<Vec<String>, Complaint> {
    let folder = format!("{}/", step.folder());
    Ok(tree
        .files()?
        .iter()
        .filter_map(|file| file.strip_prefix(&folder))
        .map(str::to_string)
        .collect())
}

/// Returns the text of a step's header.
pub(crate) fn read_header(tree: &Tree, step: &Step) -> Result<String, Complaint> {
    Ok(header::of(
        &tree.read(&format!("{}/src/lib.rs", step.folder()))?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::ladder;

    #[test]
    fn an_extra_file_and_a_missing_one_are_found() {
        let fixture = ladder();
        fixture.write("demos/02-b/src/net/wire.rs", "");
        fixture.write("demos/08-game/src/lib.rs", "");
        std::fs::remove_file(fixture.tree().path("demos/02-b/tests/play.rs"))
            .expect("the file existed");
        let complaints = same_files(&fixture.tree()).expect("a ladder").join("\n");
        assert!(
            complaints.contains("demos/02-b/tests/play.rs is missing"),
            "{complaints}"
        );
        assert!(
            complaints.contains("demos/02-b/src/net/wire.rs is not in the other steps"),
            "{complaints}"
        );
        let game = "demos/08-game/README.md is missing";
        assert!(complaints.contains(game), "{complaints}");
        assert!(!complaints.contains("08-game/src"), "{complaints}");
    }

    #[test]
    fn the_name_of_a_module_includes_its_files() {
        for (named, file, is_covered) in [
            ("net.rs", "net.rs", true),
            ("net.rs", "net/wire.rs", true),
            ("net.rs", "nets/wire.rs", false),
            ("net/wire.rs", "net/line.rs", false),
        ] {
            assert_eq!(covers(named, file), is_covered, "{named} and {file}");
        }
    }
}
