//! Columns that line up, in the manner of `kubectl`: no rules, three blanks between columns.

use super::text::{Line, Tone};

/// Blanks between columns.
const GAP: usize = 3;
/// A last column that would be narrower goes below its row.
const NARROWEST: usize = 36;
/// How far a text below its row is set in.
const INDENT: usize = 2;

/// Rows below headers. The last column holds sentences, and is broken to fit.
#[derive(Debug)]
pub(crate) struct Table {
    headers: Vec<&'static str>,
    rows: Vec<Vec<Line>>,
}

impl Table {
    /// An empty table.
    pub(crate) fn new(headers: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            headers: headers.into_iter().collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Line>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Lines of at most `width` columns as far as the first columns allow; without a width, one line a row.
    pub(crate) fn lines(self, width: Option<usize>) -> Vec<Line> {
        let widths = self.widths();
        let fixed: usize = widths.iter().map(|width| width + GAP).sum();
        let left = width.map(|width| width.saturating_sub(fixed));
        let below = left.is_some_and(|left| left < NARROWEST);
        let mut lines = vec![self.header(&widths, below)];
        for row in self.rows {
            let mut cells = row.into_iter();
            let mut first = Line::default();
            for (cell, width) in cells.by_ref().take(widths.len()).zip(&widths) {
                first.append(cell.pad(width + GAP));
            }
            let last = cells.next().unwrap_or_default();
            match (left, width) {
                (None, _) => {
                    first.append(last);
                    lines.push(first);
                }
                (Some(_), Some(width)) if below => {
                    lines.push(first);
                    lines.extend(set_in(last.wrap(width.saturating_sub(INDENT)), INDENT));
                }
                (Some(left), _) => {
                    let mut wrapped = last.wrap(left).into_iter();
                    first.append(wrapped.next().unwrap_or_default());
                    lines.push(first);
                    lines.extend(set_in(wrapped, fixed));
                }
            }
        }
        lines
    }

    /// The widths of all columns but the last.
    fn widths(&self) -> Vec<usize> {
        let columns = self.headers.len().saturating_sub(1);
        let cell = |row: &Vec<Line>, column: usize| row.get(column).map_or(0, Line::width);
        self.headers
            .iter()
            .take(columns)
            .enumerate()
            .map(|(column, header)| {
                let widest = self.rows.iter().map(|row| cell(row, column)).max();
                widest.unwrap_or(0).max(header.len())
            })
            .collect()
    }

    fn header(&self, widths: &[usize], below: bool) -> Line {
        let mut line = Line::default();
        for (header, width) in self.headers.iter().zip(widths) {
            line.append(Line::of(Tone::Quiet, header).pad(width + GAP));
        }
        if let Some(last) = self.headers.last().filter(|_| !below) {
            line.push(Tone::Quiet, last);
        }
        line
    }
}

fn set_in(lines: impl IntoIterator<Item = Line>, blanks: usize) -> impl Iterator<Item = Line> {
    lines.into_iter().filter(|line| !line.is_empty()).map(move |line| {
        let mut inset = Line::plain(" ".repeat(blanks));
        inset.append(line);
        inset
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::Medium;

    fn texts(width: Option<usize>) -> Vec<String> {
        let mut table = Table::new(["NAME", "STAGE", "WHY"]);
        table.row(["病院", "5", "because every criterion of it is met and none is in doubt"].map(Line::plain));
        table.row(["a-name", "-", ""].map(Line::plain));
        let lines = table.lines(width);
        lines.iter().map(|line| line.paint(Medium::FILE)).collect()
    }

    #[test]
    fn columns_line_up_by_what_is_seen() {
        assert_eq!(
            texts(None),
            [
                "NAME     STAGE   WHY",
                "病院     5       because every criterion of it is met and none is in doubt",
                "a-name   -",
            ]
        );
    }

    #[test]
    fn sentences_break_within_their_column() {
        assert_eq!(
            texts(Some(60)),
            [
                "NAME     STAGE   WHY",
                "病院     5       because every criterion of it is met and",
                "                 none is in doubt",
                "a-name   -",
            ]
        );
    }

    #[test]
    fn sentences_go_below_their_row_where_it_is_narrow() {
        assert_eq!(
            texts(Some(40)),
            [
                "NAME     STAGE",
                "病院     5",
                "  because every criterion of it is met",
                "  and none is in doubt",
                "a-name   -",
            ]
        );
    }
}
