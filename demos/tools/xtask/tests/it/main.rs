//! The checks of this checkout, and the binary `mutants`.

mod elsewhere;
mod mutants;
mod readmes;
mod repository;
