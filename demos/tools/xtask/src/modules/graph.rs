//! Strongly connected components of the imports.

use std::collections::{BTreeMap, BTreeSet};

/// File → file → the names that the first one imports from the second one.
pub(super) type Imports = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// Returns the sets of files that import each other, directly or through one another.
pub(super) fn cycles(imports: &Imports) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    for file in imports.keys() {
        if found.iter().any(|cycle| cycle.contains(file)) {
            continue;
        }
        let reached = reached(imports, file);
        let cycle: Vec<String> = reached
            .iter()
            .filter(|other| self::reached(imports, other).contains(file))
            .cloned()
            .collect();
        if cycle.len() > 1 {
            found.push(cycle);
        }
    }
    found
}

/// Returns the files that `start` imports, directly or through other files.
fn reached(imports: &Imports, start: &str) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next = vec![start];
    while let Some(file) = next.pop() {
        for other in imports.get(file).into_iter().flat_map(|it| it.keys()) {
            if reached.insert(other.clone()) {
                next.push(other);
            }
        }
    }
    reached
}
