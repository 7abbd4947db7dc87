//! Explanations as a tree.

use gradus_engine::query::Explanation;

use super::text::{Line, Tone};

/// Columns that a text has at least, however deep its node is.
const NARROWEST: usize = 30;

/// The lines of a tree; its root is at the margin.
pub(crate) fn tree(root: &Explanation, width: Option<usize>) -> Vec<Line> {
    let mut lines = Vec::new();
    grow(root, "", "", width, &mut lines);
    lines
}

/// Adds a node after `before`, and its branches after `under`. Recursive: explanations are a few levels deep.
fn grow(
    node: &Explanation,
    before: &str,
    under: &str,
    width: Option<usize>,
    lines: &mut Vec<Line>,
) {
    let node = shortened(node);
    let inner = if node.because.is_empty() { "" } else { "│ " };
    let text = said(node);
    let wrapped = match width {
        Some(width) => text.wrap(width.saturating_sub(before.chars().count()).max(NARROWEST)),
        None => vec![text],
    };
    for (index, line) in wrapped.into_iter().enumerate() {
        let mut whole = if index == 0 {
            Line::of(Tone::Quiet, before)
        } else {
            Line::of(Tone::Quiet, format!("{under}{inner:4}"))
        };
        whole.append(line);
        lines.push(whole);
    }
    let last = node.because.len().saturating_sub(1);
    for (index, branch) in node.because.iter().enumerate() {
        let (fork, trunk) = if index == last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        grow(
            branch,
            &format!("{under}{fork}"),
            &format!("{under}{trunk}"),
            width,
            lines,
        );
    }
}

/// Skips the node of a type whose only capability has the same name: it would say the same twice.
fn shortened(node: &Explanation) -> &Explanation {
    let kind = node.line.subject.strip_prefix("capability of type ");
    match (kind, node.because.as_slice()) {
        (Some(kind), [only]) if only.line.subject.strip_prefix("capability ") == Some(kind) => only,
        _ => node,
    }
}

fn said(node: &Explanation) -> Line {
    let (glyph, tone) = mark(&node.line.verdict);
    let mut line = Line::of(tone, glyph)
        .and(Tone::Plain, " ")
        .and(
            if node.line.subject.starts_with("stage ") {
                Tone::Strong
            } else {
                Tone::Plain
            },
            &node.line.subject,
        )
        .and(Tone::Plain, ": ")
        .and(tone, &node.line.verdict);
    if let Some(detail) = node
        .line
        .detail
        .as_ref()
        .filter(|detail| !detail.is_empty())
    {
        line.push(Tone::Quiet, format!(" ({detail})"));
    }
    line
}

/// The glyph and the tone of a verdict.
fn mark(verdict: &str) -> (&'static str, Tone) {
    match verdict {
        "Met" | "True" | "Proven" | "Declared" | "reached" | "counts" => ("✓", Tone::Good),
        "Held" => ("◐", Tone::Good),
        "Waived" => ("◇", Tone::Doubt),
        "Unknown" | "not yet" | "not stated" => ("?", Tone::Doubt),
        "passes, but a stage below does not" => ("○", Tone::Doubt),
        "NotApplicable" => ("–", Tone::Quiet),
        "Unmet" | "False" | "Refuted" | "Degraded" | "Absent" | "does not pass" | "closed"
        | "expired" | "not declared" => ("✗", Tone::Bad),
        _ => ("•", Tone::Strong),
    }
}
