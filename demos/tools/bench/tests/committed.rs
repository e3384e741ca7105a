//! The report, the charts and the page in this folder contain the same numbers. Nothing is measured
//! here.

use bench::{chart, quotes, report, table::Table};
use std::{env, fs, path::Path};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn tables() -> Vec<Table> {
    Table::read_all(&read("report.md"))
}

fn table(key: &str) -> Table {
    let found = tables().into_iter().find(|table| table.key == key);
    found.unwrap_or_else(|| panic!("report.md has no table {key}"))
}

/// Compares a file with what it should contain. With `BLESS`, updates the file instead.
fn is_fresh(file: &str, fresh: &str) {
    let now = read(file);
    if now == fresh {
        return;
    }
    if env::var_os("BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        return fs::write(path, fresh).expect("the file can be written");
    }
    let stale = now
        .lines()
        .zip(fresh.lines())
        .find(|(now, fresh)| now != fresh);
    panic!("{file} is stale; `BLESS=1 cargo test -p bench` updates it from report.md: {stale:#?}");
}

#[test]
fn the_page_quotes_the_report_and_claims_nothing_else() {
    let page = read("README.md");
    match quotes::refresh(&page, &tables()) {
        Ok(fresh) => is_fresh("README.md", &fresh),
        Err(complaints) => panic!("{}", complaints.join("\n")),
    }
    let strays = quotes::strays(&page);
    assert_eq!(
        strays, [""; 0],
        "numbers of the page without a quote comment"
    );
}

#[test]
fn the_charts_draw_the_report() {
    is_fresh(
        "appends.svg",
        &chart::appends(&table("contended"), &table("batches")),
    );
    is_fresh("rooms.svg", &chart::rooms(&table("crowd"), &table("slow")));
}

#[test]
fn both_pages_contain_the_command() {
    for file in ["README.md", "report.md"] {
        assert!(read(file).contains(report::COMMAND), "{file}");
    }
}

#[test]
fn the_report_has_every_step_with_a_room() {
    let demos = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut steps: Vec<String> = fs::read_dir(demos)
        .expect("the demos")
        .map(|entry| {
            entry
                .expect("a demo")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .filter(|name| ("01-".."07-").contains(&name.as_str()))
        .collect();
    steps.sort();
    for key in ["crowd", "slow"] {
        let rows: Vec<String> = table(key).rows.into_iter().map(|(name, _)| name).collect();
        assert_eq!(rows, steps, "{key}");
    }
}
