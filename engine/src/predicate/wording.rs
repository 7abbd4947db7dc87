//! What is said about mistakes: every message names the mistake, every help what to write instead.

use std::ops::Range;

use super::error::ParseError;
use super::limits::{DEEPEST, LONGEST};

const FUNCTIONS: &[&str] = &["has", "startsWith", "endsWith", "contains"];
const ALL_FUNCTIONS: &str = "the functions are has(facts.x), facts.x.startsWith('..'), \
                             facts.x.endsWith('..') and facts.x.contains('..')";
const NO_ARITHMETIC: &str =
    "there is no arithmetic: state the outcome as a fact of its own and compare that";

pub(super) fn empty() -> ParseError {
    ParseError::new(
        0..0,
        "the predicate is empty",
        "write a question such as facts.mode == 'active', or leave `where` out",
    )
}

pub(super) fn too_long(text: &str) -> ParseError {
    let kept = text
        .char_indices()
        .nth(LONGEST)
        .map_or(text.len(), |(at, _)| at);
    let length = text.chars().count();
    ParseError::new(
        kept..text.len(),
        format!("the predicate has {length} characters, and at most {LONGEST} are allowed"),
        "split it over several capabilities or criteria, or state what it asks as one fact",
    )
}

pub(super) fn too_deep(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        format!("parentheses and `!` are nested deeper than {DEEPEST}"),
        "take needless parentheses and doubled `!` away",
    )
}

pub(super) fn stray_character(character: char, at: usize) -> ParseError {
    let help = match character {
        '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{ab}' | '\u{bb}' => {
            "write straight quotes: 'active'"
        }
        '`' => "names need no quotes: facts.mode",
        '$' | '@' | '#' => "facts are read as facts.mode, units as units.total",
        _ => "outside of text literals only letters, digits and operators may stand",
    };
    ParseError::new(
        at..at + character.len_utf8(),
        format!("`{}` means nothing here", character.escape_debug()),
        help,
    )
}

pub(super) fn bytes(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "there are no byte literals",
        "write plain text: 'active'",
    )
}

pub(super) fn not_whole(number: &str, span: Range<usize>) -> ParseError {
    let unsigned = number
        .strip_suffix(['u', 'U'])
        .is_some_and(|digits| digits.starts_with(|first: char| first.is_ascii_digit()));
    let exponent = number.trim_start_matches(|digit: char| digit.is_ascii_digit());
    if unsigned {
        ParseError::new(
            span,
            format!("`{number}` is an unsigned number"),
            "whole numbers stand without a suffix: 3",
        )
    } else if number.contains('.') || exponent.starts_with(['e', 'E']) {
        ParseError::new(
            span,
            format!("`{number}` is not a whole number"),
            "only whole numbers decide: state the fact in a smaller unit, such as minutes or per mille",
        )
    } else {
        ParseError::new(
            span,
            format!("`{number}` is not a number"),
            "whole numbers are written 42, -42 or 0x2a",
        )
    }
}

pub(super) fn out_of_range(number: &str, span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        format!("`{number}` is beyond 64 bits"),
        format!("whole numbers run from {} to {}", i64::MIN, i64::MAX),
    )
}

/// A token where `wanted` should stand.
pub(super) fn unexpected(found: &str, wanted: &str, span: Range<usize>) -> ParseError {
    if found.is_empty() {
        return ParseError::new(
            span,
            format!("the text ends where {wanted} should stand"),
            "finish it, or take the open part away",
        );
    }
    let help =
        refused(found).unwrap_or("join questions with `&&` and `||`, and close every bracket");
    ParseError::new(
        span,
        format!("`{found}` stands where {wanted} should stand"),
        help,
    )
}

/// What to write instead of something that other languages, or all of CEL, would allow.
fn refused(found: &str) -> Option<&'static str> {
    Some(match found {
        "=" | "is" => "equality is written `==`",
        "&" | "and" | "AND" => "both: `&&`",
        "|" | "or" | "OR" => "either: `||`",
        "not" | "NOT" => "negation is written `!`, as in !(facts.mode in ['a', 'b'])",
        "+" | "-" | "*" | "/" | "%" => NO_ARITHMETIC,
        "?" | ":" => "there is no `? :`: write (a && b) || (!a && c)",
        "{" | "}" => "there are no maps: compare facts one by one",
        "[" => "a list may only follow `in`, as in facts.mode in ['a', 'b']",
        ";" => "a predicate is one question: join several with `&&`",
        _ => return None,
    })
}

pub(super) fn arithmetic(span: Range<usize>) -> ParseError {
    ParseError::new(span, "`-` may only stand before a number", NO_ARITHMETIC)
}

pub(super) fn unknown_root(word: &str, span: Range<usize>) -> ParseError {
    let message = format!("nothing is called `{word}` here");
    let help = match word {
        "null" => "there is no null: whether a fact is stated is has(facts.x)".to_owned(),
        "not" | "NOT" => "negation is written `!`".to_owned(),
        _ => match nearest(word, &["facts", "units", "true", "false"]) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if is_fact_name(word) => {
                format!("a fact is read as facts.{word}, a text is quoted: '{word}'")
            }
            None => "only facts.x, units.total and units.covered can be read".to_owned(),
        },
    };
    ParseError::new(span, message, help)
}

pub(super) fn unknown_function(name: &str, span: Range<usize>) -> ParseError {
    let help = match name {
        "matches" => "there are no patterns: use startsWith, endsWith or contains".to_owned(),
        "size" => "there are no sizes: state the number as a fact of its own".to_owned(),
        "all" | "exists" | "exists_one" | "existsOne" | "map" | "filter" => {
            "there are no macros over lists: compare facts one by one".to_owned()
        }
        "int" | "uint" | "double" | "string" | "bool" | "bytes" | "type" | "dyn" | "duration"
        | "timestamp" => {
            "there are no conversions: a comparison with another type is false".to_owned()
        }
        _ => match nearest(name, FUNCTIONS) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => ALL_FUNCTIONS.to_owned(),
        },
    };
    ParseError::new(span, format!("there is no function `{name}`"), help)
}

/// A text test called as if it were not a method, or `has` as if it were one.
pub(super) fn misplaced_function(name: &str, span: Range<usize>) -> ParseError {
    let help = match name {
        "has" => "write has(facts.x)".to_owned(),
        _ => format!("write facts.x.{name}('..')"),
    };
    ParseError::new(span, format!("`{name}` is not called like this"), help)
}

pub(super) fn argument_count(name: &str, span: Range<usize>) -> ParseError {
    ParseError::new(span, format!("`{name}` takes one argument"), ALL_FUNCTIONS)
}

pub(super) fn bare_root(root: &str, span: Range<usize>) -> ParseError {
    let help = match root {
        "units" => "write units.total or units.covered",
        _ => "write the name of a fact: facts.mode",
    };
    ParseError::new(span, format!("`{root}` is not a value by itself"), help)
}

pub(super) fn unknown_units(name: &str, span: Range<usize>) -> ParseError {
    let help = match nearest(name, &["total", "covered"]) {
        Some(nearest) => format!("did you mean `units.{nearest}`?"),
        None => "only units.total and units.covered can be read".to_owned(),
    };
    ParseError::new(span, format!("units have no `{name}`"), help)
}

/// Whether a capability can state a fact of this name.
pub(super) fn is_fact_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|character| character.is_ascii_alphanumeric())
}

pub(super) fn fact_name(name: &str, span: Range<usize>) -> ParseError {
    let camel = camel_case(name);
    let help = if is_fact_name(&camel) && !is_key_word(&camel) {
        format!("fact names are a lower-case letter, then letters and digits: facts.{camel}")
    } else {
        "fact names are a lower-case letter, then letters and digits, and no key word".to_owned()
    };
    ParseError::new(span, format!("no fact can be called `{name}`"), help)
}

/// The words that CEL keeps for itself even after a dot.
pub(super) fn is_key_word(word: &str) -> bool {
    matches!(word, "true" | "false" | "null" | "in")
}

fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for part in name.split('_').filter(|part| !part.is_empty()) {
        let (first, rest) = part.split_at(1);
        if camel.is_empty() {
            camel.push_str(&first.to_ascii_lowercase());
        } else {
            camel.push_str(&first.to_ascii_uppercase());
        }
        camel.push_str(rest);
    }
    camel
}

pub(super) fn nested_field(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "facts hold no further fields",
        "a fact is text, a whole number or yes and no: facts.mode",
    )
}

pub(super) fn indexing(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "nothing can be indexed",
        "a fact is read as facts.mode",
    )
}

pub(super) fn has_wants_field(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "`has` asks whether a field is stated",
        "write has(facts.x), has(units.total) or has(units.covered)",
    )
}

pub(super) fn not_a_question(text: &str, kind: &str, span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        format!("`{text}` is {kind}, where yes or no is wanted"),
        format!("compare it, as in facts.x == {text}"),
    )
}

pub(super) fn not_a_value(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "a question has no value that could be compared or handed on",
        "join questions with `&&` and `||`, and deny one with `!(..)`",
    )
}

pub(super) fn types_differ(left: &str, right: &str, span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        format!("{left} is compared with {right}, which never fits"),
        "compare like with like: text with '..', whole numbers with 42, yes and no with true",
    )
}

pub(super) fn wants_text(name: &str, found: &str, kind: &str, span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        format!("`{name}` wants text, and `{found}` is {kind}"),
        format!("write facts.x.{name}('..')"),
    )
}

pub(super) fn wants_list(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "`in` wants a list of literals",
        "write facts.mode in ['a', 'b']",
    )
}

pub(super) fn empty_list(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "nothing is ever in an empty list",
        "write facts.mode in ['a', 'b']",
    )
}

pub(super) fn not_a_literal(span: Range<usize>) -> ParseError {
    ParseError::new(
        span,
        "a list holds literals only",
        "write facts.mode in ['a', 'b'], and compare with other fields by `==`",
    )
}

/// The candidate that was probably meant.
fn nearest<'c>(word: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let lower = word.to_ascii_lowercase();
    candidates
        .iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_ascii_lowercase());
            (distance, *candidate)
        })
        .filter(|(distance, candidate)| distance * 3 <= candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}
