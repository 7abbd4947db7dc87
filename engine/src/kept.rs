//! Text that an output forms of something once, and keeps with it.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A place for text that follows from what it lies in, and from nothing else.
///
/// Views never change, so what an output forms of one stays true as long as the view is there, and goes
/// with it. The scrape keeps its escaped labels here: one output, one meaning.
#[derive(Clone, Default)]
// See D-095.
pub struct Kept(OnceLock<Arc<str>>);

impl Kept {
    /// The text; formed at the first call.
    pub fn or_form(&self, form: impl FnOnce() -> String) -> &str {
        self.0.get_or_init(|| form().into())
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.get().is_some() {
            "Kept"
        } else {
            "Nothing"
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_formed_once() {
        let kept = Kept::default();
        assert_eq!(kept.or_form(|| "first".to_owned()), "first");
        assert_eq!(kept.or_form(|| "second".to_owned()), "first");
    }
}
