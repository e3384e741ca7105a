//! The numbers in the page. After each of them, an invisible comment names its source.
//!
//! `0.57<!-- contended / std channel / 4 -->` quotes a cell of the report: table, row, column.
//! `<!-- … / 4 < 1 -->`, or `> 1`, or `= froze`, also states the claim of the sentence around it;
//! if the claim no longer holds, the sentence must be rewritten.

use crate::table::Table;

/// The page with every quoted number updated from the tables.
///
/// # Errors
/// The quotes without a source, and each claim that does not hold.
pub fn refresh(page: &str, tables: &[Table]) -> Result<String, Vec<String>> {
    let (mut fresh, mut complaints) = (String::new(), Vec::new());
    let mut rest = page;
    while let Some((before, marker, after)) = next(rest) {
        match cell(marker, tables) {
            Ok(cell) => {
                let text = before.trim_end_matches(|letter| !stands_before(letter));
                fresh = fresh + text + cell;
            }
            Err(why) => {
                fresh += before;
                complaints.push(why);
            }
        }
        fresh = fresh + "<!--" + marker + "-->";
        rest = after;
    }
    fresh += rest;
    if complaints.is_empty() {
        Ok(fresh)
    } else {
        Err(complaints)
    }
}

/// Numbers with a decimal point that have no quote comment.
pub fn strays(page: &str) -> Vec<String> {
    let mut strays = Vec::new();
    let mut rest = page;
    while let Some((before, _, after)) = next(rest) {
        let quoted = before.trim_end_matches(|letter| !stands_before(letter));
        strays.extend(decimals(quoted));
        rest = after;
    }
    strays.extend(decimals(rest));
    strays
}

fn decimals(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    words
        .filter(|word| word.split('.').filter(|digits| !digits.is_empty()).count() > 1)
        .map(String::from)
}

/// The text before the next marker, the marker's text, and the rest.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("<!--")?;
    let (marker, after) = rest.split_once("-->")?;
    Some((before, marker, after))
}

/// Whether the character may be right before a quoted number or word.
fn stands_before(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '*' | '(' | '|' | '>')
}

fn cell<'a>(marker: &str, tables: &'a [Table]) -> Result<&'a str, String> {
    let marker = marker.trim();
    let claim = [" < ", " > ", " = "]
        .iter()
        .find_map(|sign| Some((sign, marker.split_once(sign)?)));
    let place = claim.map_or(marker, |(_, (place, _))| place);
    let [key, row, column] = place.split(" / ").collect::<Vec<_>>()[..] else {
        return Err(format!("`{marker}` is not a table, a row and a column"));
    };
    let cell = tables
        .iter()
        .find(|table| table.key == key)
        .and_then(|table| table.cell(row, column));
    let cell = cell.ok_or_else(|| format!("the report has no `{place}`"))?;
    if let Some((sign, (_, bound))) = claim {
        let numbers = cell.parse::<f64>().ok().zip(bound.parse::<f64>().ok());
        let holds = match (*sign, numbers) {
            (" < ", Some((cell, bound))) => cell < bound,
            (" > ", Some((cell, bound))) => cell > bound,
            (sign, _) => sign == " = " && cell == bound,
        };
        if !holds {
            return Err(format!(
                "the page claims `{marker}`, and the report says {cell}"
            ));
        }
    }
    Ok(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables() -> Vec<Table> {
        Table::read_all("## a: b\n\n| | 1 | 2 |\n|---|--:|--:|\n| std Mutex | 0.25 | froze |\n")
    }

    #[test]
    fn a_stale_number_is_updated_and_the_rest_stays() {
        let page = "It is **0.3<!-- a / std Mutex / 1 < 1 -->** of it (9<!--a / std Mutex / 2 = froze-->), or 3.\n";
        let fresh = "It is **0.25<!-- a / std Mutex / 1 < 1 -->** of it (froze<!--a / std Mutex / 2 = froze-->), or 3.\n";
        assert_eq!(refresh(page, &tables()).as_deref(), Ok(fresh));
        assert_eq!(refresh(fresh, &tables()).as_deref(), Ok(fresh));
    }

    #[test]
    fn a_claim_that_no_longer_holds_is_reported() {
        let told = |marker: &str| {
            refresh(&format!("1<!-- {marker} -->"), &tables())
                .expect_err("a complaint")
                .join("\n")
        };
        assert_eq!(
            told("a / std Mutex / 1 > 1"),
            "the page claims `a / std Mutex / 1 > 1`, and the report says 0.25"
        );
        assert!(told("a / std Mutex / 2 < 1").ends_with("the report says froze"));
        assert!(told("a / std Mutex / 1 = froze").ends_with("the report says 0.25"));
        assert_eq!(
            told("a / tokio Mutex / 1"),
            "the report has no `a / tokio Mutex / 1`"
        );
        assert!(told("a note").contains("is not a table"));
    }

    #[test]
    fn a_number_without_a_source_is_a_stray() {
        let page = "0.5<!-- a / std Mutex / 1 > 0.1 --> of 64, 1.5 times, rooms 1. and 2.\n**0.2<!-- b -->** 2.5";
        assert_eq!(strays(page), ["1.5", "2.5"]);
    }
}
