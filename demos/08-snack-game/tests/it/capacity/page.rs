//! The generated parts of the page.

use crate::capacity::simulated::{FirstServer, Outcome, Scenario};

/// Replaces the text between `<!-- name -->` and `<!-- end name -->`.
pub(crate) fn with(page: &str, name: &str, words: &str) -> String {
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- end {name} -->"));
    let (before, rest) = page
        .split_once(&begin)
        .unwrap_or_else(|| panic!("CAPACITY.md has no {begin}"));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("CAPACITY.md has no {end}"));
    format!("{before}{begin}\n\n{words}\n\n{end}{after}")
}

/// Formats a number with commas.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group));
    groups.collect::<Vec<_>>().join(",")
}

pub(crate) fn table(rows: &[(Scenario, Outcome)]) -> String {
    let head = "| players ask | within | | seated | redirected | target full or dead | had to wait | fullest − emptiest, at half time and at the end |\n|---|--:|---|--:|--:|--:|--:|--:|";
    let line = |(scenario, outcome): &(Scenario, Outcome)| {
        let first_server = match scenario.first_server {
            FirstServer::One => "one server for all".to_owned(),
            FirstServer::Few(count) => format!("one of {count}"),
            FirstServer::Any => "any server".to_owned(),
        };
        let what = match (scenario.dies, scenario.counts) {
            (true, _) => format!(
                "one crashes at half time, with {} players",
                grouped(outcome.lost_seat.into())
            ),
            (_, false) => "*redirected players are not counted*".to_owned(),
            _ => String::new(),
        };
        let [half, end] = outcome
            .spread
            .map(|it| format!("{}.{} %", it / 10, it % 10));
        format!(
            "| {first_server} | {} s | {what} | {} | {} | {} | {} | {half}, {end} |",
            scenario.seconds,
            grouped(outcome.seated.into()),
            grouped(outcome.redirected.into()),
            grouped(outcome.found_full.into()),
            grouped(outcome.waited.into()),
        )
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    format!("{head}\n{}", lines.join("\n"))
}
