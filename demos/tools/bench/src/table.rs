//! Tables of the report, to Markdown and back: charts and quotes are made from the committed
//! report.

use std::fmt;

/// A table under a heading of its own: `## key: title`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// One word, by which quotes find the table.
    pub key: String,
    /// The subject of the table.
    pub title: String,
    /// The columns' names, without the first column, which holds the rows' names.
    pub columns: Vec<String>,
    /// The rows: a name, and a cell for each column.
    pub rows: Vec<(String, Vec<String>)>,
}

impl Table {
    /// A table without rows.
    pub fn new(key: &str, title: &str, columns: impl IntoIterator<Item: ToString>) -> Table {
        Table {
            key: key.into(),
            title: title.into(),
            columns: columns.into_iter().map(|it| it.to_string()).collect(),
            rows: Vec::new(),
        }
    }

    /// The cell in this row and column.
    pub fn cell(&self, row: &str, column: &str) -> Option<&str> {
        let column = self.columns.iter().position(|it| it == column)?;
        let (_, cells) = self.rows.iter().find(|(name, _)| name == row)?;
        cells.get(column).map(String::as_str)
    }

    /// Every table in a Markdown text that is under a heading `## key: title`.
    pub fn read_all(text: &str) -> Vec<Table> {
        let mut tables: Vec<Table> = Vec::new();
        for line in text.lines() {
            if let Some((key, title)) = line.strip_prefix("## ").and_then(|it| it.split_once(": "))
            {
                tables.push(Table::new(key, title, [""; 0]));
            } else if let (Some(table), Some(cells)) = (tables.last_mut(), cells(line)) {
                table.take(cells);
            }
        }
        tables.retain(|table| !table.rows.is_empty());
        tables
    }

    fn take(&mut self, mut cells: Vec<String>) {
        let name = cells.remove(0);
        if self.columns.is_empty() {
            self.columns = cells;
        } else if !name.starts_with("---") {
            self.rows.push((name, cells));
        }
    }
}

/// The cells of a line that is a table's row.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(
        inner
            .split('|')
            .map(|cell| cell.trim().to_string())
            .collect(),
    )
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| | {} |", self.columns.join(" | "))?;
        writeln!(f, "|---|{}", "--:|".repeat(self.columns.len()))?;
        for (name, cells) in &self.rows {
            writeln!(f, "| {name} | {} |", cells.join(" | "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_table_is_read_back() {
        let mut one = Table::new("one", "the first", ["1", "2 threads"]);
        one.rows
            .push(("std Mutex".into(), vec!["1.0".into(), "froze".into()]));
        let mut two = Table::new("two", "the second", ["a"]);
        two.rows.push(("b".into(), vec!["c".into()]));
        let text = format!(
            "# Head\n\n| no | table |\n\n## one: the first\n\nAbout.\n\n{one}\nAfter.\n\n## none\n\n## two: the second\n\n{two}"
        );
        assert_eq!(Table::read_all(&text), [one.clone(), two]);
        assert_eq!(one.cell("std Mutex", "2 threads"), Some("froze"));
        assert_eq!(one.cell("std Mutex", "3"), None);
        assert_eq!(one.cell("mutex", "1"), None);
    }
}
