//! Where bytes leave and enter the process, and what the place they go to can show.

use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::os::fd::AsFd;

/// The process's streams. Data goes to `out`, everything else to `err`.
pub(crate) struct Edge<'a> {
    /// Data.
    pub(crate) out: &'a mut dyn Write,
    /// What shows the data.
    pub(crate) on_out: Medium,
    /// Findings, questions and remarks.
    pub(crate) err: &'a mut dyn Write,
    /// What shows those.
    pub(crate) on_err: Medium,
    /// Documents, and answers.
    pub(crate) input: &'a mut dyn Read,
}

impl Edge<'_> {
    /// The same streams, for a while.
    pub(crate) fn again(&mut self) -> Edge<'_> {
        Edge {
            out: self.out,
            on_out: self.on_out,
            err: self.err,
            on_err: self.on_err,
            input: self.input,
        }
    }
}

/// What shows a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Medium {
    /// Whether a person looks at it as it is written.
    pub(crate) is_terminal: bool,
    /// Whether it shows colours, and nobody asked for none.
    pub(crate) colour: bool,
    /// Its width in columns, when it has one.
    pub(crate) width: Option<usize>,
    /// Its height in lines, when it has one.
    pub(crate) height: Option<usize>,
}

impl Medium {
    /// A file or a pipe: as wide as the text, without colours.
    pub(crate) const FILE: Self = Self {
        is_terminal: false,
        colour: false,
        width: None,
        height: None,
    };

    /// What shows a stream just now; a window may have another size later.
    pub(crate) fn of(stream: &(impl IsTerminal + AsFd)) -> Self {
        if !stream.is_terminal() {
            return Self::FILE;
        }
        let size = terminal_size::terminal_size_of(stream);
        Self {
            is_terminal: true,
            colour: shows_colours(std::env::var_os("TERM"), std::env::var_os("NO_COLOR")),
            width: size.map(|(width, _)| usize::from(width.0)),
            height: size.map(|(_, height)| usize::from(height.0)),
        }
    }
}

/// Whether a terminal of this kind shows colours, unless somebody asked for none.
fn shows_colours(terminal: Option<OsString>, no_color: Option<OsString>) -> bool {
    let stated = |value: Option<OsString>| value.filter(|value| !value.is_empty());
    stated(terminal).is_some_and(|terminal| terminal != "dumb") && stated(no_color).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_color_takes_the_colours_away_and_a_dumb_terminal_has_none() {
        let some = |text: &str| Some(OsString::from(text));
        assert!(shows_colours(some("xterm"), None));
        assert!(
            shows_colours(some("xterm"), some("")),
            "an empty NO_COLOR asks for nothing"
        );
        assert!(!shows_colours(some("xterm"), some("1")));
        assert!(!shows_colours(some("dumb"), None));
        assert!(!shows_colours(None, None));
    }
}
