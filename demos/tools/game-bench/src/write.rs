//! Writes the report into the pages.

use std::fs;
use std::path::{Path, PathBuf};

use game_bench::{Report, with_quote};

/// Writes `report.md`, and the tables on the game's page.
pub(crate) fn write(report: &Report) -> Result<(), String> {
    // From cargo's environment, because the executable may have been built in another place.
    let folder = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let page = folder.join("../../08-snack-game/README.md");
    let text = fs::read_to_string(&page).map_err(|error| failed(&page, &error))?;
    let fresh = with_quote(&text, &report.tables()).ok_or(
        "the game's page has no place for it: `<!-- ratios -->`, and `<!-- end -->` below it",
    )?;
    for (path, text) in [
        (folder.join("report.md"), report.to_string()),
        (page, fresh),
    ] {
        fs::write(&path, text).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
