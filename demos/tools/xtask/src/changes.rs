//! Compares a step's header with the files that the step changed.

use crate::Complaint;
use crate::header;
use crate::steps::{covers, files_of, read_header};
use crate::tree::{Step, Tree};

/// Checks that each step's "Changed since step N:" names exactly the files under `src/` that differ
/// from the step before.
///
/// These do not count as differences: the names, numbers and ports of the step and its neighbours;
/// the headers of `lib.rs` and `main.rs`; the modules in `lib.rs`; `title` and `cure` in `main.rs`.
/// A proof (`proof.rs`, `proof/…`, `scenarios.rs`) may differ without being named. The last step is
/// not compared.
pub fn headers(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let steps = tree.steps()?;
    let mut complaints = Vec::new();
    for pair in tree.ladder()?.windows(2) {
        let [before, step] = pair else {
            unreachable!("windows of two")
        };
        let place = format!("{}/src/lib.rs", step.folder());
        let Some((number, named)) = header::changes(&read_header(tree, step)?) else {
            complaints.push(format!(
                "{place} must say \"Changed since step {}: `room.rs` (how).\"",
                before.number
            ));
            continue;
        };
        if number != before.number {
            complaints.push(format!(
                "{place} names step {number}; the step before is {}",
                before.number
            ));
        }
        let differing = differences(tree, &steps, before, step)?;
        for name in named
            .iter()
            .filter(|name| !differing.iter().any(|(it, _)| it == *name))
        {
            complaints.push(format!(
                "{place} names `{name}`, which is the same as step {number}'s: leave it out"
            ));
        }
        let is_proof =
            |name: &str| ["proof.rs", "scenarios.rs"].contains(&name) || name.starts_with("proof/");
        for (name, how) in differing
            .iter()
            .filter(|(name, _)| !named.iter().any(|it| covers(it, name)) && !is_proof(name))
        {
            let before = before.number;
            complaints.push(format!(
                "{place} does not name `{name}`, which differs from step {before}'s: {how}"
            ));
        }
    }
    Ok(complaints)
}

/// Returns the files under `src/` that differ, each with its first difference.
fn differences(
    tree: &Tree,
    steps: &[Step],
    before: &Step,
    step: &Step,
) -> Result<Vec<(String, String)>, Complaint> {
    let mut files = files_of(tree, before)?;
    files.extend(files_of(tree, step)?);
    files.sort();
    files.dedup();
    let mut differing = Vec::new();
    for name in files.iter().filter_map(|file| file.strip_prefix("src/")) {
        let text = |of: &Step| {
            let source = tree.read(&tree.file_of(of, &format!("src/{name}"))).ok()?;
            Some(normalised(&source, name, steps, of))
        };
        let how = match (text(before), text(step)) {
            (Some(old), Some(new)) if old == new => continue,
            (Some(old), Some(new)) => first_difference(&old, &new),
            (None, _) => "it is new".to_string(),
            (_, None) => "it is missing".to_string(),
        };
        differing.push((name.to_string(), how));
    }
    Ok(differing)
}

fn first_difference(old: &str, new: &str) -> String {
    let (mut old, mut new) = (old.lines(), new.lines());
    loop {
        match (old.next(), new.next()) {
            (Some(old), Some(new)) if old == new => {}
            (old, new) => {
                let [old, new] = [old, new].map(|line| line.unwrap_or("(the end)").trim());
                return format!("\"{new}\" where it was \"{old}\"");
            }
        }
    }
}

/// Replaces names, numbers and ports by words that are the same in every step.
fn normalised(source: &str, file: &str, steps: &[Step], step: &Step) -> String {
    let mut text = match file {
        "lib.rs" => without_modules(header::below(source)),
        "main.rs" => without_words(
            without_words(header::below(source).to_string(), "title: \""),
            "cure: \"",
        ),
        _ => source.to_string(),
    };
    let number = step.number;
    for (number, word) in [
        (number.wrapping_sub(1), "before"),
        (number, "here"),
        (number + 1, "next"),
    ] {
        if let Some(Step { name, .. }) = steps.iter().find(|step| step.number == number) {
            text = text
                .replace(name, word)
                .replace(&name.replace('-', "_"), word);
        }
        for label in [
            format!("Step {number}"),
            format!("step {number}"),
            format!("{}", number.saturating_add(7000)),
        ] {
            text = replace_number(&text, &label, word);
        }
    }
    text
}

/// Removes lines such as `mod room;`, with the attributes and comments above them.
fn without_modules(code: &str) -> String {
    let (mut kept, mut above) = (String::new(), String::new());
    for line in code.split_inclusive('\n') {
        if line.starts_with("#[") || line.starts_with("// ") {
            above += line; // They belong to the next line of code.
            continue;
        }
        let is_module = line.contains("mod ") && line.trim_end().ends_with(';');
        let above = std::mem::take(&mut above);
        if !is_module {
            kept += &above;
            kept += line;
        }
    }
    kept + &above
}

/// Replaces `step 1`, but not the beginning of `step 10`.
fn replace_number(text: &str, label: &str, word: &str) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((ahead, behind)) = rest.split_once(label) {
        let is_longer = ahead.ends_with(|c: char| c.is_ascii_digit())
            || behind.starts_with(|c: char| c.is_ascii_digit());
        result = result + ahead + if is_longer { label } else { word };
        rest = behind;
    }
    result + rest
}

/// Empties the string literal that begins with `start`.
fn without_words(text: String, start: &str) -> String {
    let Some((ahead, behind)) = text.split_once(start) else {
        return text;
    };
    let mut escaped = false;
    let end = behind.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    });
    format!("{ahead}{start}{}", &behind[end.unwrap_or(behind.len())..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, TWO, ladder};

    fn all(fixture: &Fixture) -> Vec<String> {
        headers(&fixture.tree()).expect("a ladder")
    }

    #[test]
    fn names_numbers_ports_and_cures_do_not_count() {
        assert_eq!(all(&ladder()), Vec::<String>::new());
    }

    #[test]
    fn a_change_that_is_not_named_is_found_with_its_first_line() {
        let fixture = ladder();
        fixture.write("demos/02-b/src/session.rs", "not the same\n");
        fixture.write("demos/02-b/src/main.rs", "fn main() {}\n");
        let complaints = all(&fixture);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(
            complaints[0].contains("does not name `main.rs`"),
            "{complaints:?}"
        );
        let session = "does not name `session.rs`, which differs from step 1's: \"not the same\" where it was \"the same\"";
        assert!(complaints[1].ends_with(session), "{complaints:?}");
    }

    #[test]
    fn a_file_that_is_named_without_a_change_is_found() {
        let fixture = ladder();
        fixture.write(
            "demos/02-b/src/lib.rs",
            &TWO.replace("(all)", "(all), `sync.rs`"),
        );
        assert_eq!(all(&fixture).len(), 1, "{:?}", all(&fixture));
        assert!(all(&fixture)[0].contains("names `sync.rs`, which is the same as step 1's"));
    }

    #[test]
    fn a_new_file_and_a_header_without_the_sentence_are_found() {
        let fixture = ladder();
        fixture.write("demos/02-b/src/net/wire.rs", "");
        let said = "does not name `net/wire.rs`, which differs from step 1's: it is new";
        assert!(all(&fixture)[0].ends_with(said), "{:?}", all(&fixture));
        fixture.write("demos/02-b/src/lib.rs", "//! Step 2.\n");
        let said = "must say \"Changed since step 1: `room.rs` (how).\"";
        assert!(all(&fixture)[0].ends_with(said), "{:?}", all(&fixture));
        fixture.write(
            "demos/02-b/src/lib.rs",
            &TWO.replace("since step 1", "since step 7"),
        );
        let said = "names step 7; the step before is 1";
        assert!(all(&fixture)[0].ends_with(said), "{:?}", all(&fixture));
    }

    #[test]
    fn new_files_may_have_a_sentence_of_their_own() {
        let fixture = ladder();
        for file in ["net.rs", "net/wire.rs", "bin/02-b-again.rs"] {
            fixture.write(&format!("demos/02-b/src/{file}"), "");
        }
        let named =
            "(all).\n//! New: `net.rs` and `net/wire.rs` (how), and\n//! `bin/02-b-again.rs`";
        let two = TWO.replace("(all)", named) + "// Why.\n#[cfg(test)]\nmod net;\n";
        fixture.write("demos/02-b/src/lib.rs", &two);
        assert_eq!(all(&fixture), Vec::<String>::new());
        fixture.write(
            "demos/02-b/src/lib.rs",
            &two.replace("\nmod net;", "\nfn f() {}"),
        );
        let said = "does not name `lib.rs`, which differs from step 1's: \"// Why.\" where it was \"(the end)\"";
        assert!(all(&fixture)[0].ends_with(said), "{:?}", all(&fixture));
    }

    #[test]
    fn step_1_does_not_match_step_10() {
        assert_eq!(
            replace_number("step 1, step 10, 17001", "step 1", "here"),
            "here, step 10, 17001"
        );
        assert_eq!(replace_number("17001 7001", "7001", "here"), "17001 here");
    }
}
