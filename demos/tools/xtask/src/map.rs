//! Compares the map of the crates, `demos/tools/architecture/src/lib.rs`, with the manifests.

use toml::{Table, Value};

use crate::Complaint;
use crate::members::Member;
use crate::tree::Tree;

/// The page that `cargo doc --open` opens.
pub const MAP: &str = "demos/tools/architecture/src/lib.rs";

/// The map's own package.
const ITSELF: &str = "architecture";

/// A crate on the map.
struct Place {
    package: String,
    /// The floor's number from the top, which is 0.
    floor: usize,
}

/// Checks that the map has each member once, with a link to its documentation, and that no member
/// depends on a crate of a floor above its own. The name of the map must be the first in the
/// alphabet, because `cargo doc --open` opens the first one.
pub fn of_the_crates(tree: &Tree) -> Result<Vec<Complaint>, Complaint> {
    let (places, mut complaints) = read(&tree.read(MAP)?);
    let members = tree.members()?;
    let floor = |package: &str| {
        let place = places.iter().find(|place| place.package == package);
        place.map(|place| place.floor)
    };
    for member in &members {
        let package = member.package();
        if package < ITSELF {
            complaints.push(format!(
                "{package} comes before {ITSELF} in the alphabet, so `cargo doc --open` opens it and not the map: rename it"
            ));
        }
        if package == ITSELF {
            continue;
        }
        match places
            .iter()
            .filter(|place| place.package == package)
            .count()
        {
            1 => {}
            0 => complaints.push(format!("{MAP} has no line for {package}")),
            times => complaints.push(format!("{MAP} has {times} lines for {package}")),
        }
        for below in dependencies(member) {
            if let (Some(own), Some(other)) = (floor(package), floor(&below))
                && other < own
            {
                complaints.push(format!(
                    "{package} depends on {below}, which is on a floor above it in {MAP}"
                ));
            }
        }
    }
    let unknown = |place: &&Place| !members.iter().any(|it| it.package() == place.package);
    for place in places.iter().filter(unknown) {
        complaints.push(format!("{MAP}: there is no package {}", place.package));
    }
    Ok(complaints)
}

/// Parses lines such as ``//! - [`harness`](../harness/index.html): …`` under the headings of the
/// floors.
fn read(map: &str) -> (Vec<Place>, Vec<Complaint>) {
    let (mut places, mut complaints, mut floor) = (Vec::new(), Vec::new(), 0);
    for line in map.lines() {
        if line.starts_with("//! # ") {
            floor += 1;
        }
        let Some((package, rest)) = line
            .strip_prefix("//! - [`")
            .and_then(|rest| rest.split_once("`]"))
        else {
            continue;
        };
        let page = format!("(../{}/index.html): ", package.replace('-', "_"));
        if !rest.starts_with(&page) {
            complaints.push(format!("{MAP}: the link of {package} must be {page}"));
        }
        places.push(Place {
            package: package.to_string(),
            floor,
        });
    }
    (places, complaints)
}

/// Returns the dependencies of a member on all systems, without `dev-dependencies`.
fn dependencies(member: &Member) -> Vec<String> {
    let names = |table: Option<&Value>| -> Vec<String> {
        let table = table.and_then(Value::as_table);
        table.map_or_else(Vec::new, |table| table.keys().cloned().collect())
    };
    let targets = member.manifest.get("target").and_then(Value::as_table);
    let of_targets = targets.into_iter().flat_map(Table::values);
    let mut all = names(member.manifest.get("dependencies"));
    all.extend(of_targets.flat_map(|target| names(target.get("dependencies"))));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::Fixture;

    fn all(map: &str, b: &str) -> Vec<Complaint> {
        let fixture = Fixture::new(&[
            ("Cargo.toml", "[workspace]\nmembers = [\"demos/tools/*\"]"),
            (MAP, map),
            (
                "demos/tools/architecture/Cargo.toml",
                "[package]\nname = \"architecture\"",
            ),
            ("demos/tools/b/Cargo.toml", b),
            ("demos/tools/c-d/Cargo.toml", "[package]\nname = \"c-d\""),
        ]);
        of_the_crates(&fixture.tree()).expect("a workspace")
    }

    const B: &str = "[package]\nname = \"b\"\n[target.'cfg(unix)'.dependencies]\nc-d = \"1\"";
    const UP: &str = "//! # Up\n//! - [`b`](../b/index.html): it.\n//! # Down\n//! - [`c-d`](../c_d/index.html): it.\n";

    #[test]
    fn a_complete_map_passes() {
        assert_eq!(all(UP, B), [""; 0]);
    }

    #[test]
    fn a_dependency_on_a_floor_above_is_found() {
        let floors = "//! # Up\n//! - [`c-d`](../c_d/index.html): it.\n//! # Down\n//! - [`b`](../b/index.html): it.\n";
        let complaints = all(floors, B);
        let why = format!("b depends on c-d, which is on a floor above it in {MAP}");
        assert_eq!(complaints, [why]);
    }

    #[test]
    fn a_missing_doubled_unknown_or_wrongly_linked_crate_is_found() {
        let missing = all("//! # Up\n//! - [`b`](../b/index.html): it.\n", B);
        assert_eq!(missing, [format!("{MAP} has no line for c-d")]);
        let doubled = all(&(UP.to_string() + "//! - [`b`](../b/index.html): it.\n"), B);
        assert_eq!(doubled[0], format!("{MAP} has 2 lines for b"));
        let unknown = all(&(UP.to_string() + "//! - [`e`](../e/index.html): it.\n"), B);
        assert_eq!(unknown, [format!("{MAP}: there is no package e")]);
        let linked = all(&UP.replace("../c_d", "../c-d"), B);
        assert!(
            linked[0].contains("must be (../c_d/index.html)"),
            "{linked:?}"
        );
    }

    #[test]
    fn a_crate_before_the_map_in_the_alphabet_is_found() {
        let complaints = all(
            &UP.replace("b", "a"),
            &B.replace("name = \"b\"", "name = \"a\""),
        );
        assert!(
            complaints[0].starts_with("a comes before architecture"),
            "{complaints:?}"
        );
    }
}
