//! Documents as people wrap them: other line ends, lists in lists, lines of JSON, other tools' text.

use super::*;

#[test]
fn files_whose_lines_end_in_carriage_returns_are_read_whole() {
    let three = ["one", "two", "three"].map(|name| GOOD.replace("good", name));
    for text in [
        three.join("---\n").replace('\n', "\r"),
        format!(
            "{}---\r\n{}",
            three[0],
            three[1..].join("---\n").replace('\n', "\r")
        ),
        three.join("---\r\n"),
        three.join("\u{feff}---\n"),
    ] {
        let reading = read_text(&text);
        assert_eq!(reading.findings, [], "{text:?}");
        assert_eq!(names(&reading), ["one", "two", "three"], "{text:?}");
    }
}

#[test]
fn lists_within_lists_and_lines_of_json_are_read() {
    let item = |name: &str| {
        format!(
            "{{\"apiVersion\": \"gradus.dev/v1alpha1\", \"kind\": \"Capability\", \"metadata\": {{\"name\": \"{name}\"}}, \"spec\": {{}}}}"
        )
    };
    let list = |items: &str| {
        format!("{{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [{items}]}}")
    };
    let nested = list(&format!("{}, {}", list(&list(&item("one"))), item("two")));
    let lines = format!("{}\n{}\n", item("one"), item("two"));
    for text in [nested, lines.clone(), lines.replace('\n', " ")] {
        let reading = read_text(&text);
        assert_eq!(reading.findings, [], "{text}");
        assert_eq!(names(&reading), ["one", "two"], "{text}");
    }
}

#[test]
fn refused_form_is_one_mistake_and_keeps_what_the_file_held() {
    for (text, code, line) in [
        (GOOD.repeat(3), "MissingSeparator", 6),
        (
            GOOD.replace("spec: {}\n", "spec: {claim: Present}---\n") + GOOD,
            "InvalidSyntax",
            5,
        ),
        (
            format!("- {}", GOOD.trim_end().replace('\n', "\n  ")),
            "UnwrappedList",
            1,
        ),
        (format!("{GOOD}sops:\n  mac: x\n"), "Encrypted", 6),
        (
            GOOD.replace("  name", "\u{a0}\u{a0}name"),
            "InvisibleCharacter",
            4,
        ),
        (
            GOOD.replace("good", "good\u{200b}"),
            "InvisibleCharacter",
            4,
        ),
        (
            GOOD.replace("apiVersion: ", "apiVersion:\u{a0}"),
            "InvisibleCharacter",
            1,
        ),
        (
            GOOD.replace("spec: {}", "spec: {claim: \u{201c}Present\u{201d}}"),
            "InvisibleCharacter",
            5,
        ),
        (
            format!("{GOOD}---\n\u{feff}{GOOD}"),
            "InvisibleCharacter",
            7,
        ),
    ] {
        let reading = read_text(&text);
        let found: Vec<_> = reading
            .findings
            .iter()
            .map(|it| (it.diagnostic.code, it.line))
            .collect();
        assert_eq!(found, [(code, line)], "{text:?}: {:?}", reading.findings);
        assert!(
            reading.unidentified || !reading.broken.is_empty(),
            "{text:?}"
        );
        assert!(reading.findings[0].diagnostic.help.is_some());
    }
}

#[test]
fn text_of_other_tools_is_a_note_unless_it_speaks_of_us() {
    let anything = |text: &str| {
        let reading = read(
            &"x.yaml".into(),
            text.as_bytes(),
            Keep::Nothing,
            Expect::Anything,
        );
        (reading.findings.len(), reading.notes.len())
    };
    for text in [
        "{{- if .Values.web }}\nkind: Deployment\n{{- end }}\n",
        "script: !reference [.setup, script]\n",
        "a: &x\n  b: 1\nc: &x\n  <<: *x\n",
        "broken: [1, 2\n",
    ] {
        assert_eq!(anything(text), (0, 1), "{text}");
        assert_eq!(anything(&format!("# gradus.dev\n{text}")), (1, 0), "{text}");
        assert_eq!(
            anything(&format!("{text}---\nkind: Waiver\n")).0,
            2,
            "{text}"
        );
    }
    let wide: Vec<u8> = "kind: Secret"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let reading = read(&"x.yaml".into(), &wide, Keep::Nothing, Expect::Anything);
    assert_eq!((reading.findings.len(), reading.notes.len()), (0, 1));
}
