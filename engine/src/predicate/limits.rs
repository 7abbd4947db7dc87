//! How much a `where` text may be.

/// The longest text, in characters.
pub const LONGEST: usize = 512;

/// The deepest nesting of parentheses and `!`.
pub const DEEPEST: usize = 16;
