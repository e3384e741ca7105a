//! `cargo run -- --kit DIR` writes a folder from which a laptop without a network builds
//! everything.

#[cfg(target_os = "linux")]
use crate::kit::cargo_without_network;
use crate::kit::{Folder, ROOT, newcomer, printed, run};
use skipped::skip;
use std::{fs, path::Path, process::Command, time::Duration};

/// For builds beside other tests.
const TIMEOUT: Duration = Duration::from_secs(600);

/// Messages about causes that are no mistakes of the kit: no git, no clone, no crates and no
/// network.
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

/// Writes a kit into this folder, and returns what was printed. `None` if no kit can be made here;
/// then the test is skipped.
#[track_caller]
fn written(folder: &Path) -> Option<String> {
    let output = run(&mut write_into(folder), TIMEOUT);
    let output_text = printed(&output);
    if output.code() == Some(0) {
        return Some(output_text);
    }
    assert!(
        CANNOT.iter().any(|it| output_text.contains(it)),
        "{output_text}"
    );
    skip(&format!("no kit can be made here: {}", output_text.trim()));
    None
}

#[test]
#[cfg(target_os = "linux")]
fn step_1_is_built_from_the_kit_without_a_network_and_freezes() {
    let folder = Folder::new("kit");
    let kit = folder.path().join("stick");
    if written(&kit).is_none() {
        return;
    }
    let tree = kit.join("snackbar");
    let words = "run -p demo-01-deadlock";
    let Some(output) = cargo_without_network(words, &tree, folder.path(), TIMEOUT) else {
        return;
    };
    assert_eq!(output.code(), Some(2), "{}", printed(&output));
    assert!(printed(&output).contains("FROZEN"), "{}", printed(&output));
}

#[test]
fn a_refresh_keeps_files_that_the_kit_did_not_write() {
    let folder = Folder::new("refresh");
    let kit = folder.path().join("stick");
    if written(&kit).is_none() {
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
    // The user has edited files of the kit and keeps other files beside it.
    fs::create_dir(kit.join("pictures")).expect("a folder");
    fs::write(kit.join("pictures").join("cat.jpg"), "a cat").expect("a file");
    fs::write(kit.join("snackbar").join("mine.txt"), "my notes").expect("a file");
    fs::write(kit.join("README.html"), "my own page").expect("a file");
    let printed = written(&kit).expect("it worked before");
    assert!(
        printed.contains("were kept: README.html.before-1, snackbar.before-1."),
        "{printed}"
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

/// Runs the program where it cannot write a kit, and returns its message.
#[track_caller]
fn refused(command: &mut Command, folder: &Path) -> String {
    let before = folder.exists();
    let output = run(command, TIMEOUT);
    let output_text = printed(&output);
    assert_eq!(output.code(), Some(1), "{output_text}");
    assert!(
        output_text.starts_with("slides: no kit was written: "),
        "{output_text}"
    );
    assert_eq!(output_text.lines().count(), 1, "{output_text}");
    assert_eq!(folder.exists(), before, "{output_text}");
    output_text
}

#[test]
fn a_kit_that_cannot_be_written_is_explained_and_no_file_is_changed() {
    let folder = Folder::new("refused");
    let at = |name: &str| folder.path().join(name);

    fs::create_dir(at("full")).expect("a folder");
    fs::write(at("full").join("thesis.txt"), "years of work").expect("a file");
    let why = refused(&mut write_into(&at("full")), &at("full"));
    assert!(why.contains("has files in it and is not a kit"), "{why}");
    // Another program's kit.json does not make it a kit.
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
fn crates_that_cannot_be_downloaded_are_named() {
    let folder = Folder::new("fetch");
    let stick = folder.path().join("stick");
    let mut command = newcomer(env!("CARGO_BIN_EXE_slides"), folder.path());
    let why = refused(command.arg("--kit").arg(&stick), &stick);
    if CANNOT[..2].iter().any(|it| why.contains(it)) {
        return skip(&format!("no kit can be made here: {}", why.trim()));
    }
    let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
    let lock = std::fs::read_to_string(lock).expect("the lock file");
    // Those of this workspace have no source.
    let mut packages = lock.split("[[package]]").skip(1);
    let first = packages.find(|it| it.contains("\nsource = "));
    let value = |key: &str| first.and_then(|it| it.split_once(key)?.1.split('"').next());
    let (name, version) = (value("name = \""), value("version = \""));
    let first = format!("{} {}", name.expect("a name"), version.expect("a version"));
    assert!(
        why.contains(&format!("were never downloaded: {first}")),
        "{first}: {why}"
    );
    assert!(why.contains("try again with a network"), "{why}");
}

/// The whole repository, built but not run. Takes minutes: `cargo test -p slides --test it
/// kit_folder:: -- --ignored`.
#[test]
#[ignore = "builds the whole repository from nothing"]
#[cfg(target_os = "linux")]
fn everything_is_built_from_the_kit_without_a_network() {
    let folder = Folder::new("everything");
    let kit = folder.path().join("stick");
    let Some(printed_text) = written(&kit) else {
        return;
    };
    println!("{printed_text}");
    let limit = Duration::from_secs(60 * 60);
    for words in [
        "build --workspace --bins",
        "test --workspace --no-run",
        "run -p learn -- verify",
    ] {
        let tree = kit.join("snackbar");
        let began = std::time::Instant::now();
        let Some(output) = cargo_without_network(words, &tree, folder.path(), limit) else {
            return;
        };
        assert!(output.code() == Some(0), "{words}: {}", printed(&output));
        println!("cargo {words}: {:.0} s", began.elapsed().as_secs_f32());
    }
}
