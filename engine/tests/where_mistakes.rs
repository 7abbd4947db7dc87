//! What is said about `where` texts that are wrong.

use std::fmt::Write;

use gradus_engine::diagnostic::Severity;
use gradus_engine::predicate::parse;

const TEXTS: &[&str] = &[
    "",
    "  ",
    "facts.mode = 'a'",
    "facts.mode === 'a'",
    "facts.mode is 'a'",
    "facts.mode == 'a' and facts.split",
    "facts.a or facts.b",
    "facts.a & facts.b",
    "not facts.a",
    "facts.mode not in ['a']",
    "fact.mode == 'a'",
    "mode == 'active'",
    "facts.mode == active",
    "facts.mode == active-standby",
    "True",
    "null == facts.a",
    "facts == 1",
    "units > 3",
    "units.totals > 3",
    "units.cover > 3",
    "facts.some_name == 1",
    "facts.Mode == 'a'",
    "facts.in == 1",
    "facts.a.b == 1",
    "facts['a'] == 1",
    "facts.a[0] == 1",
    "facts.",
    "facts.a ==",
    "facts.a &&",
    "(facts.a",
    "facts.a)",
    "facts.mode == 'a",
    "facts.mode == 'a\nb'",
    r"facts.mode == 'a\q'",
    r"facts.mode == '\ud800'",
    r"facts.mode == '\x4'",
    r"facts.mode == '\",
    "facts.mode == b'a'",
    "facts.mode == \u{2018}a\u{2019}",
    "facts.mode == `a`",
    "facts.n == 1.5",
    "facts.n == .5",
    "facts.n == 1e3",
    "facts.n == 3u",
    "facts.n == 3h",
    "facts.n == 0x",
    "facts.n == 9223372036854775808",
    "facts.n == -9223372036854775809",
    "facts.n == 99999999999999999999999",
    "facts.n + 1 == 2",
    "facts.n * 2 == 2",
    "-facts.n == 2",
    "--1 == 2",
    "facts.a ? facts.b : facts.c",
    "{'a': 1}",
    "[1, 2]",
    "facts.a; facts.b",
    "facts.mode.startswith('a')",
    "facts.mode.matches('a.*')",
    "facts.mode.size() == 3",
    "size(facts.mode) == 3",
    "facts.list.exists(x, x == 1)",
    "int(facts.mode) == 3",
    "startsWith(facts.mode, 'a')",
    "facts.mode.has('a')",
    "has('a')",
    "has(facts.a, facts.b)",
    "has()",
    "hass(facts.a)",
    "facts.mode.contains()",
    "facts.mode.contains('a', 'b')",
    "facts.mode.startsWith(3)",
    "units.total.contains('3')",
    "facts.mode.contains(facts.a == 1)",
    "'a' < 3",
    "units.total == 'a'",
    "true == 1",
    "true && 3",
    "!5",
    "!'a'",
    "units.total",
    "'a' || facts.b",
    "facts.a == facts.b == facts.c",
    "1 < facts.n < 3",
    "!facts.a == true",
    "(facts.a == 1) == true",
    "facts.a in 'a'",
    "facts.a in facts.b",
    "facts.a in []",
    "facts.a in [facts.b]",
    "facts.a in ['a' 'b']",
    "facts.a in ['a'",
    "3 in ['a', 3]",
    "in ['a']",
    "fact.a == 1 && facts.b_c && 'x' && facts.mode.startsWith(3)",
    "((((((((((((((((((facts.a))))))))))))))))))",
    "!!!!!!!!!!!!!!!!!!facts.a",
];

#[test]
fn every_mistake_is_named_with_its_place_and_the_way_to_mend_it() {
    let mut report = String::new();
    let long = format!("facts.a == '{}'", "x".repeat(600));
    for text in TEXTS.iter().copied().chain([long.as_str()]) {
        let errors = parse(text).expect_err(text);
        assert!(!errors.is_empty(), "{text}");
        let shown: String = text.chars().take(80).collect();
        writeln!(report, "{}", one_line(&shown)).expect("a string");
        for error in errors {
            let marked = text
                .get(error.span.clone())
                .expect("a span within the text");
            let marked: String = marked.chars().take(40).collect();
            let (start, end) = (error.span.start, error.span.end);
            let at = format!("{start}..{end} `{}`", one_line(&marked));
            writeln!(
                report,
                "    {at}\n        {}\n        {}",
                error.message, error.help
            )
            .expect("a string");
        }
    }
    insta::assert_snapshot!(report);
}

fn one_line(text: &str) -> String {
    text.replace('\n', "\\n")
}

#[test]
fn a_mistake_becomes_a_finding_of_its_field() {
    let errors = parse("facts.mode = 'a'").expect_err("wrong");
    let findings: Vec<_> = errors
        .into_iter()
        .map(|error| error.into_diagnostic("spec.criteria[3].requires.where"))
        .collect();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Error);
    assert_eq!(findings[0].code, "InvalidWhere");
    assert_eq!(findings[0].within, Some((11, 12)));
    assert_eq!(
        findings[0].help.as_deref(),
        Some("equality is written `==`")
    );
}
