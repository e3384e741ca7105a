//! Kills the mutants: `cargo run -p xtask --bin mutants`.
//!
//! A green proof can be empty. So each step lists small mistakes that its proofs must notice
//! (`mutants.toml`), and this program makes each of them in a copy of the workspace, runs the
//! proofs that are to fail, and sees whether they do.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use lexopt::prelude::*;
use xtask::Complaint;
use xtask::hunt::{self, Hunt};
use xtask::mutants::Mutants;
use xtask::proofs;
use xtask::scratch::Scratch;
use xtask::tree::{Step, Tree};

const USAGE: &str = "\
cargo run -p xtask --bin mutants -- [STEP…] [--list]

Makes the mistakes that each step's mutants.toml lists, one at a time and in a copy, and expects its proofs to fail.

  STEP     only this step: 01-deadlock, or 01; keeper is one, too
  --list   say which mutants there are, and run none
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

/// What there is to complain of, once the hunt is over.
fn run() -> Result<Vec<Complaint>, Complaint> {
    let tree = Tree::here()?;
    let Some((steps, only_list)) = arguments(&tree.proved()?)? else {
        print!("{USAGE}");
        return Ok(Vec::new());
    };
    let mut work = Vec::new();
    for step in steps {
        work.push((Mutants::of(&tree, &step)?, proofs::of(&tree, &step)?, step));
    }
    if only_list {
        for (mutants, _, step) in &work {
            for mutant in &mutants.mutants {
                println!(
                    "{:<15} {}: {}",
                    step.name,
                    mutant.name,
                    hunt::deaths(mutant)
                );
            }
        }
        return Ok(Vec::new());
    }
    let start = Instant::now();
    let scratch = Scratch::of(&tree, &target(&tree)?)?;
    let (mut dead, mut all, mut complaints) = (0, 0, Vec::new());
    for (mutants, proofs, step) in &work {
        let (tree, scratch) = (&tree, &scratch);
        all += mutants.mutants.len();
        dead += Hunt {
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

/// Where cargo builds, so that `cargo clean` takes the mutants along.
fn target(tree: &Tree) -> Result<PathBuf, Complaint> {
    let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(|| tree.path("target"), PathBuf::from);
    std::path::absolute(folder).map_err(|e| format!("the target folder cannot be found: {e}"))
}

/// The steps that are asked for, and whether only to list them; `None` for `--help`.
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

/// The step called `01-deadlock`, or `01` for short.
fn step(name: &str, all: &[Step]) -> Result<Step, Complaint> {
    let is_it = |step: &&Step| step.name == name || step.name.split('-').next() == Some(name);
    all.iter().find(is_it).cloned().ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|step| step.name.as_str()).collect();
        format!("there is no step {name}; there are {}", known.join(", "))
    })
}
