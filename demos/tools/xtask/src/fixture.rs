//! Small trees for tests, in the temporary folder of the machine.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, process};

use crate::steps::FILES;
use crate::tree::Tree;

/// The `src/lib.rs` of the first step of [`ladder`].
pub(crate) const ONE: &str = "\
//! Step 1.
//!
//! Run it: `cargo run -p demo-01-a`. Prove it: `cargo test -p demo-01-a`.

pub mod room;
";

/// The `src/lib.rs` of the second step of [`ladder`].
pub(crate) const TWO: &str = "\
//! Step 2.
//!
//! Changed since step 1: `room.rs` (all).
//! Run it: `cargo run -p demo-02-b`. Prove it: `cargo test -p demo-02-b`.

pub mod room;
pub mod hall;
";

/// A temporary folder, removed when dropped.
pub(crate) struct Fixture {
    root: PathBuf,
}

impl Fixture {
    /// Creates a tree with these files, each a path and a text.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        // Tests run at the same time in this program and in others. A folder that can be created is
        // not used by another test.
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let root = loop {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            let root = env::temp_dir().join(format!("xtask-{}-{number}", process::id()));
            match fs::create_dir(&root) {
                Ok(()) => break root,
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => panic!("{} cannot be created: {e}", root.display()),
            }
        };
        let fixture = Self { root };
        for (file, text) in files {
            fixture.write(file, text);
        }
        fixture
    }

    /// Returns the tree to check.
    pub(crate) fn tree(&self) -> Tree {
        Tree::at(&self.root)
    }

    /// Writes a file, and creates its folders.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root.join(file);
        let folder = path.parent().expect("a file has a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .unwrap_or_else(|e| panic!("{} cannot be written: {e}", path.display()));
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        // If it fails, the rest stays in the temporary folder.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// Creates two steps without complaints. They differ in `src/room.rs`, in their names, and in their
/// headers.
pub(crate) fn ladder() -> Fixture {
    let fixture = Fixture::new(&[("Cargo.toml", "[workspace]\nmembers = [\"demos/*\"]")]);
    let steps = [("01-a", 1, ONE, "02-b"), ("02-b", 2, TWO, "03-c")];
    for (name, number, lib, next) in steps {
        let package = format!(
            "[package]\nname = \"demo-{name}\"\n[[bin]]\nname = \"{name}\"\npath = \"src/main.rs\"\n"
        );
        fixture.write(&format!("demos/{name}/Cargo.toml"), &package);
        for file in FILES {
            let text = match file {
                "src/lib.rs" => lib.to_string(),
                "src/main.rs" => main_of(name, number, next),
                "src/room.rs" => format!("// {}\n", lib.len()),
                _ => "the same\n".to_string(),
            };
            fixture.write(&format!("demos/{name}/{file}"), &text);
        }
    }
    fixture
}

fn main_of(name: &str, number: u32, next: &str) -> String {
    let module = name.replace('-', "_");
    let port = 7000 + number;
    format!(
        "//! Starts step {number}.\n\nuse demo_{module}::serve;\nname: \"{name}\", port: {port}, \
         title: \"so \\\"{next}\\\"\", cure: \"see\n `{next}`\";\n"
    )
}
