//! Checks that a kit is fresh: that it holds the current commit of the repository (`--check`).

use super::{
    copy::{self, files},
    crates,
    error::KitError,
    manifest::Manifest,
    repository::Source,
    text::megabytes,
};
use std::path::Path;

/// Checks that the kit in `folder` is fresh and complete. Returns a message.
///
/// # Errors
/// There is no kit, it holds another commit, or a file is missing.
pub(crate) fn check_folder(root: &Path, folder: &Path) -> Result<String, KitError> {
    let Some(manifest) = Manifest::read(folder) else {
        return Err(KitError::NoKit(folder.to_path_buf()));
    };
    let source = Source::open(root)?;
    let short = manifest.head.get(..7).unwrap_or(&manifest.head);
    if manifest.head != source.head() {
        return Err(KitError::Stale {
            folder: folder.to_path_buf(),
            holds: short.to_owned(),
            current: source.short().to_owned(),
        });
    }
    let here = files(folder)?;
    match manifest.files.keys().find(|path| !here.contains_key(*path)) {
        Some(file) => Err(KitError::Incomplete {
            folder: folder.to_path_buf(),
            file: file.clone(),
        }),
        None => Ok(format!(
            "fresh: {} holds commit {short}{}",
            folder.display(),
            unsaved(&source)
        )),
    }
}

/// Checks that the stage can hand out a kit. Returns a message.
///
/// # Errors
/// See [`KitError`].
pub(crate) fn check_stage(root: &Path) -> Result<String, KitError> {
    let source = Source::open(root)?;
    let found = crates::cached(&copy::locked(&source)?)?;
    let bytes = found.iter().map(|it| it.bytes.len() as u64).sum();
    Ok(format!(
        "fresh: the stage hands out commit {} and {} crates, {}{}",
        source.short(),
        found.len(),
        megabytes(bytes),
        unsaved(&source)
    ))
}

/// A note about files of the working tree that differ from the commit.
fn unsaved(source: &Source) -> String {
    match source.changes() {
        Ok(0) | Err(_) => String::new(),
        Ok(many) => format!(", without {many} files that differ from it"),
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{manifest, repository::fixture::Fixture},
        *,
    };
    use std::fs;

    #[test]
    fn a_kit_is_fresh_until_the_next_commit_or_until_a_file_is_missing() {
        let Some(repository) = Fixture::new() else {
            return;
        };
        let (root, kit) = (repository.root(), repository.beside("kit"));
        let check = || check_folder(root, &kit).map_err(|why| why.to_string());
        fs::create_dir(&kit).expect("a folder");
        assert!(check().is_err_and(|why| why.contains("there is no kit in")));
        fs::write(kit.join("README.html"), "a page").expect("a file");
        let source = Source::open(root).expect("a repository");
        let mut manifest = Manifest {
            head: source.head().to_owned(),
            ..Manifest::default()
        };
        let page = kit.join("README.html");
        manifest.add(&page, "README.html").expect("a file");
        fs::write(kit.join(manifest::NAME), manifest.text()).expect("a file");
        assert_eq!(Manifest::read(&kit), Some(manifest.clone()));
        assert!(check().is_ok_and(|text| text.starts_with("fresh: ") && !text.contains("without")));
        repository.write("new", "not committed");
        assert!(check().is_ok_and(|text| text.ends_with("without 1 files that differ from it")));
        repository.commit();
        let why = check().expect_err("it holds the commit before");
        assert!(why.starts_with("stale: ") && why.contains("--kit"), "{why}");
        manifest.head = Source::open(root).expect("a repository").head().to_owned();
        fs::write(kit.join(manifest::NAME), manifest.text()).expect("a file");
        fs::remove_file(&page).expect("it is there");
        assert!(check().is_err_and(|why| why.contains("README.html is missing")));
    }
}
