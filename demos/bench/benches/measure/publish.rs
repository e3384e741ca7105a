//! Puts the report where it is read: into the package's folder.

use bench::{chart, quotes, report::Report, table::Table};
use std::path::{Path, PathBuf};
use std::{env, fs, io, process::ExitCode};

/// Says why there is no report.
pub(crate) fn refuse(why: &str) -> ExitCode {
    eprintln!("measure: {why}");
    ExitCode::FAILURE
}

/// Writes the report, its charts, and the numbers that the page quotes.
pub(crate) fn publish(report: &Report) -> ExitCode {
    match write(report) {
        Ok(claims) if claims.is_empty() => ExitCode::SUCCESS,
        Ok(claims) => {
            let claims = claims.join("\n  ");
            refuse(&format!(
                "the page is left as it was, for here it is wrong:\n  {claims}"
            ))
        }
        Err(error) => refuse(&format!("the report cannot be written: {error}")),
    }
}

/// What the page claims and this run does not show.
fn write(report: &Report) -> io::Result<Vec<String>> {
    // Cargo says where; the executable itself may have been built elsewhere.
    let folder =
        env::var_os("CARGO_MANIFEST_DIR").map_or(env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    let text = report.to_string();
    let tables = Table::read_all(&text);
    let table = |key| {
        tables
            .iter()
            .find(|table| table.key == key)
            .cloned()
            .unwrap_or_default()
    };
    fs::write(folder.join("report.md"), &text)?;
    fs::write(
        folder.join("appends.svg"),
        chart::appends(&table("contended"), &table("batches")),
    )?;
    fs::write(
        folder.join("rooms.svg"),
        chart::rooms(&table("crowd"), &table("slow")),
    )?;
    refresh(&folder.join("README.md"), &tables)
}

fn refresh(page: &Path, tables: &[Table]) -> io::Result<Vec<String>> {
    match quotes::refresh(&fs::read_to_string(page)?, tables) {
        Ok(fresh) => fs::write(page, fresh).map(|()| Vec::new()),
        Err(claims) => Ok(claims),
    }
}
