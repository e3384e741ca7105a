//! The promises table of the repository's README, which the table on a slide must repeat.

use super::place::Place;
use std::{collections::BTreeMap, fs};

/// The table: for each row, such as `04-await, async mutex`, whether each promise is kept.
pub(super) fn known(place: &Place) -> BTreeMap<String, Vec<bool>> {
    let text = fs::read_to_string(place.root.join("README.md")).unwrap_or_default();
    let table = text
        .split("<!-- promises -->")
        .nth(1)
        .and_then(|rest| rest.split("<!-- end -->").next());
    table.unwrap_or_default().lines().filter_map(row).collect()
}

fn row(line: &str) -> Option<(String, Vec<bool>)> {
    let mut cells = line.trim().trim_matches('|').split('|').map(str::trim);
    let name = cells.next()?.strip_prefix('[')?.split(']').next()?;
    let kept: Vec<bool> = cells.filter_map(mark).collect();
    (!kept.is_empty()).then(|| (name.to_owned(), kept))
}

/// Whether a cell says that a promise is kept. `None` if it has no mark.
pub(super) fn mark(cell: &str) -> Option<bool> {
    match (cell.contains('✓'), cell.contains('✗')) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readmes_table_is_read() {
        let known = known(&Place::new(None));
        assert_eq!(known["01-deadlock"], [false, false, true, true, true]);
        assert_eq!(known["06-actor"], [true; 5]);
        assert!(known.contains_key("04-await, async mutex"));
    }
}
