//! What a plain scalar means, and whether every reader of YAML agrees.
//!
//! `kubectl`, Helm and most tools read YAML 1.1 in parts, editors and newer tools 1.2. A plain
//! scalar that the two read as different values is refused rather than guessed. A date such as
//! `2027-03-31` is no such scalar: Kubernetes' readers and 1.2 both keep its text.

use serde_json::{Number, Value};

/// What a plain scalar means.
#[derive(Debug, Clone, PartialEq)]
pub enum Plain {
    /// The same value for every reader.
    Value(Value),
    /// Read differently by YAML 1.1 and 1.2: (what 1.1 sees, what 1.2 sees).
    Ambiguous(&'static str, &'static str),
    /// An infinity or not a number, which JSON cannot carry.
    NotFinite,
}

/// Reads a plain scalar by the core schema of YAML 1.2.
pub fn plain(text: &str) -> Plain {
    let first = text.as_bytes().first().copied();
    match first {
        None => Plain::Value(Value::Null),
        Some(b'~' | b'=' | b'<') => special(text),
        Some(b'0'..=b'9' | b'+' | b'-' | b'.') => number_like(text),
        Some(letter) if letter.is_ascii_alphabetic() && text.len() <= 5 => word(text),
        Some(_) => string(text),
    }
}

fn string(text: &str) -> Plain {
    Plain::Value(Value::String(text.to_owned()))
}

fn special(text: &str) -> Plain {
    match text {
        "~" => Plain::Value(Value::Null),
        "=" => Plain::Ambiguous("a default value", "text"),
        "<<" => Plain::Ambiguous("a merge of another mapping", "text"),
        _ => string(text),
    }
}

fn word(text: &str) -> Plain {
    match text {
        "null" | "Null" | "NULL" => Plain::Value(Value::Null),
        "true" | "True" | "TRUE" => Plain::Value(Value::Bool(true)),
        "false" | "False" | "FALSE" => Plain::Value(Value::Bool(false)),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Plain::Ambiguous("true", "text"),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Plain::Ambiguous("false", "text"),
        _ => string(text),
    }
}

fn number_like(text: &str) -> Plain {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    match unsigned {
        ".nan" | ".NaN" | ".NAN" if unsigned.len() == text.len() => return Plain::NotFinite,
        ".inf" | ".Inf" | ".INF" => return Plain::NotFinite,
        _ => {}
    }
    if let Some(digits) = unsigned.strip_prefix("0x") {
        return hexadecimal(text, digits);
    }
    if is_digits_in(unsigned.strip_prefix("0o").unwrap_or_default(), 8) {
        return Plain::Ambiguous("text", "an octal number");
    }
    if is_digits_in(unsigned.strip_prefix("0b").unwrap_or_default(), 2) {
        return Plain::Ambiguous("a binary number", "text");
    }
    if is_digits(unsigned) {
        return integer(text, unsigned);
    }
    if is_underscored(unsigned) {
        return Plain::Ambiguous("a number", "text");
    }
    if is_sexagesimal(unsigned) {
        return Plain::Ambiguous("a number to the base of 60", "text");
    }
    float(text, unsigned)
}

fn integer(text: &str, digits: &str) -> Plain {
    if digits.len() > 1 && digits.starts_with('0') {
        return Plain::Ambiguous("an octal number, or text", "a decimal number");
    }
    let number = text.strip_prefix('+').unwrap_or(text);
    if let Ok(number) = number.parse::<i64>() {
        return Plain::Value(Value::Number(number.into()));
    }
    if let Ok(number) = number.parse::<u64>() {
        return Plain::Value(Value::Number(number.into()));
    }
    finite(number)
}

fn hexadecimal(text: &str, digits: &str) -> Plain {
    if !text.starts_with("0x") || digits.is_empty() {
        return string(text);
    }
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let underscored = digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'_');
        return if underscored {
            Plain::Ambiguous("a number", "text")
        } else {
            string(text)
        };
    }
    match u64::from_str_radix(digits, 16) {
        Ok(number) => Plain::Value(Value::Number(number.into())),
        Err(_) => string(text),
    }
}

/// 1.2: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`; 1.1 wants a point, and a sign after
/// the `e`.
fn float(text: &str, unsigned: &str) -> Plain {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let well_formed = match fraction {
        Some(fraction) => {
            (whole.is_empty() || is_digits(whole))
                && (fraction.is_empty() || is_digits(fraction))
                && !(whole.is_empty() && fraction.is_empty())
        }
        None => is_digits(whole),
    };
    if !well_formed {
        return string(text);
    }
    match exponent {
        None => finite(text),
        Some(exponent) if !is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)) => {
            string(text)
        }
        Some(exponent) if fraction.is_some() && exponent.starts_with(['+', '-']) => finite(text),
        Some(_) => Plain::Ambiguous("text", "a number"),
    }
}

fn finite(text: &str) -> Plain {
    match text.parse::<f64>().ok().and_then(Number::from_f64) {
        Some(number) => Plain::Value(Value::Number(number)),
        None => Plain::NotFinite,
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_digits_in(text: &str, base: u32) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|digit| digit == '_' || digit.is_digit(base))
}

/// `1_000`, `1_000.5`: digits, with at least one underscore among them.
fn is_underscored(text: &str) -> bool {
    text.contains('_')
        && text.starts_with(|first: char| first.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.'))
}

/// `12:30`, `1:00:00`, `190:20:30.15`: what 1.1 reads as a number to the base of 60.
fn is_sexagesimal(text: &str) -> bool {
    let mut parts = text.split(':');
    let Some(first) = parts.next().filter(|first| is_digits(first)) else {
        return false;
    };
    let mut rest = parts.peekable();
    if rest.peek().is_none() || first.is_empty() {
        return false;
    }
    rest.all(|part| {
        let digits = part.split_once('.').map_or(part, |(digits, _)| digits);
        digits.len() <= 2
            && is_digits(digits)
            && digits.parse::<u8>().is_ok_and(|number| number < 60)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_every_reader_agrees_on_is_read() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("null", json!(null)),
            ("true", json!(true)),
            ("False", json!(false)),
            ("0", json!(0)),
            ("-7", json!(-7)),
            ("+7", json!(7)),
            ("0x1F", json!(31)),
            ("18446744073709551615", json!(u64::MAX)),
            ("4.0", json!(4.0)),
            (".5", json!(0.5)),
            ("5.", json!(5.0)),
            ("1.5e+3", json!(1500.0)),
            ("infram-2018", json!("infram-2018")),
            ("2027-03-31", json!("2027-03-31")),
            ("1.2.3", json!("1.2.3")),
            ("10_ward", json!("10_ward")),
            ("5m", json!("5m")),
            ("-", json!("-")),
            (".", json!(".")),
            ("...x", json!("...x")),
            ("yesterday", json!("yesterday")),
            ("none", json!("none")),
            ("12:75", json!("12:75")),
            ("10.0.0.1:80", json!("10.0.0.1:80")),
            ("äöü", json!("äöü")),
        ] {
            assert_eq!(plain(text), Plain::Value(value), "{text}");
        }
    }

    #[test]
    fn what_yaml_1_1_and_1_2_read_differently_is_ambiguous() {
        for text in [
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "N",
            "017",
            "0o17",
            "089",
            "1_000",
            "-1_000",
            "0b101",
            "0x_1F",
            "12:30",
            "1:00:00",
            "190:20:30.15",
            "1e3",
            "1.0e3",
            "12e4",
            "=",
            "<<",
            "00",
        ] {
            assert!(matches!(plain(text), Plain::Ambiguous(..)), "{text}");
        }
    }

    #[test]
    fn infinities_are_no_values() {
        for text in [".inf", "-.INF", ".nan", "1.0e+999"] {
            assert_eq!(plain(text), Plain::NotFinite, "{text}");
        }
    }
}
