//! A story as text: one column per thread, one row per step, the source at the right. If that does
//! not fit, the steps stand one below the other.

use super::layout::{GAP, Layout, Numbers, cell};
use super::width::{cut, pad, wrap};
use crate::story::Story;

/// The width that fits into a terminal, and into a code block of a page.
pub(crate) const COLUMNS: usize = 100;
/// The minimum width for columns beside each other; in fewer columns they cannot be read.
const BESIDE: usize = 24;
/// The minimum width of a drawing.
const NARROWEST: usize = 24;

/// Draws the lanes, then the sentences that say which lane waits for which, at most `columns` wide.
/// `title` is the first line.
pub(crate) fn text(title: &str, story: &Story, columns: usize, numbers: Numbers) -> String {
    let columns = columns.max(NARROWEST);
    let mut lines = wrap(title, columns);
    if let Some(message) = story.cause.message() {
        lines.extend(
            message
                .lines()
                .flat_map(|line| wrap_indented(line, columns - 2))
                .map(|line| format!("  {line}")),
        );
    }
    if !story.steps.is_empty() {
        lines.push(String::new());
        if columns < BESIDE * (story.lanes.len() + 1) {
            lines.extend(below(story, columns, numbers));
        } else {
            lines.extend(lanes(story, columns, numbers));
        }
    }
    let sentences = story.sentences();
    if !sentences.is_empty() {
        lines.push(String::new());
    }
    lines.extend(
        sentences
            .iter()
            .flat_map(|sentence| wrap(sentence, columns)),
    );
    lines
        .iter()
        .map(|line| line.trim_end())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Wraps a message. It keeps its own lines and their indentation.
pub(super) fn wrap_indented(line: &str, columns: usize) -> Vec<String> {
    let indent = line
        .chars()
        .take_while(|c| *c == ' ')
        .count()
        .min(columns / 2);
    let indent = " ".repeat(indent);
    wrap(line, columns - indent.len())
        .into_iter()
        .map(|line| format!("{indent}{line}"))
        .collect()
}

/// Draws one step below the other, each with the name of its lane: for a narrow terminal.
fn below(story: &Story, columns: usize, numbers: Numbers) -> Vec<String> {
    let mut lines = vec![];
    if story.left_out > 0 {
        lines.push(format!("   … {} rows before", story.left_out));
    }
    for row in &story.steps {
        let said = format!("{} {}", story.lanes[row.lane].name, cell(row));
        let mut number = format!("{:>2} ", row.row);
        for line in wrap(&said, columns - 3) {
            lines.push(format!("{number}{line}"));
            number = "   ".into();
        }
        if let Some(spot) = &row.at {
            let name = spot.file.rsplit('/').next().unwrap_or(&spot.file);
            let place = numbers.place(name, spot.line);
            lines.push(format!("     {}", cut(&place, columns - 5)));
            if let Some(source) = &spot.source {
                lines.push(format!("     {}", cut(source, columns - 5)));
            }
        }
    }
    lines
}

fn lanes(story: &Story, columns: usize, numbers: Numbers) -> Vec<String> {
    let layout = Layout::of(story, columns, numbers);
    let line = |number: &str, cells: &[&str], right: &str| {
        let cells: Vec<String> = cells
            .iter()
            .zip(&layout.widths)
            .map(|(cell, &width)| pad(cell, width + GAP))
            .collect();
        format!(
            "{number:>width$} {}{right}",
            cells.concat(),
            width = layout.number_width
        )
    };
    let mut lines = vec![];
    for part in 0..layout.name_lines() {
        let names: Vec<&str> = layout
            .names
            .iter()
            .map(|name| name.get(part).map_or("", String::as_str))
            .collect();
        let folder = layout.folder.trim_end_matches('/');
        let right = if part == 0 && !folder.is_empty() {
            format!("in {folder}")
        } else {
            String::new()
        };
        lines.push(line("", &names, &right));
    }
    if story.left_out > 0 {
        lines.push(line(
            "",
            &vec!["…"; layout.widths.len()],
            &format!("{} rows before", story.left_out),
        ));
    }
    for row in &layout.rows {
        for (part, text) in row.cell.iter().enumerate() {
            let mut cells = vec![""; layout.widths.len()];
            cells[row.lane] = text;
            lines.push(if part == 0 {
                let right = format!("{}  {}", pad(&row.place, layout.place_width), row.source);
                line(&row.number.to_string(), &cells, &right)
            } else {
                line("", &cells, "")
            });
        }
    }
    lines
}
