//! Tables for people.

use std::io::{self, Write};

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, ContentLineStyle, LineStyle, TableStyle,
};

/// A line under the header, no other.
const STYLE: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none().junction(' '));

/// A table under construction.
pub(crate) struct Table(comfy_table::Table);

impl Table {
    /// A table with these column titles; columns whose title begins with `>` are aligned to the right.
    pub(crate) fn new<S: AsRef<str>>(titles: &[S]) -> Self {
        let mut table = comfy_table::Table::new();
        table.load_style(STYLE).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(titles.iter().map(|title| title.as_ref().trim_start_matches('>')));
        for (place, title) in titles.iter().enumerate() {
            if title.as_ref().starts_with('>')
                && let Some(column) = table.column_mut(place)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        Self(table)
    }

    /// Never breaks the cells of these columns, however narrow the terminal is.
    pub(crate) fn keep_whole(&mut self, columns: &[usize]) {
        for column in columns {
            if let Some(column) = self.0.column_mut(*column) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
    }

    /// Adds a row, as long as the titles.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.0.add_row(cells);
    }

    /// Writes the table, without white space at the ends of lines.
    pub(crate) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0.lines().try_for_each(|line| writeln!(out, "{}", line.trim_end()))
    }
}

/// The name of something `depth` steps below the root of a tree. Dots, as a table that is too wide for its terminal
/// loses white space.
pub(super) fn indented(depth: usize, name: &str) -> String {
    "· ".repeat(depth) + name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_aligned_to_the_right() {
        let mut table = Table::new(&["what", ">how many"]);
        table.row(["rows".to_owned(), "12".to_owned()]);
        let mut text = Vec::new();
        table.write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.lines().any(|line| line.trim_start().starts_with("rows") && line.ends_with("      12")),
            "{text}"
        );
    }
}
