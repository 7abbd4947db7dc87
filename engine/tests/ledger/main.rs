//! What an assessment remembers: falls, their causes, and what holds over every life.

mod cause;
mod falls;
mod properties;
mod site;
