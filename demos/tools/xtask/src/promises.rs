//! The table of promises: one row per step, one column per promise. Each cell links to its proof.

use crate::Complaint;
use crate::proofs::{self, Proof};
use crate::tree::{Step, Tree};

/// The five promises: the heads of the columns and, with `_` for spaces, part of the proofs' names.
pub const PROMISES: [&str; 5] = [
    "nobody waits for ever",
    "a slow player stops no one else",
    "no snack twice",
    "one order for all",
    "bounded memory",
];

/// A step, or a variant of one, and the proof of each promise.
#[derive(Clone, Debug)]
pub struct Row {
    /// The step.
    pub step: Step,
    /// The module of its proofs: empty for the step itself, or a name such as `async_mutex`.
    pub variant: String,
    /// The proofs of [`PROMISES`], in that order.
    pub cells: Vec<Proof>,
}

/// Returns the rows of the table, or the complaints about missing proofs.
pub fn rows(tree: &Tree) -> Result<Vec<Row>, Vec<Complaint>> {
    let (mut rows, mut complaints) = (Vec::new(), Vec::new());
    for step in tree.ladder().map_err(|complaint| vec![complaint])? {
        match proofs::of(tree, &step) {
            Ok(proofs) => rows_of(&step, &proofs, &mut rows, &mut complaints),
            Err(complaint) => complaints.push(complaint),
        }
    }
    if complaints.is_empty() {
        Ok(rows)
    } else {
        Err(complaints)
    }
}

fn rows_of(step: &Step, proofs: &[Proof], rows: &mut Vec<Row>, complaints: &mut Vec<Complaint>) {
    let mut variants = vec![""];
    for proof in proofs.iter().filter(|proof| promise(proof).is_some()) {
        complaints.extend(weakness(proof));
        if !variants.contains(&proof.variant()) {
            variants.push(proof.variant());
        }
    }
    for variant in variants {
        let mut cells = Vec::new();
        for title in PROMISES {
            let is_it = |proof: &&Proof| {
                proof.variant() == variant && promise(proof) == Some(title.replace(' ', "_"))
            };
            let found: Vec<&Proof> = proofs.iter().filter(is_it).collect();
            match found[..] {
                [proof] => cells.push(proof.clone()),
                _ => complaints.push(format!(
                    "{}/src/proof.rs{}: {} tests are about \"{title}\", but there must be one: `keeps_{name}` or `breaks_{name}`",
                    step.folder(),
                    if variant.is_empty() { String::new() } else { format!(", module {variant}") },
                    found.len(),
                    name = title.replace(' ', "_"),
                )),
            }
        }
        rows.push(Row {
            step: step.clone(),
            variant: variant.to_string(),
            cells,
        });
    }
}

/// Returns the promise in the name of a proof; `None` if the proof is about something else.
fn promise(proof: &Proof) -> Option<String> {
    let name = proof.name();
    name.strip_prefix("keeps_")
        .or_else(|| name.strip_prefix("breaks_"))
        .map(str::to_string)
}

/// Checks a proof of a promise: its name must be one of the five, and it must ask for the verdict
/// in its name.
fn weakness(proof: &Proof) -> Option<Complaint> {
    let place = format!("{}:{}: {}", proof.file, proof.line, proof.name());
    if !PROMISES
        .iter()
        .any(|title| Some(title.replace(' ', "_")) == promise(proof))
    {
        return Some(format!(
            "{place} does not name one of the five promises: {}",
            PROMISES.join(" · ")
        ));
    }
    let verdicts: &[&str] = if is_kept(proof) {
        &["holds"]
    } else {
        &["deadlocks", "violates"]
    };
    if verdicts
        .iter()
        .any(|verdict| proof.calls.contains(*verdict))
    {
        return None;
    }
    Some(format!(
        "{place} does not ask for the verdict in its name: call `.{}()`",
        verdicts.join("()` or `.")
    ))
}

fn is_kept(proof: &Proof) -> bool {
    proof.name().starts_with("keeps_")
}

/// Returns the table in Markdown. `up` is the path from its file to the root, such as `../../`.
pub fn table(rows: &[Row], up: &str) -> String {
    let mut table = format!(
        "| step | {} |\n|---|{}\n",
        PROMISES.join(" | "),
        "---|".repeat(PROMISES.len())
    );
    for Row {
        step,
        variant,
        cells,
    } in rows
    {
        let folder = format!("{up}{}", step.folder());
        let label = match variant.as_str() {
            "" => step.name.clone(),
            variant => format!(
                "{}, {}",
                step.name,
                variant.replace("::", " ").replace('_', " ")
            ),
        };
        table += &format!("| [{label}]({folder}) |");
        for proof in cells {
            let word = if is_kept(proof) {
                "✓ kept"
            } else {
                "✗ broken"
            };
            // The title names the test: a browser shows it, a search finds it.
            let name = proof.path.trim_start_matches("proof::");
            table += &format!(" [{word}]({up}{} \"{name}\") |", proof.file);
        }
        table += "\n";
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn proof(name: &str, verdict: &str) -> String {
        format!("#[test]\nfn {name}() {{\n    explore().{verdict};\n}}\n\n")
    }

    fn five(first: &str) -> String {
        let kept = [
            "a_slow_player_stops_no_one_else",
            "no_snack_twice",
            "one_order_for_all",
            "bounded_memory",
        ];
        let kept = kept.map(|name| proof(&format!("keeps_{name}"), "holds()"));
        first.to_string() + &kept.concat() + &proof("every_player_sees_every_event", "holds()")
    }

    fn ask(source: &str) -> Result<String, String> {
        let fixture = Fixture::new(&[
            ("demos/01-a/src/proof.rs", source),
            ("demos/support/snack/src/lib.rs", ""),
        ]);
        rows(&fixture.tree())
            .map(|rows| table(&rows, ""))
            .map_err(|complaints| complaints.join("\n"))
    }

    #[test]
    fn each_cell_links_to_its_proof() {
        let table =
            ask(&five(&proof("breaks_nobody_waits_for_ever", "deadlocks()"))).expect("a table");
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 3, "{table}");
        assert!(
            lines[0].starts_with("| step | nobody waits for ever | a slow player"),
            "{table}"
        );
        let start = "| [01-a](demos/01-a) | [✗ broken](demos/01-a/src/proof.rs \"breaks_nobody_waits_for_ever\") | [✓ kept](demos/01-a/src/proof.rs \"keeps_a_slow_player_stops_no_one_else\") |";
        assert!(lines[2].starts_with(start), "{table}");
    }

    #[test]
    fn proofs_compiled_from_another_step_are_linked_where_they_lie() {
        let source = five(&proof("keeps_nobody_waits_for_ever", "holds()"));
        let lib = "#[path = \"../../01-a/src/proof.rs\"]\nmod proof;\n";
        let fixture = Fixture::new(&[
            ("demos/01-a/src/proof.rs", &source),
            ("demos/02-b/src/lib.rs", lib),
        ]);
        let rows = rows(&fixture.tree()).expect("two rows");
        let table = table(&rows, "../");
        let start = "| [02-b](../demos/02-b) | [✓ kept](../demos/01-a/src/proof.rs \"keeps_nobody_waits_for_ever\") |";
        let second = table.lines().nth(3).expect("two rows");
        assert!(second.starts_with(start), "{table}");
    }

    #[test]
    fn a_module_of_proofs_has_its_own_row() {
        let step = five(&proof(
            "breaks_nobody_waits_for_ever",
            "violates(\"stuck\")",
        ));
        let inner: String = step.lines().map(|line| format!("    {line}\n")).collect();
        let table = ask(&format!("{step}mod async_mutex {{\n{inner}}}\n")).expect("a table");
        assert_eq!(table.lines().count(), 4, "{table}");
        assert!(
            table.contains("\n| [01-a, async mutex](demos/01-a) | [✗ broken]"),
            "{table}"
        );
    }

    #[test]
    fn a_missing_and_a_second_proof_are_found() {
        let missing = ask(&five("")).expect_err("one is missing");
        assert!(
            missing.contains("0 tests are about \"nobody waits for ever\""),
            "{missing}"
        );
        let both = proof("breaks_nobody_waits_for_ever", "deadlocks()")
            + &proof("keeps_nobody_waits_for_ever", "holds()");
        let double = ask(&five(&both)).expect_err("two tests");
        assert!(
            double.contains("2 tests are about \"nobody waits for ever\""),
            "{double}"
        );
    }

    #[test]
    fn a_proof_without_its_verdict_or_promise_is_found() {
        let empty = ask(&five(&proof("keeps_nobody_waits_for_ever", "deadlocks()")))
            .expect_err("the wrong verdict");
        assert!(
            empty.contains("demos/01-a/src/proof.rs:2: keeps_nobody_waits_for_ever does not ask"),
            "{empty}"
        );
        assert!(empty.contains("call `.holds()`"), "{empty}");
        let misspelt =
            ask(&five(&proof("keeps_nobody_waits", "holds()"))).expect_err("no such promise");
        assert!(
            misspelt.contains("keeps_nobody_waits does not name one of the five promises"),
            "{misspelt}"
        );
    }
}
