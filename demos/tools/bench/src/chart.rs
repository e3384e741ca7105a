//! The charts: SVG without scripts, fonts or links, drawn only from the tables of the report.

mod axis;
mod draw;

use crate::table::Table;
use axis::Axis;
use draw::Drawing;

/// The right edge of the rows' names, where the plots begin.
const NAMES: f64 = 250.0;

/// The right edge of a plot that takes the full width.
const RIGHT: f64 = 850.0;

/// The height of a row.
const ROW: f64 = 24.0;

/// The colours of four columns, the lightest first: more threads, or larger batches, are darker.
const SHADES: [&str; 4] = ["#9ec9ec", "#4a98d3", "#1f64a8", "#0b2f5c"];

/// The chart of appends, contended and in batches: one row per tool, one dot per column, on a
/// logarithmic axis.
pub fn appends(contended: &Table, batches: &Table) -> String {
    let axis = Axis::around(
        [contended, batches].into_iter().flat_map(numbers),
        NAMES,
        RIGHT,
    );
    let mut drawing = Drawing::new(
        "Appends in the same time, as multiples of std's Mutex with as many threads (further right is faster)",
    );
    dots(&mut drawing, contended, &axis, "threads");
    drawing.skip(ROW);
    dots(&mut drawing, batches, &axis, "at a time, 4 threads");
    drawing.finish()
}

/// The chart of the rooms: the requests that each answers, and the 99th percentile of the waits;
/// with the crowd alone, and with one player who reads nothing.
pub fn rooms(crowd: &Table, slow: &Table) -> String {
    let mut drawing = Drawing::new(
        "Six rooms under one crowd, as multiples of 02-lock-order without a slow player",
    );
    drawing.legend(&[
        ("#4a98d3", "the crowd alone"),
        ("#e08a2c", "and one player who reads nothing"),
    ]);
    let cells = |column| [crowd, slow].map(|table| cell_numbers(table, column));
    let answers = cells("answers").concat().into_iter().fold(1.0, f64::max);
    let waits = Axis::around(cells("p99 wait").concat(), 600.0, RIGHT);
    let scale = |number: f64| number / answers * 260.0;
    let heads = drawing.skip(ROW);
    drawing.text(NAMES, heads, "head", "requests answered");
    drawing.text(600.0, heads, "head", "p99 of the waits (logarithmic)");
    let top = drawing.skip(ROW) - ROW / 2.0;
    for (name, _) in &crowd.rows {
        let y = drawing.skip(2.0 * ROW);
        drawing.text(NAMES - 12.0, y, "name", name);
        for (table, colour, y) in [(crowd, "#4a98d3", y - 9.0), (slow, "#e08a2c", y + 9.0)] {
            let cell = |column| table.cell(name, column).unwrap_or("–");
            match cell("answers").parse() {
                Ok(number) => {
                    drawing.bar(NAMES, y, scale(number), colour);
                    drawing.text(NAMES + scale(number) + 6.0, y, "value", cell("answers"));
                }
                Err(_) => drawing.text(NAMES + 6.0, y, "bad", cell("answers")),
            }
            match cell("p99 wait").parse() {
                Ok(number) => {
                    drawing.dot(waits.at(number), y, 6.0, colour);
                    drawing.text(waits.at(number) + 11.0, y, "value", cell("p99 wait"));
                }
                Err(_) => drawing.text(606.0, y, "bad", cell("p99 wait")),
            }
        }
    }
    let bottom = drawing.skip(0.0) - ROW;
    drawing.line(NAMES, top, bottom, "axis");
    drawing.line(NAMES + scale(1.0), top, bottom, "one");
    drawing.line(waits.at(1.0), top, bottom, "one");
    drawing.finish()
}

/// Draws a table, and names its region by the table's key.
fn dots(drawing: &mut Drawing, table: &Table, axis: &Axis, what: &str) {
    let y = drawing.skip(ROW);
    drawing.text(NAMES, y, "head", &table.title);
    let legend: Vec<_> = SHADES
        .iter()
        .zip(&table.columns)
        .map(|(shade, column)| (*shade, column.as_str()))
        .collect();
    drawing.legend(&legend);
    drawing.beside(what);
    let top = drawing.skip(ROW) - ROW / 2.0;
    let first = drawing.skip(0.0);
    let bottom = first + ROW * table.rows.len() as f64;
    for (number, label) in axis.ticks() {
        drawing.line(
            axis.at(number),
            top,
            bottom - ROW / 2.0,
            if number == 1.0 { "one" } else { "tick" },
        );
        drawing.text(axis.at(number), bottom, "tick", &label);
    }
    for (name, cells) in &table.rows {
        let y = drawing.skip(ROW);
        drawing.text(NAMES - 12.0, y, "name", name);
        // The last column is drawn last: a small dot on a large one hides none.
        for ((cell, shade), radius) in cells.iter().zip(SHADES).zip([8.0, 6.5, 5.0, 3.5]) {
            if let Ok(number) = cell.parse() {
                drawing.dot(axis.at(number), y, radius, shade);
            }
        }
    }
    drawing.skip(ROW);
    drawing.region(&table.key, y);
}

fn numbers(table: &Table) -> Vec<f64> {
    table
        .rows
        .iter()
        .flat_map(|(_, cells)| cells)
        .filter_map(|cell| cell.parse().ok())
        .collect()
}

fn cell_numbers(table: &Table, column: &str) -> Vec<f64> {
    table
        .rows
        .iter()
        .filter_map(|(name, _)| table.cell(name, column)?.parse().ok())
        .collect()
}

#[cfg(test)]
mod tests;
