//! The standard streams of the process, and what each can show.

use std::ffi::OsString;
use std::io::{IsTerminal, Read, Write};
use std::os::fd::AsFd;

/// The standard streams. Data goes to `out`, everything else to `err`.
pub(crate) struct Stdio<'a> {
    /// Data.
    pub(crate) out: &'a mut dyn Write,
    /// What `out` is connected to.
    pub(crate) on_out: Medium,
    /// Findings, questions and messages.
    pub(crate) err: &'a mut dyn Write,
    /// What `err` is connected to.
    pub(crate) on_err: Medium,
    /// Documents, and answers to questions.
    pub(crate) input: &'a mut dyn Read,
}

impl Stdio<'_> {
    /// The same streams, borrowed.
    pub(crate) fn reborrow(&mut self) -> Stdio<'_> {
        Stdio {
            out: self.out,
            on_out: self.on_out,
            err: self.err,
            on_err: self.on_err,
            input: self.input,
        }
    }
}

/// What a stream is connected to: a terminal, a file or a pipe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Medium {
    /// Whether it is a terminal.
    pub(crate) is_terminal: bool,
    /// Whether it shows colours, and `NO_COLOR` is not set.
    pub(crate) colour: bool,
    /// Its width in columns, when it has one.
    pub(crate) width: Option<usize>,
    /// Its height in lines, when it has one.
    pub(crate) height: Option<usize>,
}

impl Medium {
    /// A file or a pipe: no width, no colours.
    pub(crate) const FILE: Self = Self {
        is_terminal: false,
        colour: false,
        width: None,
        height: None,
    };

    /// What a stream is connected to now. A terminal may be resized later.
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

/// Whether to use colours, from the values of `TERM` and `NO_COLOR`.
fn shows_colours(terminal: Option<OsString>, no_color: Option<OsString>) -> bool {
    let stated = |value: Option<OsString>| value.filter(|value| !value.is_empty());
    stated(terminal).is_some_and(|terminal| terminal != "dumb") && stated(no_color).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_need_a_capable_terminal_and_no_no_color() {
        let some = |text: &str| Some(OsString::from(text));
        assert!(shows_colours(some("xterm"), None));
        assert!(
            shows_colours(some("xterm"), some("")),
            "an empty NO_COLOR counts as unset"
        );
        assert!(!shows_colours(some("xterm"), some("1")));
        assert!(!shows_colours(some("dumb"), None));
        assert!(!shows_colours(None, None));
    }
}
