//! A live table on the alternate screen of a terminal.

use std::io::{self, Write};

use gradus_manifests::finding::Finding;
use gradus_operator::scoring::Published;

use super::news::News;
use crate::output::ladder;
use crate::output::summary;
use crate::output::text::{self, Line, Tone};
use crate::stdio::Medium;

/// Enters the alternate screen and hides the cursor.
const OPEN: &str = "\x1b[?1049h\x1b[?25l";
/// Leaves the alternate screen and shows the cursor.
const CLOSE: &str = "\x1b[?25h\x1b[?1049l";
/// Begins a synchronized update, which ends with [`SHOW`], where the terminal supports it.
const HOLD: &str = "\x1b[?2026h\x1b[H";
/// Clears the rest of the screen and ends the synchronized update.
const SHOW: &str = "\x1b[J\x1b[?2026l";
/// Clears the rest of the line. Why: a screen that is cleared first flickers.
const END_OF_LINE: &str = "\x1b[K\r\n";

/// The indentation of the continuation of a long line.
const HANG: usize = 12;

/// A terminal in its alternate screen.
#[derive(Debug)]
pub(super) struct Screen {
    last: Vec<Line>,
}

impl Screen {
    /// Enters the alternate screen.
    pub(super) fn open(out: &mut dyn Write) -> io::Result<Self> {
        out.write_all(OPEN.as_bytes())?;
        Ok(Self { last: Vec::new() })
    }

    /// Replaces the frame.
    pub(super) fn draw(
        &mut self,
        frame: &[Line],
        out: &mut dyn Write,
        medium: Medium,
    ) -> io::Result<()> {
        let width = medium.width.unwrap_or(usize::MAX);
        let height = medium
            .height
            .map_or(usize::MAX, |height| height.saturating_sub(1));
        let mut lines: Vec<Line> = frame.iter().map(|line| line.clone().cut(width)).collect();
        if lines.len() > height {
            let hidden = lines.len() - height + 1;
            lines.truncate(height.saturating_sub(1));
            lines.push(
                Line::of(
                    Tone::Quiet,
                    format!("… {hidden} more lines; the page shows all"),
                )
                .cut(width),
            );
        }
        out.write_all(HOLD.as_bytes())?;
        for line in &lines {
            write!(out, "{}{END_OF_LINE}", line.paint(medium))?;
        }
        out.write_all(SHOW.as_bytes())?;
        self.last = frame.to_vec();
        Ok(())
    }

    /// Leaves the alternate screen, and writes the last frame to the normal one.
    pub(super) fn close(&mut self, out: &mut dyn Write, medium: Medium) -> io::Result<()> {
        out.write_all(CLOSE.as_bytes())?;
        text::write(&self.last, out, medium)
    }
}

/// The first line: the folder, and the URL of its page.
pub(super) fn title(folder: &str, url: &str) -> Line {
    Line::of(Tone::Strong, "gradus")
        .and(Tone::Plain, format!("  {folder}   "))
        .and(Tone::Strong, url)
        .and(Tone::Quiet, "   Ctrl-C to quit")
}

/// One frame: the table, the latest news, and what is wrong with documents.
pub(super) fn frame<'a>(
    title: Line,
    published: &Published,
    latest: impl Iterator<Item = &'a News>,
    medium: Medium,
) -> Vec<Line> {
    let mut lines = vec![title, Line::default()];
    let views = published.snapshot.assessments.values().map(AsRef::as_ref);
    lines.extend(summary::live_table(views).lines(medium.width));
    lines.extend([Line::default(), ladder::legend()]);
    lines.extend(section(
        "Latest changes",
        latest.map(news).collect(),
        medium,
    ));
    if let Some(trouble) = published.health.trouble() {
        lines.extend([Line::default(), Line::of(Tone::Bad, format!("! {trouble}"))]);
    }
    lines.extend(section(
        "Invalid documents; the last valid version is in use",
        findings(&published.findings),
        medium,
    ));
    lines
}

fn section(title: &str, lines: Vec<Line>, medium: Medium) -> Vec<Line> {
    if lines.is_empty() {
        return lines;
    }
    let mut section = vec![Line::default(), Line::of(Tone::Strong, title)];
    for line in lines {
        match medium.width {
            Some(width) => section.extend(line.hang(width, HANG)),
            None => section.push(line),
        }
    }
    section
}

fn news(news: &News) -> Line {
    Line::of(Tone::Quiet, news.at.strftime("  %H:%M:%S  ").to_string())
        .and(Tone::Plain, &news.about)
        .and(Tone::Plain, "  ")
        .and(news.tone, &news.text)
}

fn findings(findings: &[Finding]) -> Vec<Line> {
    findings
        .iter()
        .map(|finding| {
            let (tone, glyph) = if finding.is_error() {
                (Tone::Bad, "  ✗ ")
            } else {
                (Tone::Doubt, "  ! ")
            };
            Line::of(tone, glyph).and(Tone::Plain, finding.to_string())
        })
        .collect()
}
