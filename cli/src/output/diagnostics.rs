//! Findings with the lines of the document that they are about.

use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use gradus_engine::diagnostic::Severity;
use gradus_manifests::finding::Finding;

use super::printable::{lines, one_line as clean};
use crate::stdio::Medium;

/// The width of findings that do not go to a terminal, in columns.
const WIDEST: usize = 140;

/// Writes every finding, with its snippet, its place and its help.
pub(crate) fn write(findings: &[Finding], out: &mut dyn Write, medium: Medium) -> io::Result<()> {
    let renderer = if medium.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer
        .decor_style(if medium.is_terminal {
            DecorStyle::Unicode
        } else {
            DecorStyle::Ascii
        })
        .term_width(medium.width.unwrap_or(WIDEST));
    for finding in findings {
        writeln!(out, "{}\n", renderer.render(&[group(finding)]))?;
    }
    Ok(())
}

fn group(finding: &Finding) -> Group<'_> {
    let level = match finding.diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level
        .primary_title(clean(&finding.diagnostic.message))
        .id(finding.diagnostic.code);
    let mut group = if let Some(snippet) = &finding.snippet {
        let path = clean(&finding.diagnostic.path);
        let (text, part) = lines(&snippet.text, snippet.start..snippet.end);
        let marked = AnnotationKind::Primary.span(part).label(path);
        let source = Snippet::source(text)
            .line_start(snippet.first_line as usize)
            .path(clean(&finding.file))
            .fold(false)
            .annotation(marked);
        title.element(source)
    } else {
        let origin = Origin::path(clean(&finding.file));
        title.element(match (finding.line, finding.column) {
            (0, _) => origin,
            (line, column) => origin.line(line as usize).char_column(column as usize),
        })
    };
    if let Some(help) = &finding.diagnostic.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    group
}
