//! The `where` grammar: what a criterion asks of the facts and units of a capability.
//!
//! ```text
//! text ──▶ parse ──▶ Expression ──▶ Predicate::compile ──▶ evaluate(values) ──▶ Truth
//!            │                                              explain(values) ──▶ atoms
//!            └──▶ every mistake, with its place and the way to mend it
//! ```
//!
//! It is a closed subset of CEL, so that authors and editors know it already, and so small that
//! every text can be checked before it is used:
//!
//! ```text
//! any      := all ("||" all)*
//! all      := relation ("&&" relation)*
//! relation := unary (("==" | "!=" | "<" | "<=" | ">" | ">=") unary | "in" "[" literal,+ "]")?
//! unary    := "!"* member
//! member   := primary ("." ("startsWith" | "endsWith" | "contains") "(" any ")")?
//! primary  := literal | field | "has" "(" field ")" | "(" any ")"
//! field    := "facts" "." name | "units" "." ("total" | "covered")
//! ```
//!
//! What is said of a fact that is absent or of another type is false, `!=` too, and `!` applies
//! after. What is said of a fact whose supplier is Unknown is Unknown, and the connectives are
//! Kleene's. Evaluation allocates nothing.

mod cursor;
mod error;
mod evaluate;
mod explain;
mod expression;
mod limits;
mod literal;
mod parser;
mod term;
mod token;
mod tree;
mod wording;

pub use error::ParseError;
pub use evaluate::{Lookup, Predicate, Slot, Value, Values};
pub use explain::{AtomResult, Seen};
pub use expression::Expression;
pub use limits::{DEEPEST, LONGEST};
pub use literal::quoted;

/// Reads a `where` text.
///
/// # Errors
///
/// Every mistake that can be told apart, in the order of the text: too long, too deep, wrong
/// syntax, names and functions that do not exist, and types that can never fit.
pub fn parse(text: &str) -> Result<Expression, Vec<ParseError>> {
    parser::parse(text).map(Expression::new)
}
