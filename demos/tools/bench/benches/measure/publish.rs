//! Compares the claims of the README with this run and, if asked to, writes the report into the
//! package's folder.

use bench::{chart, quotes, report::Report, table::Table};
use std::path::PathBuf;
use std::{env, fs, io, process::ExitCode};

/// Prints why there is no report.
pub(crate) fn refuse(why: &str) -> ExitCode {
    eprintln!("measure: {why}");
    ExitCode::FAILURE
}

/// Checks the claims of `README.md` against this run. With `write`, writes the report, its charts
/// and the numbers that the page quotes; if a claim does not hold, the page is not changed.
pub(crate) fn publish(report: &Report, write: bool) -> ExitCode {
    match compare(report, write) {
        Ok(Ok(())) if write => ExitCode::SUCCESS,
        Ok(Ok(())) => {
            println!(
                "Every claim of demos/tools/bench/README.md holds in this run. Nothing was written; \
                 `{} -- --write` writes the report, both charts and the page's numbers.",
                bench::report::COMMAND
            );
            ExitCode::SUCCESS
        }
        Ok(Err(claims)) => {
            let page = if write {
                "; README.md is left as it was"
            } else {
                ""
            };
            refuse(&format!(
                "these claims of README.md do not hold in this run{page}:\n  {}",
                claims.join("\n  ")
            ))
        }
        Err(error) => refuse(&format!("the report cannot be written: {error}")),
    }
}

/// The inner `Err` holds the claims of the page that do not hold in this run.
fn compare(report: &Report, write: bool) -> io::Result<Result<(), Vec<String>>> {
    // From cargo's environment, because the executable may have been built in another place.
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
    let page = folder.join("README.md");
    let fresh = quotes::refresh(&fs::read_to_string(&page)?, &tables);
    if write {
        fs::write(folder.join("report.md"), &text)?;
        let appends = chart::appends(&table("contended"), &table("batches"));
        fs::write(folder.join("appends.svg"), appends)?;
        let rooms = chart::rooms(&table("crowd"), &table("slow"));
        fs::write(folder.join("rooms.svg"), rooms)?;
    }
    match fresh {
        Ok(fresh) if write => fs::write(page, fresh).map(Ok),
        Ok(_) => Ok(Ok(())),
        Err(claims) => Ok(Err(claims)),
    }
}
