//! `--kit DIR`: the kit as a folder for a USB stick.

use super::{
    cargo_config,
    copy::{Copy, Network},
    error::{FolderProblem, KitError},
    manifest::{self, Manifest},
    page,
    repository::Source,
    scratch::Scratch,
    text::megabytes,
    toolchain::Toolchain,
};
use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

/// The files and folders of a kit, apart from the manifest. Cargo reads `.cargo` in every folder
/// above a workspace, so this one applies to `snackbar` and to every clone beside it.
const PARTS: [&str; 5] = [
    ".cargo",
    "README.html",
    "registry",
    "snackbar",
    "snackbar.git",
];

/// Writes a kit of the current commit of the repository in `root`, and returns a message for the
/// presenter.
///
/// # Errors
/// See [`KitError`]. The folder is then unchanged.
pub(crate) fn write(root: &Path, folder: &Path) -> Result<String, KitError> {
    let folder = &absolute(folder)?;
    let before = inspect(root, folder)?;
    let source = Source::open(root)?;
    let changes = source.changes()?;
    let is_new = !folder.exists();
    fs::create_dir_all(folder).map_err(KitError::file(folder))?;
    let written = fill(&source, folder, &before);
    if written.is_err() && is_new {
        let _unless_not_empty = fs::remove_dir(folder);
    }
    let mut message = written?;
    if changes > 0 {
        message += &format!(
            "\nNote: {changes} files of the working tree differ from the commit. The kit has the \
            commit without these changes; commit them and run this again to include them."
        );
    }
    Ok(message)
}

/// Checks that a kit can be written into the folder, and returns the manifest of the kit that is
/// there. The manifest is empty if there is no kit.
fn inspect(root: &Path, folder: &Path) -> Result<Manifest, KitError> {
    let refuse = |problem| Err(KitError::Folder(folder.to_path_buf(), problem));
    // The folder need not exist yet: the deepest parent that exists decides where it is.
    let exists = folder.ancestors().find_map(|it| fs::canonicalize(it).ok());
    let inside = |root: PathBuf| exists.is_some_and(|it| it.starts_with(root));
    if fs::canonicalize(root).is_ok_and(inside) {
        return refuse(FolderProblem::InsideRepository);
    }
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => true,
        // The kind of this error differs from system to system.
        Err(_) if folder.exists() && !folder.is_dir() => {
            return refuse(FolderProblem::NotAFolder);
        }
        Err(error) => return Err(KitError::File(folder.to_path_buf(), error)),
    };
    match Manifest::read(folder) {
        Some(manifest) => Ok(manifest),
        None if is_empty => Ok(Manifest::default()),
        None => refuse(FolderProblem::NotAKit),
    }
}

/// Makes the new kit beside the old one, then moves each part to its place. Returns a message.
fn fill(source: &Source, folder: &Path, before: &Manifest) -> Result<String, KitError> {
    let scratch = Scratch::new(folder)?;
    let (new, old) = (scratch.path().join("new"), scratch.path().join("old"));
    for folder in [&new, &old] {
        fs::create_dir(folder).map_err(KitError::file(folder))?;
    }
    let copy = Copy::make(source, &new, None, Network::Allowed)?;
    registry(&copy, &new.join("registry"))?;
    let put = |path: PathBuf, text: &str| fs::write(&path, text).map_err(KitError::file(&path));
    fs::create_dir(new.join(".cargo")).map_err(KitError::file(&new))?;
    put(
        new.join(".cargo").join("config.toml"),
        &cargo_config::local("registry"),
    )?;
    let size = size(&new)?;
    let toolchain = Toolchain::installed();
    let html = page::html(&page::Facts {
        commit: source.short(),
        bytes: size,
        crates: copy.crates.len(),
        toolchain: toolchain.as_ref(),
    });
    put(new.join("README.html"), &html)?;

    let mut manifest = Manifest {
        head: source.head().to_owned(),
        ..Manifest::default()
    };
    for part in PARTS {
        manifest.add(&new.join(part), part)?;
    }
    // The manifest is the last file, so that a kit with a manifest is complete.
    put(new.join(manifest::NAME), &manifest.text())?;
    let mut moves = Moves::default();
    let aside = swap(folder, &new, &old, before, &mut moves);
    if aside.is_err() {
        moves.undo();
    }
    let aside = aside?;

    let mut message = format!(
        "{}: commit {} and {} crates, {}. Its README.html tells attendees what to type.",
        folder.display(),
        source.short(),
        copy.crates.len(),
        megabytes(size)
    );
    if !aside.is_empty() {
        message += &format!(
            "\nNote: files that the kit did not write were kept: {}.",
            aside.join(", ")
        );
    }
    Ok(message)
}

/// Moves each new part to its place. A part of the old kit is moved to `old`, unless it was changed
/// after the kit wrote it: then it stays in the folder under a new name. Returns these names.
fn swap(
    folder: &Path,
    new: &Path,
    old: &Path,
    before: &Manifest,
    moves: &mut Moves,
) -> Result<Vec<String>, KitError> {
    let mut aside = Vec::new();
    for part in PARTS.into_iter().chain([manifest::NAME]) {
        let place = folder.join(part);
        if place.symlink_metadata().is_ok() {
            let is_ours = part == manifest::NAME || before.is_as_written(folder, part);
            if is_ours {
                moves.rename(&place, &old.join(part))?;
            } else {
                let name = free_name(folder, part);
                moves.rename(&place, &folder.join(&name))?;
                aside.push(name);
            }
        }
        moves.rename(&new.join(part), &place)?;
    }
    Ok(aside)
}

/// The renames so far, so that a failed refresh can be undone.
#[derive(Default)]
struct Moves(Vec<(PathBuf, PathBuf)>);

impl Moves {
    fn rename(&mut self, from: &Path, to: &Path) -> Result<(), KitError> {
        fs::rename(from, to).map_err(KitError::file(from))?;
        self.0.push((from.to_path_buf(), to.to_path_buf()));
        Ok(())
    }

    fn undo(self) {
        for (from, to) in self.0.into_iter().rev() {
            let _unless_impossible = fs::rename(to, from);
        }
    }
}

/// Writes cargo's local registry: the crates and their index.
fn registry(copy: &Copy, folder: &Path) -> Result<(), KitError> {
    let files = copy
        .index
        .iter()
        .map(|(path, text)| (format!("index/{path}"), text.as_bytes()));
    let crates = copy
        .crates
        .iter()
        .map(|it| (it.locked.file(), it.bytes.as_slice()));
    for (path, bytes) in files.chain(crates) {
        let file = path
            .split('/')
            .fold(folder.to_path_buf(), |at, name| at.join(name));
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(KitError::file(parent))?;
        fs::write(&file, bytes).map_err(KitError::file(&file))?;
    }
    Ok(())
}

fn size(folder: &Path) -> Result<u64, KitError> {
    let files = super::copy::files(folder)?;
    let size = |file: &PathBuf| {
        fs::metadata(file)
            .map(|it| it.len())
            .map_err(KitError::file(file))
    };
    files.values().map(size).sum()
}

/// A free name for `part`: `snackbar.before-1`.
fn free_name(folder: &Path, part: &str) -> String {
    let names = (1..).map(|number| format!("{part}.before-{number}"));
    let mut free = names.filter(|name| folder.join(name).symlink_metadata().is_err());
    free.next().unwrap_or_default()
}

fn absolute(folder: &Path) -> Result<PathBuf, KitError> {
    let here = env::current_dir().map_err(KitError::file(folder))?;
    Ok(here.join(folder))
}
