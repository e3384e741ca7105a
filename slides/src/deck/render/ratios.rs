//! A table of what a delivered message costs, with the figures of step 8's README.

use super::Renderer;
use crate::html::escape;
use std::fs;

/// The file that the benchmark writes its figures into.
const README: &str = "demos/08-snack-game/README.md";

/// The rows that the slide shows: words by which the README's row is found, and the row's name in
/// each language.
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

impl Renderer<'_, '_> {
    /// Renders the table.
    pub(super) fn ratios(&mut self, line: usize) {
        let korean = self.file.parent().is_some_and(|it| it.ends_with("ko"));
        let readme = fs::read_to_string(self.lint.place.root.join(README)).unwrap_or_default();
        let Some(rows) = figures(&readme) else {
            return self.lint.complain(line, format!(
                "`ratios` shows rows of the table after <!-- ratios --> in {README}, but one of \
                them is missing: run that benchmark again, or change ROWS in \
                slides/src/deck/render/ratios.rs"
            ));
        };
        let language = usize::from(korean);
        let head: String = HEAD[language]
            .iter()
            .map(|it| format!("<th>{it}</th>"))
            .collect();
        self.html += &format!("<table class=\"ratios\">\n<thead><tr>{head}</tr></thead><tbody>\n");
        for ((_, names), figures) in ROWS.iter().zip(rows) {
            let cells: String = figures
                .iter()
                .map(|it| format!("<td>{}</td>", escape(it)))
                .collect();
            self.html += &format!("<tr><th>{}</th>{cells}</tr>\n", names[language]);
        }
        self.html += "</tbody></table>\n";
        self.slide.blocks.shape.push("ratios".to_owned());
    }
}

/// The two figures of each row. `None` if a row is missing.
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

    const README_TEXT: &str = "<!-- ratios -->\n\n| CPU | 160 | 1,000 | goal \
        |\n|---|--:|--:|---|\n| a bare `write()` loop | 1.00 | 1.00 | |\n\
        | **Snack Rush**, every client watches | 1.11 (1.00–1.15) | 1.12 | |\n| axum's chat as \
        it is | 1.37 | 1.44 | |\n\n| memory | kB |\n";

    #[test]
    fn the_figures_of_the_readme_are_shown() {
        let rows = figures(README_TEXT).expect("three rows");
        assert_eq!(rows[1], ["1.11 (1.00–1.15)", "1.12"]);
        assert_eq!(rows[2][1], "1.44");
    }

    #[test]
    fn a_missing_row_is_noticed() {
        assert_eq!(
            figures(&README_TEXT.replace("every client watches", "all")),
            None
        );
        assert_eq!(figures(&README_TEXT.replace("| 1.37 ", "| soon ")), None);
        assert_eq!(figures("nothing was measured"), None);
    }
}
