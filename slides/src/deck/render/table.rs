//! Tables, and the promises table, whose rows light up.

use super::{At, Renderer};
use crate::{
    deck::promises,
    html::{escape, span},
};
use pulldown_cmark::{Event, Tag, TagEnd};

impl Renderer<'_, '_> {
    /// Renders a table, and returns how many events it took. The promises table is compared with
    /// the README, and its rows light up.
    pub(super) fn table(&mut self, events: &[At<'_>], line: usize) -> usize {
        let before = std::mem::take(&mut self.html);
        self.cells.clear();
        let (mut used, mut text) = (0, String::new());
        while used < events.len() {
            match &events[used].0 {
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::TableCell) => {
                    used += 1
                }
                Event::End(TagEnd::TableCell) => {
                    let html = std::mem::take(&mut self.html);
                    let text = std::mem::take(&mut text);
                    if self.cells.is_empty() {
                        self.cells.push(Vec::new());
                    }
                    if let Some(row) = self.cells.last_mut() {
                        row.push((html, text));
                    }
                    used += 1;
                }
                Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                    self.cells.push(Vec::new());
                    used += 1;
                }
                Event::End(TagEnd::Table) => {
                    used += 1;
                    break;
                }
                event => {
                    if let Event::Text(more) | Event::Code(more) = event {
                        text += more;
                    }
                    used += self.event(&events[used..]);
                }
            }
        }
        let rows = std::mem::take(&mut self.cells);
        self.html = before + &self.rows(&rows, line);
        used
    }

    fn rows(&mut self, rows: &[Vec<(String, String)>], line: usize) -> String {
        let known = promises::known(self.lint.place);
        // A table of another talk is the promises table only if it has a row of it.
        let is_promise = |row: &Vec<(String, String)>| {
            row.iter().any(|(_, text)| promises::mark(text).is_some())
                && (!self.lint.place.is_other || known.contains_key(&row[0].1))
        };
        let promises = rows.iter().skip(1).any(is_promise);
        let mut html = String::from(if promises {
            "<table class=\"promises\">\n"
        } else {
            "<table>\n"
        });
        for (number, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
            let (_, name) = &row[0];
            let (open, close) = if number == 0 {
                ("<thead>", "</thead>")
            } else {
                ("", "")
            };
            let step = binary(name);
            html += open;
            html += &match promises && number > 0 {
                true => format!("<tr data-lights=\"{}\">", escape(&step)),
                false => "<tr>".to_owned(),
            };
            let marks: Vec<bool> = row
                .iter()
                .skip(1)
                .filter_map(|(_, text)| promises::mark(text))
                .collect();
            if promises && number > 0 && known.get(name) != Some(&marks) {
                self.lint.complain(
                    line + number + 1,
                    format!(
                        "the row `{name}` differs from the promises table in README.md: copy its \
                        marks"
                    ),
                );
            }
            for (column, (cell, text)) in row.iter().enumerate() {
                html += &match (number, column, promises::mark(text)) {
                    (0, ..) => format!("<th scope=\"col\">{cell}</th>"),
                    (_, 0, _) => format!("<th scope=\"row\">{cell}</th>"),
                    (.., Some(kept)) if promises => format!(
                        "<td>{}</td>",
                        span(if kept { "kept" } else { "broken" }, text)
                    ),
                    _ => format!("<td>{cell}</td>"),
                };
            }
            html += "</tr>";
            html += close;
            html.push('\n');
        }
        self.slide.blocks.shape.push(format!(
            "table of {} rows",
            rows.iter().filter(|row| !row.is_empty()).count()
        ));
        html + "</table>\n"
    }
}

/// The binary of a row of the promises table: `04-await, async mutex` is `04-async-mutex`.
fn binary(row: &str) -> String {
    match (row.split_once(", "), row.split_once('-')) {
        (Some((_, variant)), Some((number, _))) => {
            format!("{number}-{}", variant.replace(' ', "-"))
        }
        _ => row.to_owned(),
    }
}
