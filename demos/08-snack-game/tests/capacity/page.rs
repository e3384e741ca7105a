//! The page: its tables, and where they stand.

use crate::played::{Door, Evening, Told};

/// The page with other words between `<!-- name -->` and `<!-- end name -->`.
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

/// Numbers as people read them.
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
    let head = "| they knock | within | | seated | sent on | found it full or dead | had to wait | fullest − emptiest, at half time and at the end |\n|---|--:|---|--:|--:|--:|--:|--:|";
    let line = |(evening, told): &(Evening, Told)| {
        let door = match evening.door {
            Door::One => "all at one server".to_owned(),
            Door::Few(count) => format!("each at one of {count}"),
            Door::ByChance => "each at any".to_owned(),
        };
        let what = match (evening.dies, evening.counts) {
            (true, _) => format!(
                "one dies at half time, with {} players",
                grouped(told.lost_seat.into())
            ),
            (_, false) => "*whoever is sent is not counted*".to_owned(),
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
