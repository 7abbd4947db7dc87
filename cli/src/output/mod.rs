//! What commands print: text with tones, tables, trees, ladders, diagnostics, lists.

pub(crate) mod diagnostics;
pub(crate) mod ladder;
pub(crate) mod list;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod tree;
