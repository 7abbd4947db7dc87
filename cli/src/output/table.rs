//! Tables like those of `kubectl`: aligned columns with three blanks between them, no lines.

use super::text::{Line, Tone};

/// Blanks between columns.
const GAP: usize = 3;
/// The narrowest last column. A narrower one is written below its row.
const NARROWEST: usize = 36;
/// The indentation of a text below its row.
const INDENT: usize = 2;

/// Rows below headers. The last column has sentences, which are wrapped to fit.
#[derive(Debug)]
pub(crate) struct Table {
    headers: Vec<&'static str>,
    rows: Vec<Vec<Line>>,
    dispensable: &'static [&'static str],
}

impl Table {
    /// An empty table.
    pub(crate) fn new(headers: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            headers: headers.into_iter().collect(),
            rows: Vec::new(),
            dispensable: &[],
        }
    }

    /// Columns that are left out where it is too narrow for all, the first of them first.
    pub(crate) fn without_if_narrow(self, dispensable: &'static [&'static str]) -> Self {
        Self {
            dispensable,
            ..self
        }
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Line>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// Lines of at most `width` columns, as far as the first columns allow; one line a row without a width.
    pub(crate) fn lines(mut self, width: Option<usize>) -> Vec<Line> {
        if let Some(width) = width {
            self.narrow(width);
        }
        let widths = self.widths();
        let fixed = total_width(&widths);
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
            let mut sentence = match (left, width) {
                (Some(_), Some(width)) if below => {
                    lines.push(std::mem::take(&mut first));
                    let sentence = last.wrap(width.saturating_sub(INDENT)).into_iter();
                    lines.extend(
                        sentence
                            .filter(|line| !line.is_empty())
                            .map(|line| line.indent(INDENT)),
                    );
                    continue;
                }
                (Some(left), _) => last.wrap(left).into_iter(),
                (None, _) => vec![last].into_iter(),
            };
            first.append(sentence.next().unwrap_or_default());
            lines.push(first);
            lines.extend(sentence.map(|line| line.indent(fixed)));
        }
        lines
    }

    /// Removes dispensable columns until the others fit.
    fn narrow(&mut self, width: usize) {
        for dispensable in self.dispensable {
            if total_width(&self.widths()) <= width {
                return;
            }
            let Some(column) = self.headers.iter().position(|header| header == dispensable) else {
                continue;
            };
            self.headers.remove(column);
            for row in &mut self.rows {
                row.remove(column);
            }
        }
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

/// The width of columns, with the blanks after each.
fn total_width(widths: &[usize]) -> usize {
    widths.iter().map(|width| width + GAP).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stdio::Medium;

    fn texts(width: Option<usize>) -> Vec<String> {
        let mut table = Table::new(["NAME", "STAGE", "WHY"]);
        table.row(
            [
                "病院",
                "5",
                "because every criterion of it is met and none is in doubt",
            ]
            .map(Line::plain),
        );
        table.row(["a-name", "-", ""].map(Line::plain));
        let lines = table.without_if_narrow(&["STAGE"]).lines(width);
        lines.iter().map(|line| line.paint(Medium::FILE)).collect()
    }

    #[test]
    fn columns_align_by_display_width() {
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
    fn sentences_wrap_within_their_column() {
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
    fn sentences_go_below_their_row_when_narrow() {
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

    #[test]
    fn dispensable_columns_are_removed_when_too_narrow() {
        assert_eq!(texts(Some(12))[..2], ["NAME", "病院"]);
    }
}
