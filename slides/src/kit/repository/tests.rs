use super::{fixture::Fixture, *};

/// Clones the copy, as a client does.
fn cloned(fixture: &Fixture, bare: &Path) -> PathBuf {
    let clone = fixture.beside("clone");
    let (from, to) = (bare.to_string_lossy(), clone.to_string_lossy());
    fixture.git(&["clone", "--quiet", "--no-local", &from, &to]);
    clone
}

fn everything(root: &Path) -> Vec<(String, Vec<u8>)> {
    let files = super::super::copy::files(root).expect("a folder");
    let read = |(path, file): (String, PathBuf)| (path, fs::read(file).expect("a file"));
    files.into_iter().map(read).collect()
}

#[test]
fn a_copy_has_only_the_commit_and_the_presenters_repository_is_unchanged() {
    let Some(fixture) = Fixture::new() else {
        return;
    };
    fixture.write("lf", "one\ntwo\n");
    fixture.commit();
    fixture.git(&["branch", "private"]);
    fixture.write("staged", "not committed");
    fixture.git(&["add", "staged"]);
    fixture.write("Cargo.lock", "changed");
    let before = everything(fixture.root());
    let source = Source::open(fixture.root()).expect("a repository");
    assert_eq!(source.changes().expect("git answers"), 2);
    let bare = fixture.beside("snackbar.git");
    source.bare(&bare, None).expect("a copy");
    // The setting of git on many Windows machines.
    line(git(&bare).args(["config", "core.autocrlf", "true"]), LIMIT).expect("git answers");
    check_out(&bare, "main", &fixture.beside("tree")).expect("a tree");
    assert_eq!(everything(fixture.root()), before);

    let clone = cloned(&fixture, &bare);
    let head = |folder: &Path| line(git(folder).args(["rev-parse", "HEAD"]), LIMIT);
    assert_eq!(head(&clone).expect("a commit"), source.head());
    let refs = fs::read_to_string(bare.join("info").join("refs")).expect("a list");
    assert_eq!(refs.lines().count(), 1, "{refs}");
    let packs = fs::read_dir(bare.join("objects").join("pack")).expect("a folder");
    let packs = packs
        .flatten()
        .filter(|it| it.path().extension().is_some_and(|it| it == "pack"));
    assert_eq!(packs.count(), 1);
    let tree = everything(&fixture.beside("tree"));
    let names: Vec<&str> = tree.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Cargo.lock", "lf"]);
    assert_eq!(tree[1].1, b"one\ntwo\n", "as it was committed");
}

#[test]
fn a_configuration_adds_one_commit_which_is_the_same_every_time() {
    let Some(fixture) = Fixture::new() else {
        return;
    };
    fixture.write(CONFIG, "[alias]\nx = \"run\"\n");
    fixture.commit();
    let source = Source::open(fixture.root()).expect("a repository");
    let block = cargo_config::sparse("http://192.168.0.5:7011/registry/");
    let heads = ["one.git", "two.git"].map(|name| {
        let bare = fixture.beside(name);
        source.bare(&bare, Some(&block)).expect("a copy");
        fs::read_to_string(bare.join("info").join("refs")).expect("a list")
    });
    assert_eq!(heads[0], heads[1]);
    let clone = cloned(&fixture, &fixture.beside("one.git"));
    let parent = line(git(&clone).args(["rev-parse", "HEAD^"]), LIMIT);
    assert_eq!(parent.expect("a parent"), source.head());
    let config = fs::read_to_string(clone.join(CONFIG)).expect("a file");
    assert!(config.starts_with("[alias]\nx = \"run\"\n\n"), "{config}");
    assert!(
        config.contains("sparse+http://192.168.0.5:7011/registry/"),
        "{config}"
    );

    fixture.write(CONFIG, "[source.crates-io]\nreplace-with = \"mine\"\n");
    fixture.commit();
    let source = Source::open(fixture.root()).expect("a repository");
    let why = source
        .bare(&fixture.beside("three.git"), Some(&block))
        .expect_err("two sources");
    assert!(
        why.to_string().contains("another source of crates"),
        "{why}"
    );
}

#[test]
fn the_copy_of_a_shallow_clone_has_the_files_and_no_history() {
    let Some(fixture) = Fixture::new() else {
        return;
    };
    fixture.write("second", "a file");
    fixture.commit();
    let shallow = fixture.beside("shallow");
    let from = format!("file://{}", fixture.root().display());
    fixture.git(&[
        "clone",
        "--quiet",
        "--depth",
        "1",
        &from,
        &shallow.to_string_lossy(),
    ]);
    let source = Source::open(&shallow).expect("a repository");
    assert!(source.shallow);
    let bare = fixture.beside("snackbar.git");
    source
        .bare(&bare, Some(&cargo_config::local("registry")))
        .expect("a copy");
    let clone = cloned(&fixture, &bare);
    assert!(clone.join("second").is_file());
    let count = line(git(&clone).args(["rev-list", "--count", "HEAD"]), LIMIT);
    assert_eq!(
        count.expect("a number"),
        "2",
        "the files, and the configuration"
    );
}

#[test]
fn only_the_top_of_a_repository_with_a_commit_is_accepted() {
    let Some(fixture) = Fixture::new() else {
        return;
    };
    fixture.write("inside/file", "a file");
    let refused = |root: &Path| match Source::open(root) {
        Err(why @ KitError::NoRepository(..)) => why.to_string(),
        other => panic!("{other:?}"),
    };
    let inside = refused(&fixture.root().join("inside"));
    assert!(
        inside.contains("the folder inside/ of another repository"),
        "{inside}"
    );
    let outside = fixture.beside("outside");
    fs::create_dir(&outside).expect("a folder");
    assert!(refused(&outside).contains("not a git repository"));
    let empty = fixture.beside("empty");
    fixture.git(&["init", "--quiet", &empty.to_string_lossy()]);
    refused(&empty);
}
