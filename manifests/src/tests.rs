//! Hostile and careless files: each gives a finding that helps, and hides no neighbour.

use super::*;

mod wrapping;

const GOOD: &str =
    "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata:\n  name: good\nspec: {}\n";

fn read_text(text: &str) -> FileReading {
    read(
        &"site.yaml".into(),
        text.as_bytes(),
        Keep::Nothing,
        Expect::Ours,
    )
}

fn names(reading: &FileReading) -> Vec<&str> {
    reading
        .documents
        .iter()
        .map(|document| &*document.key.name)
        .collect()
}

/// A bad document between two good ones.
fn between(bad: &[u8]) -> FileReading {
    let before = GOOD.replace("good", "before");
    let after = GOOD.replace("good", "after");
    let bytes = [
        before.as_bytes(),
        b"---\n",
        bad,
        b"\n---\n",
        after.as_bytes(),
    ]
    .concat();
    read(&"site.yaml".into(), &bytes, Keep::Nothing, Expect::Ours)
}

/// What is wrong, the bytes, the code of the finding, and the earliest line that it may name.
type Hostile = (&'static str, Vec<u8>, &'static str, u32);

fn hostile_documents() -> Vec<Hostile> {
    let deep_flow = "a: ".to_owned() + &"[".repeat(100_000);
    let deep_block = "- ".repeat(100_000);
    let header = "apiVersion: gradus.dev/v1alpha1\nkind: Capability\nmetadata: {name: bad}\n";
    let bomb = (1..12).fold(
        format!("{header}a0: &a0 [x, x, x, x, x, x, x, x, x]\n"),
        |text, level| {
            let again = vec![format!("*a{}", level - 1); 9].join(", ");
            text + &format!("a{level}: &a{level} [{again}]\n")
        },
    );
    vec![
        ("an alias bomb", bomb.into(), "AliasBomb", 7),
        ("deep flow nesting", deep_flow.into(), "TooDeep", 7),
        ("deep block nesting", deep_block.into(), "TooDeep", 7),
        (
            "a half-written quote",
            format!("{header}spec: {{type: \"half").into(),
            "InvalidSyntax",
            7,
        ),
        (
            "a half-written bracket",
            format!("{header}spec: {{facts: {{a: 1").into(),
            "InvalidSyntax",
            7,
        ),
        (
            "a tab as indentation",
            format!("{header}spec:\n\ttype: x").into(),
            "InvalidSyntax",
            11,
        ),
        (
            "invalid UTF-8",
            [header.as_bytes(), b"spec: {type: \"\xC3\x28\"}"].concat(),
            "InvalidUtf8",
            10,
        ),
        ("a lone byte", vec![0xFF], "InvalidUtf8", 7),
        (
            "a duplicate key",
            format!("{header}spec: {{}}\nspec: {{}}").into(),
            "DuplicateKey",
            11,
        ),
        (
            "an ambiguous value",
            format!("{header}spec: {{type: on}}").into(),
            "AmbiguousScalar",
            10,
        ),
        (
            "an ambiguous key",
            format!("{header}spec: {{facts: {{y: 1}}}}").into(),
            "AmbiguousScalar",
            10,
        ),
        (
            "a merge key",
            format!("{header}spec: {{<<: {{a: 1}}}}").into(),
            "AmbiguousScalar",
            10,
        ),
        (
            "an infinity",
            format!("{header}spec: {{facts: {{a: .inf}}}}").into(),
            "InvalidNumber",
            10,
        ),
        (
            "an unknown tag",
            format!("{header}spec: !Ref {{a: 1}}").into(),
            "UnknownTag",
            10,
        ),
        (
            "an unknown alias",
            format!("{header}spec: *nothing").into(),
            "InvalidSyntax",
            10,
        ),
        (
            "a control character",
            format!("{header}spec: {{type: \"a\u{1}\"}}").into(),
            "InvalidSyntax",
            10,
        ),
    ]
}

#[test]
fn every_bad_document_is_named_and_hides_no_neighbour() {
    for (what, bad, code, earliest_line) in hostile_documents() {
        let reading = between(&bad);
        assert_eq!(names(&reading), ["before", "after"], "{what}");
        let finding = reading
            .findings
            .first()
            .unwrap_or_else(|| panic!("{what}: no finding"));
        assert_eq!(finding.diagnostic.code, code, "{what}: {finding}");
        assert!(finding.line >= earliest_line, "{what}: {finding}");
        assert!(finding.column >= 1, "{what}: {finding}");
        assert_eq!(finding.document, 1, "{what}: {finding}");
        assert!(finding.diagnostic.help.is_some(), "{what}: {finding}");
        assert!(
            finding
                .snippet
                .as_ref()
                .is_some_and(|snippet| snippet.text.len() < 1000),
            "{what}"
        );
    }
}

#[test]
fn a_bad_document_still_tells_who_it_is_when_it_can() {
    let reading = read_text(&GOOD.replace("spec: {}", "spec: {type: yes}"));
    assert!(reading.documents.is_empty());
    assert_eq!(&*reading.broken[0].name, "good");
    assert!(!reading.unidentified);
    assert_eq!(reading.findings[0].object.as_ref(), reading.broken.first());
    assert!(read_text("a: [1").unidentified);
}

#[test]
fn documents_know_their_file_number_and_line() {
    let reading = read_text(&format!(
        "# first\n{GOOD}---\n{}",
        GOOD.replace("good", "second")
    ));
    let places: Vec<_> = reading
        .documents
        .iter()
        .map(|it| (it.origin.document, it.origin.line))
        .collect();
    assert_eq!(places, [(0, 2), (1, 8)]);
}

#[test]
fn lists_and_json_are_read_like_documents() {
    let json = r#"{"apiVersion": "v1", "kind": "List", "items": [
	{"apiVersion": "gradus.dev/v1alpha1", "kind": "Capability", "metadata": {"name": "one"}, "spec": {}},
	{"apiVersion": "gradus.dev/v1alpha1", "kind": "Capability", "metadata": {"name": "two"}, "spec": {"owner": {"team": "\ud83d\ude00 \/"}}}
]}"#;
    let reading = read(
        &"site.json".into(),
        json.as_bytes(),
        Keep::Nothing,
        Expect::Ours,
    );
    assert_eq!(reading.findings, []);
    assert_eq!(names(&reading), ["one", "two"]);
}

#[test]
fn a_bad_item_of_a_list_hides_no_other_item() {
    let text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: gradus.dev/v1alpha1\n  kind: Capability\n  metadata: {name: one}\n  spec: {type: no}\n- apiVersion: gradus.dev/v1alpha1\n  kind: Capability\n  metadata: {name: two}\n  spec: {}\n";
    let reading = read_text(text);
    assert_eq!(names(&reading), ["two"]);
    assert_eq!(
        (reading.findings[0].line, reading.findings[0].column),
        (7, 16)
    );
}

#[test]
fn documents_of_others_are_passed_over_with_a_note() {
    let reading = read_text(&format!(
        "apiVersion: apps/v1\nkind: Deployment\nspec: {{a: on}}\n---\n{GOOD}"
    ));
    assert_eq!(names(&reading), ["good"]);
    assert!(reading.findings.is_empty());
    assert!(
        reading.notes[0]
            .to_string()
            .contains("Deployment of apps/v1")
    );
}

#[test]
fn an_empty_file_and_a_file_of_comments_are_good() {
    for text in [
        "",
        "\n\n",
        "# nothing here\n",
        "---\n---\n",
        "\u{feff}# marked\n",
    ] {
        let reading = read_text(text);
        assert!(
            reading.findings.is_empty() && reading.notes.is_empty(),
            "{text:?}"
        );
    }
}

#[test]
fn utf_16_and_huge_files_are_refused_as_a_whole() {
    let wide: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        read(&"a.yaml".into(), &wide, Keep::Nothing, Expect::Ours).findings[0]
            .diagnostic
            .code,
        "InvalidUtf8"
    );
    let huge = vec![b'a'; 33 << 20];
    let reading = read(&"a.yaml".into(), &huge, Keep::Nothing, Expect::Ours);
    assert_eq!(reading.findings[0].diagnostic.code, "TooLarge");
    assert!(reading.unidentified);
}

#[test]
fn carriage_returns_are_line_breaks_as_well() {
    let reading =
        read_text(&format!("{}---\r\n{}", GOOD, GOOD.replace("good", "two")).replace('\n', "\r\n"));
    assert_eq!(names(&reading), ["good", "two"]);
}

#[test]
fn a_kept_text_reads_back_as_the_same_document() {
    let reading = read(&"a.yaml".into(), GOOD.as_bytes(), Keep::Text, Expect::Ours);
    let kept = reading.documents[0].kept.clone().unwrap();
    let again = read(
        &"a.yaml".into(),
        kept.text.as_bytes(),
        Keep::Text,
        Expect::Ours,
    );
    assert_eq!(again.documents[0].kept, Some(kept));
}

#[test]
fn every_model_of_the_library_is_read_here_as_the_library_reads_it() {
    for model in gradus_crds::library::library() {
        let reading = read_text(model.text);
        assert_eq!(reading.findings, [], "{}", model.name);
        let object = reading
            .documents
            .into_iter()
            .next()
            .and_then(|document| document.object);
        let Some(Object::Model(read_here)) = object else {
            panic!("{} is a model", model.name)
        };
        let of_library = gradus_crds::library::find(model.name).map(|it| it.digest.clone());
        assert_eq!(Some(read_here.digest.clone()), of_library, "{}", model.name);
    }
}

#[test]
fn the_part_of_a_predicate_that_is_wrong_is_pointed_at() {
    let reading = read_text(
        r#"apiVersion: gradus.dev/v1alpha1
kind: MaturityModel
metadata: {name: small}
spec:
  title: A small model
  version: "1"
  owner: {team: us}
  source: {url: "https://example.org", licence: CC0-1.0, attribution: us, completeness: all, disclaimer: none}
  stages: [{rank: 0}, {rank: 1}]
  domains: [{name: all, title: All}]
  criteria:
  - name: one
    stage: 1
    domain: all
    title: One
    requires:
      capability: one
      where: 'facts.users >= 12 && facts.mode === "active"'
  scoring:
    walk: {threshold: {numerator: 1, denominator: 1}}
    overall: {over: Criteria, by: Walk}
"#,
    );
    let finding = reading.findings.first().expect("a finding");
    assert_eq!(finding.diagnostic.path, "spec.criteria[0].requires.where");
    assert_eq!(finding.line, 18, "{finding}");
    let snippet = finding.snippet.as_ref().expect("a snippet");
    let wrong = &snippet.text[snippet.start..snippet.end];
    assert!(
        wrong.starts_with('=') && wrong.len() <= 3,
        "{finding}: {wrong}"
    );
}
