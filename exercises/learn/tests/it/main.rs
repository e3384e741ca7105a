//! What learners, teachers and readers of the repository see of the exercises.

mod break_it;
mod editor;
mod runner;
mod tables;
mod verify;
mod workspace;
