//! What commands print.

pub(crate) mod destination;
pub(crate) mod diagnostics;
pub(crate) mod json;
pub(crate) mod ladder;
pub(crate) mod list;
mod printable;
pub(crate) mod summary;
pub(crate) mod table;
pub(crate) mod text;
pub(crate) mod tree;
