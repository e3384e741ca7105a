//! What learners, teachers and readers of the repository see of the exercises.

mod api;
mod break_it;
mod editor;
#[cfg(unix)]
mod machine;
mod page;
mod runner;
mod saved;
#[cfg(target_os = "linux")]
mod screen;
#[cfg(target_os = "linux")]
mod states;
mod tables;
mod together;
mod verify;
mod workspace;
