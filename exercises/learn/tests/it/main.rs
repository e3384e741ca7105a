//! What learners, teachers and readers of the repository see of the exercises.

mod editor;
mod break_it;
mod runner;
mod tables;
mod verify;
mod workspace;
