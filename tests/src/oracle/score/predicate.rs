//! The `where` grammar once more: a recursive interpreter over the text itself.

use std::collections::{BTreeMap, BTreeSet};

use gradus_engine::fact::FactValue;
use gradus_engine::object::Units;
use gradus_engine::verdict::{EvidenceClass, Truth};

use super::truth::{all, any, not};

/// Facts by name; none when the supplier cannot tell.
pub type Facts = BTreeMap<String, Option<(FactValue, EvidenceClass)>>;

/// Whether a predicate holds.
///
/// # Panics
///
/// When the text is not of the grammar: the scenes are written with predicates that are.
pub fn holds(text: &str, facts: &Facts, units: Option<&Units>) -> Truth {
    let tokens = tokens(text);
    let mut reader = Reader {
        tokens: &tokens,
        next: 0,
        facts,
        units,
    };
    let truth = reader.some();
    assert_eq!(reader.next, tokens.len(), "the whole text is read: {text}");
    truth
}

/// The facts that a predicate reads.
pub(super) fn reads(text: &str) -> BTreeSet<String> {
    let tokens = tokens(text);
    let after = |root: &str| {
        tokens
            .windows(3)
            .filter(|window| window[0] == root && window[1] == ".")
            .map(|window| window[2].clone())
            .collect::<BTreeSet<_>>()
    };
    after("facts")
}

/// Whether a text asks for units.
pub(super) fn reads_units(text: &str) -> bool {
    tokens(text).iter().any(|token| token == "units")
}

/// Words, texts in their quotes, numbers and signs.
fn tokens(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&first) = characters.get(at) {
        let mut end = at + 1;
        let rest = |end: usize| characters.get(end).copied();
        if first.is_whitespace() {
            at = end;
            continue;
        } else if first == '"' || first == '\'' {
            while rest(end) != Some(first) {
                end += if rest(end) == Some('\\') { 2 } else { 1 };
            }
            end += 1;
        } else if first.is_alphanumeric() || first == '-' {
            while rest(end).is_some_and(|next| next.is_alphanumeric() || next == '_') {
                end += 1;
            }
        } else if rest(end).is_some_and(|next| {
            ["==", "!=", "<=", ">=", "&&", "||"].contains(&&*format!("{first}{next}"))
        }) {
            end += 1;
        }
        tokens.push(characters[at..end].iter().collect());
        at = end;
    }
    tokens
}

/// A side of a comparison: there, not there, or not to be told.
enum Side {
    Value(FactValue),
    Absent,
    Unknown,
}

struct Reader<'a> {
    tokens: &'a [String],
    next: usize,
    facts: &'a Facts,
    units: Option<&'a Units>,
}

impl Reader<'_> {
    fn peek(&self) -> &str {
        self.tokens.get(self.next).map_or("", String::as_str)
    }

    fn take(&mut self) -> String {
        let token = self.tokens[self.next].clone();
        self.next += 1;
        token
    }

    fn skip(&mut self, token: &str) {
        assert_eq!(self.take(), token);
    }

    fn some(&mut self) -> Truth {
        let mut truths = vec![self.every()];
        while self.peek() == "||" {
            self.skip("||");
            truths.push(self.every());
        }
        any(truths)
    }

    fn every(&mut self) -> Truth {
        let mut truths = vec![self.unary()];
        while self.peek() == "&&" {
            self.skip("&&");
            truths.push(self.unary());
        }
        all(truths)
    }

    fn unary(&mut self) -> Truth {
        match self.peek() {
            "!" => {
                self.skip("!");
                not(self.unary())
            }
            "(" => {
                self.skip("(");
                let truth = self.some();
                self.skip(")");
                truth
            }
            "has" => {
                self.skip("has");
                self.skip("(");
                let truth = match self.side() {
                    Side::Value(_) => Truth::True,
                    Side::Absent => Truth::False,
                    Side::Unknown => Truth::Unknown,
                };
                self.skip(")");
                truth
            }
            _ => self.comparison(),
        }
    }

    fn comparison(&mut self) -> Truth {
        let left = self.side();
        let operator = self.peek().to_owned();
        let compare: fn(&FactValue, &FactValue) -> bool = match operator.as_str() {
            "==" => |left, right| left == right,
            "!=" => |left, right| left != right,
            "<" => |left, right| left < right,
            "<=" => |left, right| left <= right,
            ">" => |left, right| left > right,
            ">=" => |left, right| left >= right,
            "in" => return self.membership(left),
            "." => return self.method(left),
            _ => return bare(&left),
        };
        self.skip(&operator);
        let right = self.side();
        compared(left, right, compare)
    }

    fn membership(&mut self, left: Side) -> Truth {
        self.skip("in");
        self.skip("[");
        let mut items = Vec::new();
        while self.peek() != "]" {
            items.push(self.side());
            if self.peek() == "," {
                self.skip(",");
            }
        }
        self.skip("]");
        match left {
            Side::Unknown => Truth::Unknown,
            Side::Absent => Truth::False,
            Side::Value(value) => Truth::from(
                items
                    .iter()
                    .any(|item| matches!(item, Side::Value(listed) if *listed == value)),
            ),
        }
    }

    fn method(&mut self, left: Side) -> Truth {
        self.skip(".");
        let name = self.take();
        self.skip("(");
        let argument = self.side();
        self.skip(")");
        compared(left, argument, |left, right| {
            let (FactValue::Text(left), FactValue::Text(right)) = (left, right) else {
                return false;
            };
            match name.as_str() {
                "startsWith" => left.starts_with(&**right),
                "endsWith" => left.ends_with(&**right),
                "contains" => left.contains(&**right),
                other => panic!("no method {other}"),
            }
        })
    }

    fn side(&mut self) -> Side {
        let token = self.take();
        match token.as_str() {
            "facts" => {
                self.skip(".");
                let name = self.take();
                match self.facts.get(&name) {
                    None => Side::Absent,
                    Some(None) => Side::Unknown,
                    Some(Some((value, _))) => Side::Value(value.clone()),
                }
            }
            "units" => {
                self.skip(".");
                let name = self.take();
                self.units.map_or(Side::Absent, |units| {
                    Side::Value(FactValue::Integer(sum(units, name == "covered")))
                })
            }
            "true" | "false" => Side::Value(FactValue::Boolean(token == "true")),
            text if text.starts_with(['"', '\'']) => {
                Side::Value(FactValue::Text(text[1..text.len() - 1].into()))
            }
            number => Side::Value(FactValue::Integer(number.parse().expect("a whole number"))),
        }
    }
}

fn bare(side: &Side) -> Truth {
    match side {
        Side::Unknown => Truth::Unknown,
        Side::Value(FactValue::Boolean(true)) => Truth::True,
        Side::Value(_) | Side::Absent => Truth::False,
    }
}

fn compared(left: Side, right: Side, compare: impl Fn(&FactValue, &FactValue) -> bool) -> Truth {
    match (left, right) {
        (Side::Unknown, _) | (_, Side::Unknown) => Truth::Unknown,
        (Side::Value(left), Side::Value(right)) => Truth::from(
            std::mem::discriminant(&left) == std::mem::discriminant(&right)
                && compare(&left, &right),
        ),
        _ => Truth::False,
    }
}

fn sum(units: &Units, covered_only: bool) -> i64 {
    let sum = match units {
        Units::Totals { total, covered } => {
            if covered_only {
                *covered
            } else {
                *total
            }
        }
        Units::Items(items) => items
            .iter()
            .filter(|unit| unit.covered || !covered_only)
            .map(|unit| unit.weight)
            .sum(),
    };
    i64::try_from(sum).expect("a small sum")
}
