//! The tables of CAPACITY.md, and their places in the page.

use crate::simulated::{Door, Evening, Told};

/// Replaces the text of the page between `<!-- name -->` and `<!-- end name -->`.
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

/// Formats a number with a comma between thousands.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| String::from_utf8_lossy(group));
    groups.collect::<Vec<_>>().join(",")
}

pub(crate) fn table(rows: &[(Evening, Told)]) -> String {
    let head = "| players connect | within | | seated | redirected | found it full or dead | had to wait | fullest − emptiest server, half-way and at the end |\n|---|--:|---|--:|--:|--:|--:|--:|";
    let line = |(evening, told): &(Evening, Told)| {
        let door = match evening.door {
            Door::One => "all to one server".to_owned(),
            Door::Few(count) => format!("each to one of {count}"),
            Door::ByChance => "each to any server".to_owned(),
        };
        let what = match (evening.dies, evening.counts) {
            (true, _) => format!(
                "one dies half-way, with {} players",
                grouped(told.lost_seat.into())
            ),
            (_, false) => "*redirected players are not counted*".to_owned(),
            _ => String::new(),
        };
        let [half, end] = told.spread.map(|it| format!("{}.{} %", it / 10, it % 10));
        format!(
            "| {door} | {} s | {what} | {} | {} | {} | {} | {half}, {end} |",
            evening.seconds,
            grouped(told.seated.into()),
            grouped(told.sent_on.into()),
            grouped(told.found_full.into()),
            grouped(told.waited.into()),
        )
    };
    let lines: Vec<String> = rows.iter().map(line).collect();
    format!("{head}\n{}", lines.join("\n"))
}
