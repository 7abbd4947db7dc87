//! Words.

use serde::Serialize;

use super::Kind;
use crate::boards::panel::Panel;

/// The options of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(in crate::boards) struct Options {
    mode: &'static str,
    content: &'static str,
}

/// A text in Markdown.
pub(in crate::boards) fn text(
    title: &'static str,
    description: &'static str,
    content: &'static str,
) -> Panel {
    Panel::quiet(
        title,
        description,
        Kind::Text(Options {
            mode: "markdown",
            content,
        }),
    )
}
