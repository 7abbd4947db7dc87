//! The command line, as people and pipelines meet it: the real binary, from outside.

mod commands;
mod golden;
mod init;
mod messages;
mod rules;
mod support;
mod watch;
