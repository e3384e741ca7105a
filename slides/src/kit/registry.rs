//! The index of a registry that has only the crates of a lock file. It has a file for each crate,
//! with a line of JSON for each version. A local registry and a sparse one have the same files.
//!
//! The format is in *The Cargo Book*, "Registry Index". The lines are made from the
//! output of `cargo metadata`; the checksums are those of the lock file.

use super::{command, error::KitError, lockfile::Locked};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, path::Path, time::Duration};

/// How long `cargo metadata` may take. It takes a second, but may wait for a build.
const METADATA: Duration = Duration::from_secs(120);

/// The output of `cargo metadata` for the workspace in `root`, with all features, for all systems.
pub(super) fn metadata(root: &Path, offline: bool) -> Result<Value, KitError> {
    let mut cargo = command::cargo(root);
    cargo.args([
        "metadata",
        "--format-version",
        "1",
        "--locked",
        "--all-features",
    ]);
    cargo.args(offline.then_some("--offline"));
    let output = command::output(&mut cargo, b"", METADATA)?;
    serde_json::from_slice(&output)
        .map_err(|error| KitError::Odd(format!("`cargo metadata` did not write JSON: {error}")))
}

/// Returns the files of the index, by their path in it.
///
/// # Errors
/// A crate of the lock file is not in the metadata.
pub(super) fn index(
    metadata: &Value,
    locked: &[Locked],
) -> Result<BTreeMap<String, String>, KitError> {
    let packages = metadata["packages"].as_array();
    let from_a_registry = packages
        .into_iter()
        .flatten()
        .filter(|it| it["source"].is_string());
    let known: BTreeMap<(&str, &str), &Value> = from_a_registry
        .filter_map(|it| Some(((it["name"].as_str()?, it["version"].as_str()?), it)))
        .collect();
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for one in locked {
        let Some(package) = known.get(&(one.name.as_str(), one.version.as_str())) else {
            return Err(KitError::Odd(format!(
                "Cargo.lock has {} {}, but `cargo metadata` does not: `cargo update --workspace` \
                repairs the lock file",
                one.name, one.version
            )));
        };
        let file = files.entry(path(&one.name)).or_default();
        *file += &line(package, one).to_string();
        file.push('\n');
    }
    Ok(files)
}

/// The path of a crate's file in the index: `1/a`, `2/ab`, `3/a/abc`, `ab/cd/abcd`.
fn path(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.len() {
        0..=2 => format!("{}/{name}", name.len()),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    }
}

fn line(package: &Value, locked: &Locked) -> Value {
    let dependencies = package["dependencies"].as_array();
    let deps: Vec<Value> = dependencies.into_iter().flatten().map(dependency).collect();
    let mut line = json!({
        "name": locked.name, "vers": locked.version, "deps": deps, "features": package["features"],
        "cksum": locked.checksum, "yanked": false, "links": package["links"], "v": 2,
    });
    if package["rust_version"].is_string() {
        line["rust_version"] = package["rust_version"].clone();
    }
    line
}

/// A dependency in the index. It has the name that the crate uses, and also the package's name if
/// the crate renames the package.
fn dependency(it: &Value) -> Value {
    let renamed = it["rename"].is_string();
    let mut dependency = Map::new();
    let mut put = |key: &str, value: &Value| dependency.insert(key.to_owned(), value.clone());
    put("name", if renamed { &it["rename"] } else { &it["name"] });
    put("req", &it["req"]);
    put("features", &it["features"]);
    put("optional", &it["optional"]);
    put("default_features", &it["uses_default_features"]);
    put("target", &it["target"]);
    let kind = it["kind"].as_str().unwrap_or("normal");
    put("kind", &kind.into());
    if renamed {
        put("package", &it["name"]);
    }
    dependency.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(name: &str, version: &str) -> Locked {
        Locked {
            name: name.to_owned(),
            version: version.to_owned(),
            checksum: "ab".to_owned(),
        }
    }

    #[test]
    fn an_index_has_a_file_for_each_name_and_a_line_for_each_version() {
        let package = |version: &str| {
            json!({"name": "Rand", "version": version, "source": "registry+x", "features": {"std": ["dep:libc"]}, "links": null,
                "rust_version": "1.63", "dependencies": [{"name": "libc", "rename": "c", "req": "^1", "kind": "dev", "optional": false,
                "uses_default_features": true, "features": [], "target": "cfg(unix)", "registry": null}]})
        };
        let own = json!({"name": "mine", "version": "0.1.0", "source": null});
        let metadata = json!({"packages": [package("0.8.0"), own, package("0.9.0")]});
        let all = [locked("Rand", "0.8.0"), locked("Rand", "0.9.0")];
        let files = index(&metadata, &all).expect("an index");
        assert_eq!(files.keys().collect::<Vec<_>>(), ["ra/nd/rand"]);
        let lines: Vec<&str> = files["ra/nd/rand"].lines().collect();
        assert_eq!(lines.len(), 2);
        let first: Value = serde_json::from_str(lines[0]).expect("JSON");
        assert_eq!(first["vers"], "0.8.0");
        assert_eq!(first["deps"][0]["name"], "c");
        assert_eq!(first["deps"][0]["package"], "libc");
        assert_eq!(first["deps"][0]["kind"], "dev");
        assert_eq!(first["rust_version"], "1.63");
        assert!(index(&metadata, &[locked("other", "1.0.0")]).is_err());
    }

    #[test]
    fn short_names_have_short_paths() {
        let paths = ["a", "ab", "abc", "abcd", "abcde"].map(path);
        assert_eq!(
            paths,
            ["1/a", "2/ab", "3/a/abc", "ab/cd/abcd", "ab/cd/abcde"]
        );
    }
}
