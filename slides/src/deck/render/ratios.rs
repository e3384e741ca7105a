//! What a delivered message costs: the figures that step 8's README says, and whatever it says
//! next.

use super::Brush;
use crate::deck::markup::escape;
use std::fs;

/// Where the measurement writes them.
const README: &str = "demos/08-snack-game/README.md";

/// The rows that a slide shows: words of the README's first cell, and what they are called on the
/// slide.
const ROWS: [(&[&str], [&str; 2]); 3] = [
    (
        &["write()", "loop"],
        ["a bare write() loop", "맨 write() 루프"],
    ),
    (&["Snack Rush", "watches"], ["Snack Rush", "Snack Rush"]),
    (
        &["axum's chat", "as it is"],
        ["axum's chat example", "axum의 채팅 예제"],
    ),
];

const HEAD: [[&str; 3]; 2] = [
    ["", "160 in a room", "1,000 in a room"],
    ["", "한 방에 160명", "한 방에 1,000명"],
];

impl Brush<'_, '_> {
    /// A small table of them.
    pub(super) fn ratios(&mut self, line: usize) {
        let korean = self.file.parent().is_some_and(|it| it.ends_with("ko"));
        let readme = fs::read_to_string(self.pen.place.root.join(README)).unwrap_or_default();
        let Some(rows) = figures(&readme) else {
            return self.pen.complain(line, format!(
                "`ratios` shows what {README} says after <!-- ratios -->, and a row of that table is not there any more"
            ));
        };
        let tongue = usize::from(korean);
        let head: String = HEAD[tongue]
            .iter()
            .map(|it| format!("<th>{it}</th>"))
            .collect();
        self.html += &format!("<table class=\"ratios\">\n<thead><tr>{head}</tr></thead><tbody>\n");
        for ((_, names), figures) in ROWS.iter().zip(rows) {
            let cells: String = figures
                .iter()
                .map(|it| format!("<td>{}</td>", escape(it)))
                .collect();
            self.html += &format!("<tr><th>{}</th>{cells}</tr>\n", names[tongue]);
        }
        self.html += "</tbody></table>\n";
        self.slide.shape.push("ratios".to_owned());
    }
}

/// The two figures of each row, as the README has them.
fn figures(readme: &str) -> Option<Vec<[String; 2]>> {
    let (_, after) = readme.split_once("<!-- ratios -->")?;
    let table = after.trim_start().split("\n\n").next()?;
    ROWS.iter()
        .map(|(words, _)| {
            let row = table
                .lines()
                .find(|row| words.iter().all(|word| row.contains(word)))?;
            let mut cells = row.split('|').skip(2).map(|cell| cell.trim().to_owned());
            let both = [cells.next()?, cells.next()?];
            both.iter()
                .all(|it| it.starts_with(|first: char| first.is_ascii_digit()))
                .then_some(both)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = "<!-- ratios -->\n\n| CPU | 160 | 1,000 | goal |\n|---|--:|--:|---|\n| a bare `write()` loop | 1.00 | 1.00 | |\n\
        | **Snack Rush**, everybody watches | 1.11 (1.00–1.15) | 1.12 | |\n| axum's chat as it is | 1.37 | 1.44 | |\n\n| memory | kB |\n";

    #[test]
    fn the_figures_are_the_readmes() {
        let rows = figures(TOLD).expect("three rows");
        assert_eq!(rows[1], ["1.11 (1.00–1.15)", "1.12"]);
        assert_eq!(rows[2][1], "1.44");
    }

    #[test]
    fn a_row_that_is_gone_is_missed() {
        assert_eq!(figures(&TOLD.replace("everybody watches", "all")), None);
        assert_eq!(figures(&TOLD.replace("| 1.37 ", "| soon ")), None);
        assert_eq!(figures("nothing was measured"), None);
    }
}
