//! Checks that the commands in the texts can work.

use crate::Complaint;
use crate::header;
use crate::members::Member;
use crate::steps::read_header;
use crate::tree::Tree;

/// Checks that each step's "Run it:" and "Prove it:" name its own package. With `-p` cargo fetches
/// only what that package needs, with `--bin` alone what every member of the workspace needs.
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

/// Checks that every `cargo` command in a Markdown file names a package and a binary that exist.
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
                // After `--` come the arguments of the program.
                let ours = words.split(|word| *word == "--").next().unwrap_or_default();
                complaints.extend(missing(&members, ours, &format!("{file}:{}", at + 1)));
            }
        }
    }
    Ok(complaints)
}

/// Checks that `cargo run` without a package starts the talk: only `slides` has a `default-run`.
pub fn starts_the_talk(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let mut complaints = Vec::new();
    for member in tree.members()? {
        let is_the_talk = member.package() == "slides";
        if member.default_run().is_some() != is_the_talk {
            let change = if is_the_talk { "add" } else { "remove" };
            complaints.push(format!(
                "{}/Cargo.toml: {change} `default-run`, or `cargo run` does not know which program to run",
                member.folder
            ));
        }
    }
    Ok(complaints)
}

/// Checks that the commands in Markdown files work on every system: Windows has no `diff`, and many
/// systems have no `nc`.
pub fn elsewhere(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let mut complaints = Vec::new();
    for file in tree.files()?.iter().filter(|file| file.ends_with(".md")) {
        let text = tree.read(file)?;
        let has_the_player = text.contains("cargo run -p player");
        for (at, line) in text.lines().enumerate() {
            let types = |program: &str| {
                line.contains(&format!("`{program} ")) || line.starts_with(&format!("$ {program} "))
            };
            if types("diff") {
                complaints.push(format!(
                    "{file}:{}: Windows has no `diff`: write `git diff --no-index`",
                    at + 1
                ));
            }
            if types("nc") && !has_the_player {
                complaints.push(format!(
                    "{file}:{}: many systems have no `nc`: name `cargo run -p player` too",
                    at + 1
                ));
            }
        }
    }
    Ok(complaints)
}

fn missing(members: &[Member], command: &[&str], place: &str) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let runs_no_target = command.starts_with(&["cargo", "run"])
        && !command.contains(&"--bin")
        && !command.contains(&"--example");
    if let Some(member) = header::option(command, "-p")
        .filter(|_| runs_no_target)
        .and_then(|it| members.iter().find(|m| m.package() == it))
        && member.binaries().len() > 1
        && member.default_run().is_none()
    {
        complaints.push(format!(
            "{place}: `{}`: {} has {} programs, so name one: --bin {}",
            command.join(" "),
            member.package(),
            member.binaries().len(),
            member.binaries()[0]
        ));
    }
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
    fn a_header_with_the_commands_of_another_step_is_found() {
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
    fn a_package_with_two_programs_needs_the_name_of_one() {
        let fixture = ladder();
        let manifest = fixture
            .tree()
            .read("demos/02-b/Cargo.toml")
            .expect("a manifest");
        let second = "\n[[bin]]\nname = \"02-c\"\npath = \"src/c.rs\"\n";
        fixture.write("demos/02-b/Cargo.toml", &(manifest + second));
        fixture.write(
            "README.md",
            "`cargo run -p demo-02-b --bin 02-c -- 1` `cargo run -p demo-02-b -- --bin`\n",
        );
        let complaints = in_markdown(&fixture.tree()).expect("a ladder");
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(
            complaints[0].contains("has 2 programs, so name one: --bin 02-"),
            "{complaints:?}"
        );
    }

    #[test]
    fn a_second_default_run_is_found() {
        let fixture = Fixture::new(&[
            (
                "Cargo.toml",
                "[workspace]\nmembers = [\"demos/*\", \"slides\"]",
            ),
            (
                "demos/a/Cargo.toml",
                "[package]\nname = \"a\"\ndefault-run = \"b\"",
            ),
            ("slides/Cargo.toml", "[package]\nname = \"slides\""),
        ]);
        let complaints = starts_the_talk(&fixture.tree())
            .expect("two members")
            .join("\n");
        assert!(
            complaints.contains("demos/a/Cargo.toml: remove `default-run`"),
            "{complaints}"
        );
        assert!(
            complaints.contains("slides/Cargo.toml: add `default-run`"),
            "{complaints}"
        );
        fixture.write("demos/a/Cargo.toml", "[package]\nname = \"a\"");
        fixture.write(
            "slides/Cargo.toml",
            "[package]\nname = \"slides\"\ndefault-run = \"slides\"",
        );
        assert!(
            starts_the_talk(&fixture.tree())
                .expect("two members")
                .is_empty()
        );
    }

    #[test]
    fn a_command_that_some_systems_lack_is_found() {
        let fixture = ladder();
        fixture.write("README.md", "`git diff --no-index a b`, `nc 127.0.0.1 7001`\n```console\n$ diff -ru a b\n```\nand `diff -u a b`\n");
        fixture.write(
            "demos/READ.md",
            "`cargo run -p player` or `nc 127.0.0.1 7001`\n",
        );
        let complaints = elsewhere(&fixture.tree()).expect("a ladder");
        assert_eq!(
            complaints,
            [
                "README.md:1: many systems have no `nc`: name `cargo run -p player` too",
                "README.md:3: Windows has no `diff`: write `git diff --no-index`",
                "README.md:5: Windows has no `diff`: write `git diff --no-index`",
            ]
        );
    }

    #[test]
    fn an_unknown_binary_in_a_readme_is_found() {
        let fixture = ladder();
        fixture.write("README.md", "`cargo run --bin 01-a -- -p 5`, then\n`cargo run --bin 07-z` or `cargo test -p demo-02-b`\n");
        let complaints = all(&fixture);
        assert_eq!(
            complaints,
            ["README.md:2: `cargo run --bin 07-z`: there is no binary 07-z"]
        );
    }
}
