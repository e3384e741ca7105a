//! What is committed, and the program's output. Nothing is measured here.

mod closed_pipe;
mod committed;
