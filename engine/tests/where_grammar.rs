//! What `where` texts mean.

mod where_support;

use gradus_engine::predicate::{Slot, parse};
use gradus_engine::verdict::Truth;
use where_support::{Site, Stated};

fn site() -> Site {
    Site::default()
        .with("mode", "active/standby")
        .with("same", "active/standby")
        .with("users", 4200)
        .with("zones", 3)
        .with("split", true)
        .with("open", false)
        .with("probed", Stated::Unknown)
        .with_units(40, 32)
}

fn each(truth: Truth, texts: &[&str]) {
    for text in texts {
        assert_eq!(site().ask(text), truth, "{text}");
    }
}

#[test]
fn what_is_stated_and_fits_is_true() {
    each(
        Truth::True,
        &[
            "facts.mode == 'active/standby'",
            "facts.mode == \"active/standby\"",
            "facts.mode != 'active/active'",
            "facts.mode == facts.same",
            "'active/standby' == facts.mode",
            "facts.mode in ['a', 'active/standby',]",
            "'a' in ['a', 'b']",
            "facts.mode in [1, 'active/standby']",
            "facts.mode.startsWith('active')",
            "facts.mode.endsWith('standby')",
            "facts.mode.contains('/')",
            "facts.mode.startsWith(facts.same)",
            "'xx active/standby'.endsWith(facts.mode)",
            "(facts.mode).contains('')",
            "facts.mode > 'active/active'",
            "facts.users >= 4200 && facts.users <= 4200",
            "4199 < facts.users",
            "facts.zones == 0x3",
            "facts.zones > -1",
            "facts.zones > - 0x1",
            "facts.split",
            "facts.split == true",
            "facts.open < facts.split",
            "!facts.open",
            "!!facts.split",
            "has(facts.mode)",
            "has((facts.open))",
            "units.total == 40 && units.covered == 32",
            "units.covered < units.total",
            "has(units.total)",
            "true",
            "1 < 2",
            "true || false && false",
            "(facts.zones) == (3)",
        ],
    );
}

#[test]
fn what_is_stated_and_does_not_fit_is_false() {
    each(
        Truth::False,
        &[
            "facts.zones < 3",
            "facts.zones > 3",
            "facts.zones != 3",
            "facts.mode < 'active'",
            "facts.mode > 'b'",
            "'ä' < 'z'",
            "facts.split < facts.split",
            "facts.mode in ['a', 3]",
            "facts.mode.endsWith('active')",
            "!facts.split",
            "facts.open",
            "facts.split && facts.open",
            "facts.open || facts.open",
            "facts.open && facts.split || facts.open",
            "(facts.split || facts.split) && facts.open",
            "units.total < units.covered",
        ],
    );
}

#[test]
fn what_is_absent_or_of_another_type_is_false_and_denial_applies_after() {
    each(
        Truth::False,
        &[
            "facts.none == 'a'",
            "facts.none != 'a'",
            "facts.none",
            "facts.none in ['a']",
            "facts.none.contains('')",
            "facts.none == facts.none",
            "facts.none < 3",
            "has(facts.none)",
            "facts.mode == 1",
            "facts.mode != 1",
            "facts.mode",
            "facts.mode < 3",
            "facts.users == '4200'",
            "facts.users.contains('4')",
            "facts.users in ['4200']",
            "facts.split == 1",
            "facts.mode == facts.users",
            "facts.mode != facts.users",
        ],
    );
    each(
        Truth::True,
        &[
            "!(facts.none == 'a')",
            "!(facts.none != 'a')",
            "!facts.mode",
            "!(facts.mode != 1)",
        ],
    );
}

#[test]
fn what_is_said_of_an_unknown_fact_is_unknown_unless_the_rest_decides() {
    each(
        Truth::Unknown,
        &[
            "facts.probed == 1",
            "facts.probed != 1",
            "!(facts.probed == 1)",
            "facts.probed",
            "!facts.probed",
            "has(facts.probed)",
            "facts.probed in ['a']",
            "facts.probed.contains('')",
            "facts.probed == facts.none",
            "facts.probed && facts.split",
            "facts.probed || facts.open",
            "facts.split && facts.probed && facts.split",
        ],
    );
    each(
        Truth::False,
        &[
            "facts.probed && facts.open",
            "facts.open && facts.probed",
            "!(facts.probed || true)",
        ],
    );
    each(
        Truth::True,
        &["facts.probed || facts.split", "facts.split || facts.probed"],
    );
}

#[test]
fn units_that_are_not_stated_are_absent() {
    let without = Site::default();
    assert_eq!(without.ask("units.total == 0"), Truth::False);
    assert_eq!(without.ask("units.total != 0"), Truth::False);
    assert_eq!(without.ask("has(units.covered)"), Truth::False);
    let many = Site::default().with_units(u64::MAX, u64::MAX);
    assert_eq!(many.ask("units.total > 9223372036854775807"), Truth::True);
}

#[test]
fn escapes_mean_what_cel_says() {
    let cases = [
        (
            r"'\\ \' \a\b\f\n\r\t\v \? \`'",
            "\\ ' \u{7}\u{8}\u{c}\n\r\t\u{b} ? `",
        ),
        (r#""\" '""#, "\" '"),
        (r"'\x41\X42\u0043\U00000044\105'", "ABCDE"),
        (r"'\U0001f431\xe9'", "🐱é"),
        (r"r'\n\'", r"\n\"),
        ("'''it's\r\ntwo'''", "it's\ntwo"),
        ("R\"\"\"a\"b\\\"\"\"", "a\"b\\"),
        ("''", ""),
        ("'''a\\''''", "a'"),
    ];
    for (literal, meant) in cases {
        let site = Site::default().with("text", meant);
        assert_eq!(
            site.ask(&format!("facts.text == {literal}")),
            Truth::True,
            "{literal}"
        );
    }
}

#[test]
fn a_text_is_shown_canonically() {
    let cases = [
        (
            "facts.a&&facts.b||!facts.c",
            "facts.a && facts.b || !facts.c",
        ),
        (
            "facts.a && (facts.b || facts.c)",
            "facts.a && (facts.b || facts.c)",
        ),
        (
            "((facts.a) && (facts.b && facts.c))",
            "facts.a && facts.b && facts.c",
        ),
        ("!(facts.a == 0x10)", "!(facts.a == 16)"),
        (
            "!(facts.a in [1,'b' ,true,])",
            "!(facts.a in [1, 'b', true])",
        ),
        (
            "!(facts.a.contains(\"it's\\n\"))",
            r"!facts.a.contains('it\'s\n')",
        ),
        ("has( facts . a )", "has(facts.a)"),
        ("facts.a == 'é\u{1}'", r"facts.a == 'é\x01'"),
        ("!(!(facts.a || true))", "!!(facts.a || true)"),
        (
            "facts.a == - 9223372036854775808",
            "facts.a == -9223372036854775808",
        ),
    ];
    for (text, canonical) in cases {
        let expression = parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        assert_eq!(expression.to_string(), canonical);
        assert_eq!(parse(canonical), Ok(expression));
    }
}

#[test]
fn a_predicate_says_what_it_reads() {
    let text = "facts.b == facts.a && has(facts.b) || facts.c in [1] || 'x'.contains(facts.a)";
    let expression = parse(text).expect("valid");
    assert_eq!(
        expression.facts().collect::<Vec<_>>(),
        ["b", "a", "b", "c", "a"]
    );
    assert!(!expression.reads_units());
    let site = site();
    let (predicate, _) = site.compile(text);
    assert_eq!(predicate.reads(), [Slot(0), Slot(1), Slot(2)]);
    assert_eq!(predicate.to_string(), text);
    let (predicate, _) = site.compile("facts.a || units.total > 3");
    assert!(predicate.reads_units());
    assert_eq!(predicate.reads(), [Slot(0)]);
}

#[test]
fn an_explanation_names_every_atom_and_what_it_saw() {
    let site = site();
    let (predicate, slots) = site.compile(
        "facts.mode == 'active/active' && !(facts.users < facts.zones) || facts.probed \
         || has(facts.none) || units.covered in [32] || true",
    );
    let lines: Vec<_> = predicate
        .explain(&slots)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        lines,
        [
            "facts.mode == 'active/active' → false: facts.mode is 'active/standby'",
            "facts.users < facts.zones → false: facts.users is 4200, facts.zones is 3",
            "facts.probed → unknown: facts.probed cannot be told",
            "has(facts.none) → false: facts.none is not stated",
            "units.covered in [32] → true: units.covered is 32",
            "true → true",
        ]
    );
}

#[test]
fn the_limits_are_met_exactly() {
    let nested = |depth: usize| format!("{}facts.a{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(16)).is_ok());
    assert!(parse(&nested(17)).is_err());
    let denied = |depth: usize| format!("{}facts.a", "!".repeat(depth));
    assert!(parse(&denied(16)).is_ok());
    assert!(parse(&denied(17)).is_err());
    assert!(parse(&format!("!(({}))", denied(13))).is_ok());
    assert!(parse(&format!("!(({}))", denied(14))).is_err());
    let long = |letters: usize| format!("facts.a == '{}'", "ä".repeat(letters));
    assert!(parse(&long(512 - 13)).is_ok());
    assert!(parse(&long(512 - 12)).is_err());
    let chain = ["facts.a"; 46].join(" && ");
    assert!(parse(&chain).is_ok());
}
