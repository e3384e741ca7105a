//! Repository checks, and the mutants that the proofs must find.
//!
//! A header names the files that a step changed, a table shows which promises are kept, a README
//! quotes a program, and a crate has no import cycle. Each check is a function that takes a
//! [`tree::Tree`] and returns complaints. `tests/` runs the checks on this checkout. The binary
//! `mutants` runs the mutants.

pub mod changes;
pub mod commands;
pub mod header;
pub mod layout;
pub mod links;
pub mod map;
pub mod members;
pub mod modules;
pub mod mutants;
pub mod prints;
pub mod promises;
pub mod proofs;
pub mod prose;
pub mod quotes;
pub mod rooms;
pub mod runner;
pub mod scratch;
pub mod steps;
pub mod tree;
pub mod verdict;

#[cfg(test)]
mod fixture;

/// A sentence that says what is wrong, where, and how to correct it.
pub type Complaint = String;

/// Fails the calling test if there are complaints, and prints each of them on a line of its own.
///
/// # Panics
/// If there are complaints.
#[track_caller]
pub fn assert_no_complaints(complaints: &[Complaint]) {
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n"));
}
