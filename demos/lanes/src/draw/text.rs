//! A story as text: a column a thread, a row a step, the source at the right.

use super::layout::{GAP, Layout};
use super::width::{pad, wrap};
use crate::story::Story;

/// What fits into a terminal, and into a code block of a page.
const COLUMNS: usize = 100;

/// The lanes, then who waits for whom. `title` is the first line.
pub(crate) fn text(title: &str, story: &Story) -> String {
    let mut lines = wrap(title, COLUMNS);
    if let Some(message) = story.cause.message() {
        lines.extend(
            message
                .lines()
                .flat_map(|line| wrap_indented(line, COLUMNS - 2))
                .map(|line| format!("  {line}")),
        );
    }
    if !story.steps.is_empty() {
        lines.push(String::new());
        lines.extend(lanes(story));
    }
    let sentences = story.sentences();
    if !sentences.is_empty() {
        lines.push(String::new());
    }
    lines.extend(
        sentences
            .iter()
            .flat_map(|sentence| wrap(sentence, COLUMNS)),
    );
    lines
        .iter()
        .map(|line| line.trim_end())
        .collect::<Vec<_>>()
        .join("\n")
}

/// A message keeps its own lines and their indentation.
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

fn lanes(story: &Story) -> Vec<String> {
    let layout = Layout::of(story, COLUMNS);
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
