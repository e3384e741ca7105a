//! Keeps an answer before its exercise is restored, whatever lies in its place.

use crate::error::FileError;
use crate::set::{Exercise, Set};
use std::fs;
use std::io;
use std::path::Path;

/// Moves the answer away: into `.learn/` or, if that cannot be written, beside the exercise. It is
/// moved as it is, so it need not be text, nor a file. Returns where it is now.
pub(crate) fn keep(set: &Set, exercise: &Exercise) -> Result<String, FileError> {
    let file = exercise.answer();
    let answer = set.here.join(&file);
    let ends = if answer.is_dir() { "" } else { ".rs" };
    let first = format!(".learn/{}", exercise.name);
    let second = exercise.file("kept");
    let mut failed = None;
    for folder in [first, second] {
        match move_into(&set.here.join(&folder), &answer, ends) {
            Ok(name) => return Ok(format!("{folder}/{name}")),
            Err(error) => failed = failed.or(Some((folder, error))),
        }
    }
    let (folder, error) = failed.expect("the first of two failed");
    let file = format!("{file} cannot be kept, so it stays as it is: {folder}");
    Err(FileError::Write { file, error })
}

/// Moves a file into this folder, under a name that is free. Returns the name.
fn move_into(folder: &Path, file: &Path, ends: &str) -> io::Result<String> {
    fs::create_dir_all(folder)?;
    let name = |number: usize| format!("answer-{number}{ends}");
    let free = (1..).find(|&number| fs::symlink_metadata(folder.join(name(number))).is_err());
    let name = name(free.expect("some number is free"));
    fs::rename(file, folder.join(&name))?;
    Ok(name)
}
