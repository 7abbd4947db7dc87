//! Every message of the validation, in one table: an input, and what its author reads.

mod documents;

use std::collections::BTreeSet;
use std::fmt::Write;

use documents::{ASSESSMENT, ATTESTATION, CAPABILITY, MODEL, PROFILE, WAIVER, yaml};
use gradus_crds::{decode, validate};
use gradus_engine::diagnostic::Diagnostic;
use serde_json::Value;

/// One change of a valid document a line: `/pointer = JSON`.
const INPUTS: [(&str, &str); 6] = [
    (
        CAPABILITY,
        r#"
        /apiVersion = null
        /apiVersion = 1
        /apiVersion = "gradus.dev/v1"
        /apiVersion = "apps/v1"
        /kind = null
        /kind = 1
        /kind = "Capabilty"
        /specs = {}
        /metadata = null
        /metadata = []
        /metadata/label = {}
        /metadata/name = null
        /metadata/name = 1
        /metadata/name = "VPN"
        /metadata/namespace = 1
        /metadata/namespace = "a.b"
        /metadata/uid = 1
        /metadata/generation = "1"
        /metadata/creationTimestamp = "today"
        /metadata/labels = []
        /metadata/labels/site = 1
        /metadata/labels/site = "-"
        /spec = null
        /spec = []
        /spec/colour = "red"
        /spec/depends_on = []
        /spec/type = "Remote VPN"
        /spec/claim = "present"
        /spec/claim = "Perhaps"
        /spec/claim = true
        /spec/owner = {}
        /spec/owner = "networks"
        /spec/owner/team = ""
        /spec/owner/team = "  "
        /spec/owner/contact = "\t"
        /spec/facts/mode = 3.5
        /spec/facts/mode = []
        /spec/facts/Mode = 1
        /spec/units = {"total": 1}
        /spec/units/items = []
        /spec/units/total = "12"
        /spec/units/total = 12.5
        /spec/units/covered = -1
        /spec/units/covered = 13
        /spec/dependsOn = {}
        /spec/dependsOn/0 = null
        /spec/evidence/0/every = null
        /spec/evidence/0/every = "5 minutes"
        /spec/evidence/0/every = "5"
        /spec/evidence/0/every = "a text that is much too long"
        /spec/evidence/0/grace = "h"
        /spec/evidence/1/name = "gateway-up"
        /spec/evidence/1/http = {"url": "https://a"}
        /spec/evidence/1/attestation = {"external": "yes"}
        "#,
    ),
    (
        ATTESTATION,
        r#"
        /spec/statement = null
        /spec/statement = " "
        /spec/attestedBy = "\n"
        /spec/subject = {}
        /spec/subject = {"assessment": "a", "model": "m"}
        /spec/subject = {"capability": "c", "stage": 7}
        /spec/issued = "31 Jan 2026"
        /spec/validUntil = "2024-02-30"
        /spec/validUntil = "2026-01-30"
        /spec/validUntil = "2029-02-01"
        "#,
    ),
    (
        WAIVER,
        r#"
        /spec/criteria = []
        /spec/reason = "   "
        /spec/criteria = ["a", "a"]
        /spec/approvedBy = "ada@example.org"
        /spec/until = 20270331
        /spec/until = "2026-10-31"
        /spec/until = "2027-12-07"
        "#,
    ),
    (
        ASSESSMENT,
        r#"
        /spec/includes = {"assessments": {}, "by": "Min"}
        /spec/target/stage = 100
        /spec/target/upTo = 5
        /spec/engagement/until = "2026-09-30"
        /spec/engagement/resumeWhen/where = "facts.mode =="
        "#,
    ),
    (
        PROFILE,
        r#"
        /metadata/namespace = "north"
        /spec/requirements/0 = {}
        /spec/requirements/0 = {"domain": "a"}
        /spec/requirements/0 = {"domain": "a", "met": true}
        /spec/requirements/0/maximum = 2
        "#,
    ),
    (
        MODEL,
        r#"
        /metadata/name = "Small Model"
        /spec/stages/1/gate/validFor = "3 years"
        /spec/criteria/0/weight = 0
        /spec/criteria/0/negates = {"anyOf": ["second"]}
        /spec/criteria/0/requires = {}
        /spec/criteria/0/requires = {"where": "facts.x"}
        /spec/criteria/0/requires = {"absent": "a", "match": "All"}
        /spec/criteria/0/requires = {"capability": "a", "absent": "b"}
        /spec/criteria/0/requires = {"capability": "a", "where": "facts.x", "coverage": {"count": 1}}
        /spec/criteria/0/requires = {"capability": "a", "coverage": {}}
        /spec/criteria/0/requires = {"capability": "a", "choice": {"fact": "A b", "scale": "s"}}
        /spec/criteria/0/requires = {"atLeast": {"count": 2, "of": [{"capability": "a"}]}}
        /spec/scoring/walk = null
        /spec/scoring/walk/threshold = {"numerator": 11, "denominator": 10}
        "#,
    ),
];

/// A document of its kind with one value changed.
fn changed(text: &str, pointer: &str, value: Value) -> Value {
    let mut document = yaml(text);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(fields) => {
            fields.insert(name.to_owned(), value);
        }
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer} is not in the document"),
    }
    document
}

/// What an author of a document reads, from validation or conversion.
fn findings(document: &Value) -> Vec<Diagnostic> {
    let found = validate(document);
    if !found.is_empty() {
        return found;
    }
    decode(document).unwrap().into_object().unwrap_err()
}

fn add(table: &mut String, codes: &mut BTreeSet<&'static str>, input: &str, found: &[Diagnostic]) {
    let _ = writeln!(table, "{input}");
    for one in found {
        codes.insert(one.code);
        let help = one.help.as_deref().unwrap_or_default();
        let place = if one.path.is_empty() { "-" } else { &one.path };
        let _ = writeln!(table, "    {} {place}: {}", one.code, one.message);
        let _ = writeln!(table, "        {help}");
        assert!(!help.is_empty(), "{input}: no correction");
    }
}

#[test]
fn messages_of_invalid_documents() {
    let mut table = String::new();
    let mut codes = BTreeSet::new();
    for (text, lines) in INPUTS {
        let kind = yaml(text)["kind"].as_str().unwrap().to_owned();
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (pointer, value) = line.split_once(" = ").unwrap();
            let document = changed(text, pointer, serde_json::from_str(value).unwrap());
            let input = format!("{kind} {line}");
            add(&mut table, &mut codes, &input, &findings(&document));
        }
    }
    let facts: serde_json::Map<String, Value> =
        (0..65).map(|n| (format!("fact{n}"), n.into())).collect();
    let many = changed(CAPABILITY, "/spec/facts", facts.into());
    add(
        &mut table,
        &mut codes,
        "Capability with 65 facts",
        &findings(&many),
    );
    let guidance = "x".repeat(2000).into();
    let mut large = changed(MODEL, "/spec/criteria/0/guidance", guidance);
    let one = large["spec"]["criteria"][0].clone();
    large["spec"]["criteria"] = vec![one; 600].into_iter().collect();
    for (index, criterion) in large["spec"]["criteria"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .enumerate()
    {
        criterion["name"] = format!("criterion-{index}").into();
    }
    add(
        &mut table,
        &mut codes,
        "MaturityModel of 1.2 MB",
        &findings(&large),
    );
    add(
        &mut table,
        &mut codes,
        "[]",
        &findings(&Value::Array(Vec::new())),
    );
    insta::assert_snapshot!(table);
    let expected = [
        "Duplicate",
        "Invalid",
        "InvalidFact",
        "InvalidFormat",
        "InvalidName",
        "InvalidWhere",
        "NotSupported",
        "Required",
        "TooLarge",
        "TooLong",
        "TooMany",
        "TypeInvalid",
        "UnknownField",
        "UnknownKind",
        "WrongVersion",
    ];
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), expected);
}
