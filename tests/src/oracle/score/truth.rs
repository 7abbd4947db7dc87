//! Kleene's three truths.

use gradus_engine::verdict::Truth;

/// All of them: a known false decides.
pub(in crate::oracle) fn all(truths: impl IntoIterator<Item = Truth>) -> Truth {
    let mut answer = Truth::True;
    for truth in truths {
        match truth {
            Truth::False => return Truth::False,
            Truth::Unknown => answer = Truth::Unknown,
            Truth::True => {}
        }
    }
    answer
}

/// Some of them: a known true decides.
pub(in crate::oracle) fn any(truths: impl IntoIterator<Item = Truth>) -> Truth {
    not(all(truths.into_iter().map(not)))
}

/// The other way round; Unknown stays Unknown.
pub(in crate::oracle) fn not(truth: Truth) -> Truth {
    match truth {
        Truth::False => Truth::True,
        Truth::Unknown => Truth::Unknown,
        Truth::True => Truth::False,
    }
}
