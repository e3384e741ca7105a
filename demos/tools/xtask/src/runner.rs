//! Runs a step's mutants, one after the other, in a copy of the workspace.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::Complaint;
use crate::mutants::{Mutant, Mutants};
use crate::proofs::Proof;
use crate::scratch::{Built, Scratch};
use crate::tree::{Step, Tree};
use crate::verdict::{self, Verdict};

/// The time limit of all proofs of a step without a mutant.
const UNMUTATED: Duration = Duration::from_secs(600);

/// Runs the mutants of one step.
#[derive(Clone, Copy, Debug)]
pub struct Runner<'a> {
    /// The original, which is not changed.
    pub tree: &'a Tree,
    /// The copy.
    pub scratch: &'a Scratch,
    /// The step with the mutants.
    pub step: &'a Step,
}

impl Runner<'_> {
    /// Runs all mutants, and prints a line for each. Returns how many died; adds a complaint for
    /// each of the others.
    ///
    /// # Errors
    /// If the copy cannot be written, or cargo cannot be started.
    pub fn step(
        &self,
        mutants: &Mutants,
        proofs: &[Proof],
        complaints: &mut Vec<Complaint>,
    ) -> Result<usize, Complaint> {
        let Step { name, .. } = self.step;
        if mutants.mutants.is_empty() {
            println!("{name:<15} has no mutants");
            return Ok(0);
        }
        let unmutated = self.unmutated(mutants, proofs)?;
        if !unmutated.is_empty() {
            println!("{name:<15} its mutants are not run: its tests fail without them");
            complaints.extend(
                unmutated
                    .iter()
                    .map(|complaint| format!("{name}: {complaint}")),
            );
            return Ok(0);
        }
        let mut dead = 0;
        for mutant in &mutants.mutants {
            let start = Instant::now();
            let verdict = self.mutant(mutant)?;
            let result = describe(&verdict, mutant);
            println!(
                "{name:<15} {}: {result}, {:.1} s",
                mutant.name,
                start.elapsed().as_secs_f64()
            );
            if verdict.is_death() {
                dead += 1;
            } else {
                complaints.push(format!("{name}: \"{}\" {result}", mutant.name));
            }
        }
        Ok(dead)
    }

    /// Checks the step without a mutant: every proof that a mutant names must pass, and the scan
    /// must have found every proof.
    fn unmutated(&self, mutants: &Mutants, proofs: &[Proof]) -> Result<Vec<Complaint>, Complaint> {
        let program = match self.scratch.build(self.step)? {
            Built::Program(program) => program,
            Built::DoesNotCompile(error) => {
                return Ok(vec![format!("does not compile without a mutant: {error}")]);
            }
        };
        let named: BTreeSet<String> = mutants
            .mutants
            .iter()
            .flat_map(|mutant| mutant.dies.iter().cloned())
            .collect();
        let named: Vec<String> = named.into_iter().collect();
        let run = self
            .scratch
            .test(self.step, &program, &exactly(&named), UNMUTATED)?;
        let mut complaints = verdict::unmutated(run.as_ref(), &named);
        let list = ["--list", "--format=terse"].map(String::from);
        let listed = self.scratch.test(self.step, &program, &list, UNMUTATED)?;
        for test in listed
            .iter()
            .flat_map(|it| it.stdout.lines())
            .filter_map(|line| line.strip_suffix(": test"))
        {
            if test.starts_with("proof::") && !proofs.iter().any(|proof| proof.path == test) {
                complaints.push(format!("{test} is a proof that xtask does not find in src/proof.rs: write it as a plain #[test] fn"));
            }
        }
        Ok(complaints)
    }

    fn mutant(&self, mutant: &Mutant) -> Result<Verdict, Complaint> {
        let changed = match mutant.apply(self.tree, self.step) {
            Ok(changed) => changed,
            Err(complaint) => return Ok(Verdict::Broken(complaint)),
        };
        for (file, text) in &changed {
            self.scratch.write(file, text.as_bytes())?;
        }
        let verdict = match self.scratch.build(self.step)? {
            Built::DoesNotCompile(error) => {
                Verdict::Broken(format!("it does not compile: {error}"))
            }
            Built::Program(program) => {
                let bound = Duration::from_secs(mutant.seconds);
                let run = self
                    .scratch
                    .test(self.step, &program, &exactly(&mutant.dies), bound)?;
                verdict::mutant(run.as_ref(), &mutant.dies, mutant.hangs)
            }
        };
        for (file, _) in &changed {
            self.scratch.restore(file)?;
        }
        Ok(verdict)
    }
}

fn exactly(tests: &[String]) -> Vec<String> {
    let mut args = vec!["--exact".to_string()];
    args.extend_from_slice(tests);
    args
}

/// Describes which proofs must fail: `dies of keeps_no_snack_twice`.
pub fn killers(mutant: &Mutant) -> String {
    let short: Vec<&str> = mutant
        .dies
        .iter()
        .map(|test| test.trim_start_matches("proof::"))
        .collect();
    format!("dies of {}", short.join(", "))
}

fn describe(verdict: &Verdict, mutant: &Mutant) -> String {
    match verdict {
        Verdict::Died => killers(mutant).replacen("dies", "died", 1),
        Verdict::HungAsExpected => format!("hung for {} s, as expected", mutant.seconds),
        Verdict::Hung => format!(
            "HANGS: its tests did not end within {} s (add `hangs = true` if that is expected)",
            mutant.seconds
        ),
        Verdict::Survived(passed) => format!(
            "SURVIVED {}: the test does not find this mistake",
            passed.join(", ")
        ),
        Verdict::Broken(why) => format!("IS BROKEN: {why}"),
    }
}
