//! The ways to run: a folder of documents, or a cluster. They differ in where objects come from and in what a
//! commit is.

pub mod cluster;
pub mod folder;
