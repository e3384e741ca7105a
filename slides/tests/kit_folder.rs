//! `cargo run -- --kit DIR`: a folder from which a laptop without a network builds everything.

mod kit;

use kit::{Folder, ROOT, newcomer, run, said, skipped};
use std::{fs, path::Path, process::Command, time::Duration};

const PATIENCE: Duration = Duration::from_secs(180);

/// What is said where a kit cannot be made, and is no mistake of the kit: no git, no clone, no
/// crates and no network.
const CANNOT: [&str; 3] = [
    "git cannot be started",
    "is not a git repository",
    "were never downloaded",
];

fn write_into(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_slides"));
    command.arg("--kit").arg(folder);
    command
}

/// A kit in this folder, and what was said. `None` if none can be made here; the test is then
/// skipped.
#[track_caller]
fn written(test: &str, folder: &Path) -> Option<String> {
    let output = run(&mut write_into(folder), PATIENCE);
    let said = said(&output);
    if output.status.success() {
        return Some(said);
    }
    assert!(CANNOT.iter().any(|it| said.contains(it)), "{said}");
    skipped(test, said.trim());
    None
}

#[test]
#[cfg(target_os = "linux")]
fn step_1_is_built_from_the_kit_without_a_network_and_freezes_as_it_should() {
    let test = "step 1 from the kit";
    let folder = Folder::new("kit");
    let kit = folder.path().join("stick");
    if written(test, &kit).is_none() {
        return;
    }
    let tree = kit.join("snackbar");
    let words = "run -p demo-01-deadlock";
    let output = match kit::cargo_without_network(words, &tree, folder.path(), PATIENCE) {
        Ok(output) => output,
        Err(why) => return skipped(test, &why),
    };
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("FROZEN"), "{}", said(&output));
}

#[test]
fn a_kit_is_refreshed_and_what_it_did_not_write_is_kept() {
    let folder = Folder::new("refresh");
    let kit = folder.path().join("stick");
    if written("a kit is refreshed", &kit).is_none() {
        return;
    }
    let names = |at: &Path| {
        let mut names: Vec<String> = fs::read_dir(at)
            .expect("a folder")
            .map(|it| {
                it.expect("a name")
                    .file_name()
                    .to_string_lossy()
                    .into_owned()
            })
            .collect();
        names.sort();
        names
    };
    let parts = [
        ".cargo",
        "README.html",
        "kit.json",
        "registry",
        "snackbar",
        "snackbar.git",
    ];
    assert_eq!(names(&kit), parts);
    let page = fs::read_to_string(kit.join("README.html")).expect("a page");
    for word in ["cargo run -p demo-01-deadlock", "rustup.rs", "툴체인", "MB"] {
        assert!(page.contains(word), "{word}");
    }
    // An attendee has worked in it, and keeps holiday pictures on the same stick.
    fs::create_dir(kit.join("pictures")).expect("a folder");
    fs::write(kit.join("pictures").join("cat.jpg"), "a cat").expect("a file");
    fs::write(kit.join("snackbar").join("mine.txt"), "my notes").expect("a file");
    fs::write(kit.join("README.html"), "my own page").expect("a file");
    let said = written("a kit is refreshed", &kit).expect("it was possible a moment ago");
    assert!(
        said.contains("were kept: README.html.before-1, snackbar.before-1."),
        "{said}"
    );
    let after = [
        ".cargo",
        "README.html",
        "README.html.before-1",
        "kit.json",
        "pictures",
        "registry",
        "snackbar",
        "snackbar.before-1",
        "snackbar.git",
    ];
    assert_eq!(names(&kit), after);
    let read = |path: &str| fs::read_to_string(kit.join(path)).expect("it was kept");
    assert_eq!(read("pictures/cat.jpg"), "a cat");
    assert_eq!(read("snackbar.before-1/mine.txt"), "my notes");
    assert_eq!(read("README.html.before-1"), "my own page");
    assert_eq!(read("README.html"), page);
    assert!(!kit.join("snackbar").join("mine.txt").exists());
}

/// Runs the program where it cannot write a kit, and returns its sentence.
#[track_caller]
fn refused(command: &mut Command, folder: &Path) -> String {
    let before = folder.exists();
    let output = run(command, PATIENCE);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.starts_with("slides: no kit was written: "), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert_eq!(folder.exists(), before, "{said}");
    said
}

#[test]
fn where_no_kit_can_be_written_a_sentence_says_why_and_nothing_is_touched() {
    let folder = Folder::new("refused");
    let at = |name: &str| folder.path().join(name);

    fs::create_dir(at("full")).expect("a folder");
    fs::write(at("full").join("thesis.txt"), "years of work").expect("a file");
    let why = refused(&mut write_into(&at("full")), &at("full"));
    assert!(why.contains("has files in it and is not a kit"), "{why}");
    // Another program's kit.json makes it no kit.
    fs::write(at("full").join("kit.json"), "{\"files\": {}}").expect("a file");
    refused(&mut write_into(&at("full")), &at("full"));
    assert_eq!(fs::read_dir(at("full")).expect("a folder").count(), 2);

    fs::write(at("file"), "").expect("a file");
    let why = refused(&mut write_into(&at("file")), &at("file"));
    assert!(why.contains("is not a folder"), "{why}");

    let inside = Path::new(ROOT).join("target").join("a-stick");
    let why = refused(&mut write_into(&inside), &inside);
    assert!(why.contains("is inside the repository"), "{why}");

    let mut command = write_into(&at("new"));
    command.env("PATH", at("nowhere"));
    let why = refused(&mut command, &at("new"));
    assert!(why.contains("install git"), "{why}");
}

#[test]
fn crates_that_cannot_be_fetched_are_named() {
    let folder = Folder::new("fetch");
    let stick = folder.path().join("stick");
    let mut command = newcomer(env!("CARGO_BIN_EXE_slides"), folder.path());
    let why = refused(command.arg("--kit").arg(&stick), &stick);
    if CANNOT[..2].iter().any(|it| why.contains(it)) {
        return skipped("crates that cannot be fetched", why.trim());
    }
    assert!(
        why.contains("were never downloaded: aho-corasick 1."),
        "{why}"
    );
    assert!(why.contains("try again with a network"), "{why}");
}

/// The whole repository, as far as it can be built without running it. Minutes: `cargo test -p
/// slides --test kit_folder -- --ignored`.
#[test]
#[ignore = "builds the whole repository from nothing"]
#[cfg(target_os = "linux")]
fn everything_is_built_from_the_kit_without_a_network() {
    let test = "everything from the kit";
    let folder = Folder::new("everything");
    let kit = folder.path().join("stick");
    let Some(told) = written(test, &kit) else {
        return;
    };
    println!("{told}");
    let limit = Duration::from_secs(60 * 60);
    for words in [
        "build --workspace --bins",
        "test --workspace --no-run",
        "run -p learn -- verify",
    ] {
        let tree = kit.join("snackbar");
        let began = std::time::Instant::now();
        let output = match kit::cargo_without_network(words, &tree, folder.path(), limit) {
            Ok(output) => output,
            Err(why) => return skipped(test, &why),
        };
        assert!(output.status.success(), "{words}: {}", said(&output));
        println!("cargo {words}: {:.0} s", began.elapsed().as_secs_f32());
    }
}
