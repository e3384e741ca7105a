//! The commands that the texts show, and whether they can work.

use crate::Complaint;
use crate::header;
use crate::members::Member;
use crate::steps::read_header;
use crate::tree::Tree;

/// Each step's "Run it:" and "Prove it:" name its own package: `-p` fetches what that package needs, `--bin` alone what
/// every member of the workspace needs.
pub fn in_headers(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let members = tree.members()?;
    let mut complaints = Vec::new();
    for step in tree.steps()? {
        let text = read_header(tree, &step)?;
        let place = format!("{}/src/lib.rs", step.folder());
        let run = header::command(&text, "Run it:").unwrap_or_default();
        if !run.starts_with(&["cargo", "run"])
            || header::option(&run, "-p") != Some(&step.package())
        {
            complaints.push(format!(
                "{place} must say \"Run it: `cargo run -p {}`.\"",
                step.package()
            ));
        }
        let prove = header::command(&text, "Prove it:").unwrap_or_default();
        if !prove.starts_with(&["cargo", "test"])
            || header::option(&prove, "-p") != Some(&step.package())
        {
            complaints.push(format!(
                "{place} must say \"Prove it: `cargo test -p {}`.\"",
                step.package()
            ));
        }
        complaints.extend(missing(&members, &run, &place));
        complaints.extend(missing(&members, &prove, &place));
    }
    Ok(complaints)
}

/// Every `cargo` command in a markdown file names a package and a binary that exist.
pub fn in_markdown(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let members = tree.members()?;
    let mut complaints = Vec::new();
    for file in tree.files()?.iter().filter(|file| file.ends_with(".md")) {
        for (at, line) in tree.read(file)?.lines().enumerate() {
            for (start, _) in line.match_indices("cargo ") {
                let end = line[start..]
                    .find(['`', '#', '|', ';', '&'])
                    .map_or(line.len(), |length| start + length);
                let words: Vec<&str> = line[start..end].split_whitespace().collect();
                let ours = words.split(|word| *word == "--").next().unwrap_or_default(); // The rest is the program's.
                complaints.extend(missing(&members, ours, &format!("{file}:{}", at + 1)));
            }
        }
    }
    Ok(complaints)
}

fn missing(members: &[Member], command: &[&str], place: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    if let Some(package) =
        header::option(command, "-p").filter(|it| !members.iter().any(|m| m.package() == *it))
    {
        complaints.push(format!(
            "{place}: `{}`: there is no package {package}",
            command.join(" ")
        ));
    }
    if let Some(binary) = header::option(command, "--bin")
        .filter(|it| !members.iter().any(|m| m.binaries().contains(it)))
    {
        complaints.push(format!(
            "{place}: `{}`: there is no binary {binary}",
            command.join(" ")
        ));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, ONE, ladder};

    fn all(fixture: &Fixture) -> Vec<String> {
        let tree = fixture.tree();
        [in_headers(&tree), in_markdown(&tree)]
            .into_iter()
            .flat_map(|it| it.expect("a ladder"))
            .collect()
    }

    #[test]
    fn a_header_with_another_steps_commands_is_told() {
        let fixture = ladder();
        fixture.write(
            "demos/02-b/src/lib.rs",
            &ONE.replace("-p demo-01-a", "-p demo-09-z"),
        );
        let complaints = all(&fixture).join("\n");
        assert!(
            complaints.contains("must say \"Run it: `cargo run -p demo-02-b`.\""),
            "{complaints}"
        );
        assert!(
            complaints.contains("there is no package demo-09-z"),
            "{complaints}"
        );
    }

    #[test]
    fn a_command_in_a_readme_that_cannot_work_is_told() {
        let fixture = ladder();
        fixture.write("README.md", "`cargo run --bin 01-a -- -p 5`, then\n`cargo run --bin 07-z` or `cargo test -p demo-02-b`\n");
        let complaints = all(&fixture);
        assert_eq!(
            complaints,
            ["README.md:2: `cargo run --bin 07-z`: there is no binary 07-z"]
        );
    }
}
