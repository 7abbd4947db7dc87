//! Where in a document something is: a chain on the stack, written out only when something is wrong.

use std::fmt::{self, Write};

/// A place in a document.
#[derive(Clone, Copy)]
pub(super) struct Path<'a> {
    parent: Option<&'a Path<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Field(&'a str),
    Index(usize),
}

impl Path<'static> {
    /// The document itself.
    pub(super) fn root() -> Self {
        Self {
            parent: None,
            step: Step::Root,
        }
    }
}

impl<'a> Path<'a> {
    /// A field, or a map's key.
    pub(super) fn field<'b>(&'b self, name: &'b str) -> Path<'b>
    where
        'a: 'b,
    {
        Path {
            parent: Some(self),
            step: Step::Field(name),
        }
    }

    /// An item of a list.
    pub(super) fn index<'b>(&'b self, index: usize) -> Path<'b>
    where
        'a: 'b,
    {
        Path {
            parent: Some(self),
            step: Step::Index(index),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(parent) = self.parent {
            parent.fmt(formatter)?;
        }
        match self.step {
            Step::Root => Ok(()),
            Step::Index(index) => write!(formatter, "[{index}]"),
            Step::Field(name) if !is_plain(name) => write!(formatter, "[{name:?}]"),
            Step::Field(name) => {
                if self
                    .parent
                    .is_some_and(|parent| !matches!(parent.step, Step::Root))
                {
                    formatter.write_char('.')?;
                }
                formatter.write_str(name)
            }
        }
    }
}

/// Whether a key can stand in a path as it is.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn odd_keys_stand_in_brackets() {
        let root = Path::root();
        let spec = root.field("spec");
        let facts = spec.field("facts");
        assert_eq!(facts.field("mode").to_string(), "spec.facts.mode");
        assert_eq!(facts.field("a.b").to_string(), "spec.facts[\"a.b\"]");
        assert_eq!(
            spec.field("evidence").index(3).field("every").to_string(),
            "spec.evidence[3].every"
        );
    }
}
