//! The command line, as people and pipelines meet it: the real binary, from outside.

mod commands;
mod golden;
mod init;
mod many_mistakes;
mod messages;
mod rules;
mod support;
mod watch;
