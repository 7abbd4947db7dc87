//! The commands, one file or folder each.

pub(crate) mod completion;
pub(crate) mod crds;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod lint;
pub(crate) mod models;
pub(crate) mod operator;
pub(crate) mod reset;
pub(crate) mod rules;
pub(crate) mod score;
pub(crate) mod verify;
pub(crate) mod watch;
