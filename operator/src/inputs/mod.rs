//! Where objects come from: a folder of documents, or the watches of an API server.

pub mod folder;
pub(crate) mod watch;
