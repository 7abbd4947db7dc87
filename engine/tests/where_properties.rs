//! What holds of every text.

use gradus_engine::predicate::{DEEPEST, LONGEST, parse};
use proptest::prelude::*;

/// Texts made of the grammar's own words come much nearer to its corners than random characters.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("facts.a"),
        Just("facts.b"),
        Just("facts"),
        Just("units.total"),
        Just("units"),
        Just("has"),
        Just("("),
        Just(")"),
        Just("["),
        Just("]"),
        Just(","),
        Just("."),
        Just("!"),
        Just("&&"),
        Just("||"),
        Just("=="),
        Just("!="),
        Just("<"),
        Just(">="),
        Just("in"),
        Just("'a'"),
        Just("\"b\""),
        Just("r'\\'"),
        Just("'''"),
        Just("'\\x41'"),
        Just("1"),
        Just("-"),
        Just("0x1f"),
        Just("1.5"),
        Just("true"),
        Just(".contains("),
        Just("'é"),
        Just("\\"),
        Just("?"),
        Just("null"),
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.join(" "))
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i64>().prop_map(|number| number.to_string()),
        any::<bool>().prop_map(|holds| holds.to_string()),
        "[^\\\\'\n\r]{0,6}".prop_map(|text| format!("'{text}'")),
        "[^\"\n\r]{0,6}".prop_map(|text| format!("r\"{text}\"")),
    ]
}

fn question() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        Just("facts.flag".to_owned()),
        Just("true".to_owned()),
        Just("has(facts.flag)".to_owned()),
        ("[a-c]", "==|!=|<|<=|>|>=", literal())
            .prop_map(|(name, symbol, literal)| format!("facts.{name}{symbol}{literal}")),
        ("[a-c]", prop::collection::vec(literal(), 1..4))
            .prop_map(|(name, list)| format!("facts.{name} in [{}]", list.join(","))),
        ("[a-c]", "startsWith|endsWith|contains", "[a-z]{0,3}")
            .prop_map(|(name, test, part)| format!("facts.{name}.{test}('{part}')")),
    ];
    atom.prop_recursive(6, 24, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("!({inner})")),
            inner.clone().prop_map(|inner| format!("({inner})")),
            prop::collection::vec(inner.clone(), 2..4).prop_map(|links| links.join("&&")),
            prop::collection::vec(inner, 2..4).prop_map(|links| links.join(" || ")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        check_errors(&text);
    }

    #[test]
    fn no_arrangement_of_words_makes_the_parser_panic(text in words()) {
        check_errors(&text);
    }

    #[test]
    fn the_canonical_text_means_the_same(text in question()) {
        prop_assume!(text.chars().count() <= LONGEST);
        let expression = parse(&text).expect(&text);
        let canonical = expression.to_string();
        prop_assume!(canonical.chars().count() <= LONGEST);
        prop_assert_eq!(parse(&canonical), Ok(expression), "{}", canonical);
    }
}

/// Errors, if any, lie within the text, on character boundaries, and say something.
fn check_errors(text: &str) {
    if let Err(errors) = parse(text) {
        assert!(!errors.is_empty(), "{text:?}");
        for error in errors {
            assert!(text.get(error.span.clone()).is_some(), "{text:?} {error:?}");
            assert!(
                !error.message.is_empty() && !error.help.is_empty(),
                "{text:?} {error:?}"
            );
        }
    }
}

#[test]
fn hostile_nesting_and_length_are_refused_without_deep_recursion() {
    for opening in [
        "(",
        "!",
        "has(",
        "facts.a.contains(",
        "[",
        "-",
        "facts.a in [",
        "!(",
        "f(",
    ] {
        for count in [DEEPEST + 1, 100, 100_000] {
            assert!(parse(&opening.repeat(count)).is_err(), "{opening} {count}");
        }
    }
}
