//! The house: what the repository says of itself, checked.
//!
//! A header names the files that a step changed, a table says which promise is kept, a README
//! quotes a program, and every proof claims to have killed a mutant. Each of these is a function
//! here that takes a [`tree::Tree`] and answers with complaints; `tests/` asks them of this very
//! checkout, and the binary `mutants` kills the mutants.

pub mod bounded;
pub mod changes;
pub mod commands;
pub mod header;
pub mod hunt;
pub mod judge;
pub mod links;
pub mod map;
pub mod members;
pub mod modules;
pub mod mutants;
pub mod order;
pub mod promises;
pub mod proofs;
pub mod prose;
pub mod quotes;
pub mod rooms;
pub mod scratch;
pub mod steps;
pub mod tokens;
pub mod tree;

#[cfg(test)]
mod fixture;

/// A sentence that says what is wrong, where, and what to do about it.
pub type Complaint = String;

/// Fails the test that asks, with every complaint on a line of its own.
#[track_caller]
pub fn nothing_to_complain(complaints: &[Complaint]) {
    assert!(complaints.is_empty(), "\n\n{}\n", complaints.join("\n"));
}
