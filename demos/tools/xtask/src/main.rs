//! Runs the mutants: `cargo run -p xtask --bin mutants`.
//!
//! A proof that passes may prove nothing. So each step lists small mistakes that its proofs must
//! find (`mutants.toml`). This program makes each mistake in a copy of the workspace, runs the
//! proofs that must fail, and checks that they do. Crates without proofs list mistakes that their
//! unit tests must find.

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use lexopt::prelude::*;
use xtask::Complaint;
use xtask::mutants::Mutants;
use xtask::proofs;
use xtask::runner::{self, Runner};
use xtask::scratch::Scratch;
use xtask::tree::{Step, Tree};

const USAGE: &str = "\
cargo run -p xtask --bin mutants -- [STEP…] [--list]

Makes each mistake of a step's mutants.toml in a copy of the workspace, and checks that the proofs fail.

  STEP     only this step: 01-deadlock, or 01; or a crate of demos/support: rush
  --list   list the mutants without running them
";

fn main() -> ExitCode {
    match run() {
        Ok(complaints) if complaints.is_empty() => ExitCode::SUCCESS,
        Ok(complaints) => {
            eprintln!("\n{}", complaints.join("\n"));
            ExitCode::FAILURE
        }
        Err(complaint) => {
            eprintln!("{complaint}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command, and returns the complaints about mutants that survived.
fn run() -> Result<Vec<Complaint>, Complaint> {
    let tree = Tree::here()?;
    let Some((steps, only_list)) = arguments(&tree.mutated()?)? else {
        print_text(USAGE);
        return Ok(Vec::new());
    };
    let mut work = Vec::new();
    for step in steps {
        work.push((Mutants::of(&tree, &step)?, proofs::of(&tree, &step)?, step));
    }
    if only_list {
        let mut list = String::new();
        for (mutants, _, step) in &work {
            for mutant in &mutants.mutants {
                let killers = runner::killers(mutant);
                list += &format!("{:<15} {}: {killers}\n", step.name, mutant.name);
            }
        }
        print_text(&list);
        return Ok(Vec::new());
    }
    let start = Instant::now();
    let scratch = Scratch::of(&tree, &target(&tree)?)?;
    let (mut dead, mut all, mut complaints) = (0, 0, Vec::new());
    for (mutants, proofs, step) in &work {
        let (tree, scratch) = (&tree, &scratch);
        all += mutants.mutants.len();
        dead += Runner {
            tree,
            scratch,
            step,
        }
        .step(mutants, proofs, &mut complaints)?;
        complaints.extend(mutants.untested(proofs));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("\n{dead} of {all} mutants are dead, {seconds:.0} s");
    Ok(complaints)
}

/// Prints a text. A closed pipe (`mutants --list | head`) must not panic.
fn print_text(text: &str) {
    let _unless_closed = io::stdout().write_all(text.as_bytes());
}

/// Returns cargo's target folder, so that `cargo clean` also removes the mutants.
fn target(tree: &Tree) -> Result<PathBuf, Complaint> {
    let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(|| tree.path("target"), PathBuf::from);
    std::path::absolute(folder).map_err(|e| format!("the target folder cannot be found: {e}"))
}

/// Parses the arguments: the steps, and whether only to list the mutants. `None` for `--help`.
fn arguments(all: &[Step]) -> Result<Option<(Vec<Step>, bool)>, Complaint> {
    let mut parser = lexopt::Parser::from_env();
    let (mut steps, mut only_list) = (Vec::new(), false);
    while let Some(argument) = parser.next().map_err(|e| format!("{e}\n\n{USAGE}"))? {
        match argument {
            Long("list") => only_list = true,
            Short('h') | Long("help") => return Ok(None),
            Value(name) => steps.push(step(&name.to_string_lossy(), all)?),
            other => return Err(format!("{}\n\n{USAGE}", other.unexpected())),
        }
    }
    if steps.is_empty() {
        steps = all.to_vec();
    }
    Ok(Some((steps, only_list)))
}

/// Finds the step with the name `01-deadlock`, or its number `01`.
fn step(name: &str, all: &[Step]) -> Result<Step, Complaint> {
    let is_it = |step: &&Step| step.name == name || step.name.split('-').next() == Some(name);
    all.iter().find(is_it).cloned().ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|step| step.name.as_str()).collect();
        format!(
            "no step or crate {name} has mutants; these have: {}",
            known.join(", ")
        )
    })
}
