//! `--check`: whether the kit is that of the commit that the repository is on.

use super::{
    copy::{self, files},
    crates,
    error::KitError,
    manifest::Manifest,
    megabytes,
    repository::Source,
};
use std::path::Path;

/// Says whether the kit in `folder` is fresh; without a folder, whether the stage can hand one out.
pub(crate) fn fresh(root: &Path, folder: Option<&Path>) -> Result<String, String> {
    match folder {
        Some(folder) => of_folder(root, folder),
        None => of_stage(root).map_err(|why| why.to_string()),
    }
}

fn of_folder(root: &Path, folder: &Path) -> Result<String, String> {
    let again = format!("`cargo run -- --kit {}` writes it", folder.display());
    let Some(manifest) = Manifest::read(folder) else {
        return Err(format!("there is no kit in {}: {again}", folder.display()));
    };
    let source = Source::open(root).map_err(|why| why.to_string())?;
    let short = manifest.head.get(..7).unwrap_or(&manifest.head);
    if manifest.head != source.head() {
        return Err(format!(
            "stale: {} holds commit {short}, and the repository is on {}: {again} anew",
            folder.display(),
            source.short()
        ));
    }
    let here = files(folder).map_err(|why| why.to_string())?;
    match manifest.files.keys().find(|path| !here.contains_key(*path)) {
        Some(gone) => Err(format!(
            "{} has lost {gone}: {again} anew",
            folder.display()
        )),
        None => Ok(format!(
            "fresh: {} holds commit {short}{}",
            folder.display(),
            unsaved(&source)
        )),
    }
}

fn of_stage(root: &Path) -> Result<String, KitError> {
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

/// What is in the working tree and not in the commit.
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
    fn a_kit_is_fresh_until_the_next_commit_and_as_long_as_it_is_whole() {
        let Some(repository) = Fixture::new() else {
            return;
        };
        let (root, kit) = (repository.root(), repository.beside("kit"));
        let said = || fresh(root, Some(&kit));
        fs::create_dir(&kit).expect("a folder");
        assert!(said().is_err_and(|why| why.contains("there is no kit in")));
        fs::write(kit.join("README.html"), "a page").expect("a file");
        let source = Source::open(root).expect("a repository");
        let mut manifest = Manifest {
            head: source.head().to_owned(),
            ..Manifest::default()
        };
        let page = kit.join("README.html");
        manifest.note(&page, "README.html").expect("a file");
        fs::write(kit.join(manifest::NAME), manifest.text()).expect("a file");
        assert_eq!(Manifest::read(&kit), Some(manifest.clone()));
        assert!(said().is_ok_and(|said| said.starts_with("fresh: ") && !said.contains("without")));
        repository.write("new", "not committed");
        assert!(said().is_ok_and(|said| said.ends_with("without 1 files that differ from it")));
        repository.commit();
        let why = said().expect_err("it is of the commit before");
        assert!(why.starts_with("stale: ") && why.contains("--kit"), "{why}");
        manifest.head = Source::open(root).expect("a repository").head().to_owned();
        fs::write(kit.join(manifest::NAME), manifest.text()).expect("a file");
        fs::remove_file(&page).expect("it is there");
        assert!(said().is_err_and(|why| why.contains("has lost README.html")));
    }
}
