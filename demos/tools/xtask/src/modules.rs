//! The imports between the files of a crate, and the cycles among them.
//!
//! The files of a cycle can only be understood together, whatever their names promise. A file
//! imports another one if its code, except for `mod tests { … }` and the like, names an item that
//! is defined there: in a `use`, or by a path that begins with `crate`, `super`, `self`, a child
//! module or an imported module. A re-export is followed to the definition. A module and the
//! modules inside it are read together, so what a module imports from the modules around it does
//! not count.

mod graph;
mod source;

use std::collections::BTreeSet;

use crate::Complaint;
use crate::tree::Tree;
use graph::{Imports, cycles};
use source::{Import, Module, read};

/// The maximum number of re-exports between a path and the definition.
const MAX_REEXPORTS: usize = 16;

/// Finds the import cycles in the libraries and binaries of all packages.
pub fn without_cycles(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let mut complaints = BTreeSet::new();
    for member in tree.members()? {
        for root in member.roots(tree)? {
            let imports = imports(&read(tree, &root)?);
            complaints.extend(
                cycles(&imports)
                    .iter()
                    .map(|cycle| sentence(cycle, &imports)),
            );
        }
    }
    Ok(complaints.into_iter().collect())
}

/// Describes a cycle: its files, and the names that tie them.
fn sentence(cycle: &[String], imports: &Imports) -> Complaint {
    let mut ties = Vec::new();
    for file in cycle {
        for (other, names) in &imports[file] {
            if cycle.contains(other) {
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                ties.push(format!(
                    "    {file} imports {} from {other}",
                    names.join(", ")
                ));
            }
        }
    }
    format!(
        "{} files import each other; move what they share into a file below them:\n{}",
        cycle.len(),
        ties.join("\n")
    )
}

/// Resolves every import of the crate with these modules to the file that defines the name.
fn imports(modules: &[Module]) -> Imports {
    let mut found = Imports::new();
    let resolver = Resolver { modules };
    for module in modules {
        for import in &module.imports {
            if import.is_reexport && resolver.is_unused_reexport(module, import) {
                continue;
            }
            let names = match import.is_glob {
                true => resolver.globbed(module, &import.path),
                false => vec![import.path.clone()],
            };
            for path in names {
                let Some((file, name)) = resolver.definition(&module.path, &path, MAX_REEXPORTS)
                else {
                    continue;
                };
                let entry = found.entry(module.file.clone()).or_default();
                if !resolver.is_around(&file, module) {
                    entry.entry(file).or_default().insert(name);
                }
            }
        }
    }
    found
}

fn extended(path: &[String], name: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(name.to_owned());
    path
}

struct Resolver<'a> {
    modules: &'a [Module],
}

impl Resolver<'_> {
    fn module(&self, path: &[String]) -> Option<&Module> {
        self.modules.iter().find(|module| module.path == path)
    }

    /// Returns the file that defines the item at `path` as seen from the module `from`, and the
    /// item's name. `None` if the path leads out of the crate or only names a module.
    fn definition(
        &self,
        from: &[String],
        path: &[String],
        reexports: usize,
    ) -> Option<(String, String)> {
        let mut module = match path.first()?.as_str() {
            "crate" => self.module(&[])?,
            "self" | "super" => self.module(from)?,
            first => match self.module(&extended(from, first)) {
                Some(_) => self.module(from)?,
                None => {
                    let from = self.module(from)?;
                    let is_other = |import: &Import| import.path[0] != first; // Not `use log::log`.
                    if self.binding(from, first).is_some_and(|it| !is_other(it)) {
                        return None;
                    }
                    return self.reexported(from, path, reexports.checked_sub(1)?);
                }
            },
        };
        for (at, segment) in path.iter().enumerate() {
            let child = match segment.as_str() {
                "crate" | "self" if at == 0 => continue,
                "super" => module
                    .path
                    .split_last()
                    .map(|(_, parent)| parent.to_vec())?,
                name => extended(&module.path, name),
            };
            match self.module(&child) {
                Some(child) => module = child,
                None if module.items.contains(segment) => {
                    return Some((module.file.clone(), segment.clone()));
                }
                None => return self.reexported(module, &path[at..], reexports.checked_sub(1)?),
            }
        }
        None
    }

    /// Follows the `use` in `module` that binds the first segment of `path`, or a glob.
    fn reexported(
        &self,
        module: &Module,
        path: &[String],
        reexports: usize,
    ) -> Option<(String, String)> {
        if let Some(import) = self.binding(module, &path[0]) {
            let path = [&import.path[..], &path[1..]].concat();
            return self.definition(&module.path, &path, reexports);
        }
        let is_inside = |glob: &&Import| {
            let first = glob.path[0].as_str();
            glob.is_glob
                && (matches!(first, "crate" | "self" | "super")
                    || self.binding(module, first).is_some()
                    || self.module(&extended(&module.path, first)).is_some())
        };
        let mut globs = module.imports.iter().filter(is_inside);
        globs.find_map(|glob| {
            let path = [&glob.path[..], path].concat();
            self.definition(&module.path, &path, reexports)
        })
    }

    /// Returns the `use` in `module` that binds `name`.
    fn binding<'m>(&self, module: &'m Module, name: &str) -> Option<&'m Import> {
        let mut imports = module.imports.iter();
        imports.find(|import| import.binds.as_deref() == Some(name))
    }

    /// Whether `module` is in `file`, or inside a module of that file.
    fn is_around(&self, file: &str, module: &Module) -> bool {
        let mut outer = self.modules.iter().filter(|it| it.file == file);
        outer.any(|it| module.path.starts_with(&it.path))
    }

    /// Whether a parent only passes an item of its child on.
    fn is_unused_reexport(&self, module: &Module, import: &Import) -> bool {
        let is_child = self
            .definition(&module.path, &import.path, MAX_REEXPORTS)
            .is_some_and(|(file, _)| {
                self.modules
                    .iter()
                    .any(|other| other.file == file && other.path.starts_with(&module.path))
            });
        let is_used = import
            .binds
            .as_ref()
            .is_some_and(|name| module.words.contains(name));
        is_child && !is_used
    }

    /// Returns the paths of those items behind a glob import that `module` mentions.
    fn globbed(&self, module: &Module, path: &[String]) -> Vec<Vec<String>> {
        let mut names = Vec::new();
        for word in &module.words {
            let path = extended(path, word);
            if self
                .definition(&module.path, &path, MAX_REEXPORTS)
                .is_some()
            {
                names.push(path);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    /// The complaints about a crate with these files under `src/`.
    fn check(files: &[(&str, &str)]) -> Vec<Complaint> {
        let fixture = Fixture::new(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"a\"]"),
            ("a/Cargo.toml", "[package]\nname = \"a\""),
        ]);
        for (file, text) in files {
            fixture.write(&format!("a/src/{file}"), text);
        }
        without_cycles(&fixture.tree()).expect("a workspace")
    }

    const ROOT: &str = "mod door;\nmod room;\npub use room::Room;";

    #[test]
    fn two_files_that_import_each_other_are_a_cycle() {
        let room = "use crate::door::Door;\npub struct Room(Door);";
        let door = "pub struct Door;\nimpl Door {\n    fn leads_to(&self, _: &crate::Room) {}\n}";
        let files = [("lib.rs", ROOT), ("room.rs", room), ("door.rs", door)];
        let expected = "2 files import each other; move what they share into a file below them:\n    \
                        a/src/door.rs imports Room from a/src/room.rs\n    \
                        a/src/room.rs imports Door from a/src/door.rs";
        assert_eq!(check(&files), [expected]);
    }

    #[test]
    fn an_import_in_a_test_is_not_part_of_a_cycle() {
        let room = "use crate::door::Door;\npub struct Room(Door);\n";
        for test in [
            "#[cfg(test)]\nmod tests {\n    use crate::Room;\n}",
            "#[cfg(test)]\nuse crate::room::Room;",
            "impl Door {\n    #[cfg(test)]\n    fn leads_to<A, B>(_: crate::Room) {}\n}",
            "// use crate::Room;\nconst TEXT: &str = \"crate::Room\";",
        ] {
            let door = format!("pub struct Door;\n{test}");
            let files = [("lib.rs", ROOT), ("room.rs", room), ("door.rs", &door)];
            assert_eq!(check(&files), [""; 0], "{test}");
        }
    }

    #[test]
    fn a_module_may_use_the_modules_around_it() {
        let files = [
            ("lib.rs", "mod house;\npub struct Size(house::door::Door);"),
            (
                "house.rs",
                "pub mod door;\nuse door::Door;\npub struct House(Door);",
            ),
            (
                "house/door.rs",
                "use super::House;\npub struct Door(House, crate::Size);",
            ),
        ];
        assert_eq!(check(&files), [""; 0]);
    }

    #[test]
    fn a_cycle_of_three_is_found_through_globs_nested_uses_and_module_names() {
        let files = [
            ("lib.rs", "mod a;\nmod b;\nmod c;"),
            (
                "a.rs",
                "use super::*;\npub struct A;\nfn f() -> b::B { b::B }",
            ),
            (
                "b.rs",
                "pub struct B;\nfn f() { use crate::{c::{self as other}}; other::go(); }",
            ),
            ("c.rs", "use super::a::*;\npub fn go() -> A { A }"),
        ];
        let complaints = check(&files);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        assert!(complaints[0].starts_with("3 files"), "{complaints:?}");
    }

    #[test]
    fn files_that_only_tests_compile_are_checked() {
        let complaints = check(&[
            (
                "lib.rs",
                "#[cfg(test)]\nmod faults;\n#[cfg(test)]\nmod scene;",
            ),
            ("faults.rs", "pub struct Faults(super::scene::Scene);"),
            ("scene.rs", "pub struct Scene(super::faults::Faults);"),
        ]);
        assert_eq!(complaints.len(), 1, "{complaints:?}");
    }

    #[test]
    fn the_path_attribute_leads_to_a_file_elsewhere() {
        let root = "mod hall;\n#[path = \"../shared/room.rs\"]\nmod room;";
        let hall = "pub struct Hall(super::room::Room);";
        let room = "use super::hall::Hall;\npub struct Room(Hall);";
        let complaints = check(&[
            ("lib.rs", root),
            ("hall.rs", hall),
            ("../shared/room.rs", room),
        ]);
        assert!(complaints[0].contains("a/shared/room.rs"), "{complaints:?}");
    }

    #[test]
    fn a_raw_identifier_is_found_under_its_name() {
        let files = [
            ("lib.rs", "mod r#type;\nmod room;"),
            (
                "type.rs",
                "use crate::room::r#mod;\npub struct Type(r#mod);",
            ),
            (
                "room.rs",
                "pub struct r#mod;\nfn f(_: crate::r#type::Type) {}",
            ),
        ];
        assert!(
            check(&files)[0].starts_with("2 files"),
            "{:?}",
            check(&files)
        );
    }

    #[test]
    fn a_path_in_the_arguments_of_a_macro_is_an_import() {
        let files = [
            ("lib.rs", ROOT),
            (
                "room.rs",
                "pub struct Room;\nfn f() { assert!(crate::door::open()); }",
            ),
            (
                "door.rs",
                "pub fn open() -> bool { vec![crate::room::Room]; true }",
            ),
        ];
        assert!(
            check(&files)[0].starts_with("2 files"),
            "{:?}",
            check(&files)
        );
    }
}
