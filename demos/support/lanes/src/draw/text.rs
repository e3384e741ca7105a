//! A story as text: one column per thread, one row per step, the source at the right. If that does
//! not fit, the steps stand one below the other.

use super::layout::{GAP, Layout, Numbers, cell, place, shared};
use super::width::{pad, width, wrap, wrap_code};
use crate::story::Story;

/// The width that fits into a terminal, and into a code block of a page.
pub(crate) const COLUMNS: usize = 100;
/// The minimum width for columns beside each other; in fewer columns they cannot be read.
const BESIDE: usize = 24;
/// The most lines that a line of code takes; what is left is cut.
const WRAPPED: usize = 4;
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
    const INDENT: &str = "   ";
    let mut lines = vec![];
    let shared = shared(story);
    let is_one_file = !shared.is_empty() && !shared.ends_with('/');
    if is_one_file {
        let room = columns - INDENT.len() - "in ".len();
        lines.push(format!("{INDENT}in {}", end_of_path(&shared, room)));
    }
    if story.left_out > 0 {
        lines.push(format!("{INDENT}… {} rows before", story.left_out));
    }
    for row in &story.steps {
        let said = format!("{} {}", story.lanes[row.lane].name, cell(row));
        let mut number = format!("{:>2} ", row.row);
        for line in wrap(&said, columns - INDENT.len()) {
            lines.push(format!("{number}{line}"));
            number = INDENT.into();
        }
        let Some(spot) = &row.at else { continue };
        let source = spot.source.as_deref().unwrap_or_default();
        if is_one_file {
            let mut place = place(row, &shared, numbers);
            for line in wrap_code(source, columns - INDENT.len() - place.len() - 1, WRAPPED) {
                lines.push(format!("{INDENT}{place} {line}"));
                place = " ".repeat(place.len());
            }
            continue;
        }
        let folder = spot.file.rfind('/').map_or(0, |slash| slash + 1);
        let place = place(row, &spot.file[..folder], numbers);
        for part in [vec![place], wrap_code(source, columns - 5, WRAPPED)].concat() {
            lines.push(format!("     {part}"));
        }
    }
    lines
}

/// Leaves out the first folders of a path that is too long.
fn end_of_path(path: &str, columns: usize) -> String {
    let mut ends = path
        .match_indices('/')
        .map(|(at, _)| format!("…{}", &path[at..]));
    match width(path) <= columns {
        true => path.to_owned(),
        false => ends
            .find(|end| width(end) <= columns)
            .unwrap_or_else(|| path.rsplit('/').next().unwrap_or(path).to_owned()),
    }
}

fn lanes(story: &Story, columns: usize, numbers: Numbers) -> Vec<String> {
    // Beside more lanes a line of code would be a narrow column.
    let most = if story.lanes.len() > 2 { 2 } else { WRAPPED };
    let layout = Layout::of(story, columns, numbers, most);
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
    let none = vec![""; layout.widths.len()];
    let shared = layout.shared.trim_end_matches('/');
    let mut right = match shared {
        "" => String::new(),
        shared => format!("in {shared}"),
    };
    if width(&line("", &none, &right)) > columns {
        let indent = " ".repeat(layout.number_width + 1);
        let room = columns - indent.len() - "in ".len();
        lines.push(format!("{indent}in {}", end_of_path(shared, room)));
        right.clear();
    }
    for part in 0..layout.name_lines() {
        let names: Vec<&str> = layout
            .names
            .iter()
            .map(|name| name.get(part).map_or("", String::as_str))
            .collect();
        lines.push(line("", &names, &std::mem::take(&mut right)));
    }
    if story.left_out > 0 {
        lines.push(line(
            "",
            &vec!["…"; layout.widths.len()],
            &format!("{} rows before", story.left_out),
        ));
    }
    for row in &layout.rows {
        let place = [row.place.as_str(), ""].map(|place| pad(place, layout.place_width));
        for part in 0..row.lines() {
            let mut cells = none.clone();
            cells[row.lane] = row.cell.get(part).map_or("", String::as_str);
            let source = row.source.get(part).map_or("", String::as_str);
            let right = format!("{}{source}", place[part.min(1)]);
            let number = match part {
                0 => row.number.to_string(),
                _ => String::new(),
            };
            lines.push(line(&number, &cells, &right));
        }
    }
    lines
}
