//! Invalid documents: every finding has a path, a code and a correction.

mod documents;

use documents::{ASSESSMENT, ATTESTATION, CAPABILITY, MODEL, PROFILE, WAIVER, yaml};
use gradus_crds::{decode, validate};
use gradus_engine::diagnostic::Severity;
use serde_json::{Value, json};

/// A good document with one value set.
fn with(text: &str, pointer: &str, value: Value) -> Value {
    let mut document = yaml(text);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    match document.pointer_mut(parent).unwrap() {
        Value::Object(fields) => {
            fields.insert(name.to_owned(), value);
        }
        Value::Array(items) => items[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{pointer} leads nowhere"),
    }
    document
}

/// The findings of a document, each as `path Code`.
fn findings(document: &Value) -> Vec<String> {
    let found = validate(document);
    assert!(
        found
            .iter()
            .all(|diagnostic| diagnostic.severity == Severity::Error)
    );
    found
        .iter()
        .map(|diagnostic| format!("{} {}", diagnostic.path, diagnostic.code))
        .collect()
}

/// Holds lines of `/pointer = json => path Code`, the one finding that the change makes; or
/// `=> fine`, when it makes none.
fn changes(text: &str, lines: &str) {
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (change, expected) = line.split_once(" => ").unwrap();
        let (pointer, value) = change.split_once(" = ").unwrap();
        let document = with(text, pointer, serde_json::from_str(value).unwrap());
        let found = findings(&document);
        if expected == "fine" {
            assert_eq!(found, Vec::<String>::new(), "{line}");
            decode(&document).unwrap().into_object().unwrap();
        } else {
            assert_eq!(found, [expected], "{line}");
        }
    }
}

#[test]
fn envelope_and_metadata_are_checked() {
    changes(
        CAPABILITY,
        r#"
        /apiVersion = "gradus.dev/v1" => apiVersion WrongVersion
        /apiVersion = "apps/v1" => apiVersion WrongVersion
        /apiVersion = null => apiVersion Required
        /kind = "Capabilty" => kind UnknownKind
        /kind = null => kind Required
        /metadata = null => metadata Required
        /metadata = [] => metadata TypeInvalid
        /metadata/name = "VPN" => metadata.name InvalidName
        /metadata/name = "vpn.north" => metadata.name InvalidName
        /metadata/name = null => metadata.name Required
        /metadata/namespace = "a.b" => metadata.namespace InvalidName
        /metadata/labels/a b = "x" => metadata.labels["a b"] Invalid
        /metadata/labels/site = "-" => metadata.labels.site Invalid
        /metadata/labels/site = 1 => metadata.labels.site TypeInvalid
        /metadata/label = {} => metadata.label UnknownField
        /metadata/managedFields = [] => fine
        /spec = null => spec Required
        /spec = [] => spec TypeInvalid
        /specs = {} => specs UnknownField
        /status = {"state": "Proven"} => fine
        "#,
    );
    changes(
        MODEL,
        r#"
        /metadata/name = "small.2026" => fine
        /metadata/namespace = "north" => metadata.namespace Invalid
        "#,
    );
    assert_eq!(findings(&json!([1])), [" TypeInvalid"]);
}

#[test]
fn unknown_name_suggests_the_nearest_one() {
    let help = |pointer: &str, value: &str| {
        let found = validate(&with(CAPABILITY, pointer, json!(value)));
        found[0].help.clone().unwrap()
    };
    assert_eq!(help("/spec/depends_on", ""), "did you mean dependsOn?");
    assert_eq!(help("/spec/Owner", ""), "did you mean owner?");
    assert_eq!(help("/spec/claim", "present"), "did you mean Present?");
    assert_eq!(help("/kind", "Capabilty"), "did you mean Capability?");
    assert_eq!(
        help("/apiVersion", "gradus.dev/v1"),
        "write apiVersion: gradus.dev/v1alpha1"
    );
    assert_eq!(
        help("/spec/units/colour", ""),
        "use one of covered, items, total"
    );
}

#[test]
fn facts_are_strings_whole_numbers_and_booleans() {
    changes(
        CAPABILITY,
        r#"
        /spec/facts/mode = 3.5 => spec.facts.mode InvalidFact
        /spec/facts/mode = 1e300 => spec.facts.mode InvalidFact
        /spec/facts/mode = 9007199254740992 => spec.facts.mode InvalidFact
        /spec/facts/mode = 18446744073709551615 => spec.facts.mode InvalidFact
        /spec/facts/mode = {} => spec.facts.mode InvalidFact
        /spec/facts/mode = {"a": 1} => spec.facts.mode InvalidFact
        /spec/facts/mode = [] => spec.facts.mode InvalidFact
        /spec/facts/mode = ["a"] => spec.facts.mode InvalidFact
        /spec/facts/a.b = 1 => spec.facts["a.b"] InvalidFact
        /spec/facts/Mode = 1 => spec.facts.Mode InvalidFact
        /spec/facts/mode = 4.0 => fine
        /spec/facts/mode = 9007199254740991 => fine
        /spec/facts/mode = "" => fine
        /spec/facts/mode = null => fine
        "#,
    );
    let text = |length| json!("ü".repeat(length));
    assert_eq!(
        findings(&with(CAPABILITY, "/spec/facts/mode", text(256))),
        [""; 0]
    );
    let long = with(CAPABILITY, "/spec/facts/mode", text(257));
    assert_eq!(findings(&long), ["spec.facts.mode TooLong"]);
    let many: serde_json::Map<String, Value> =
        (0..65).map(|n| (format!("fact{n}"), json!(n))).collect();
    assert_eq!(
        findings(&with(CAPABILITY, "/spec/facts", many.into())),
        ["spec.facts TooMany"]
    );
}

#[test]
fn null_counts_as_left_out() {
    changes(
        CAPABILITY,
        "
        /spec/facts = null => fine
        /spec/evidence = null => fine
        /spec/units = null => fine
        /spec/claim = null => fine
        /spec/dependsOn = null => fine
        /spec/dependsOn/0 = null => spec.dependsOn[0] TypeInvalid
        ",
    );
    changes(
        ATTESTATION,
        "/spec/statement = null => spec.statement Required",
    );
    // A field that is not known is not known when it is null, too.
    changes(
        CAPABILITY,
        "/spec/colour = null => spec.colour UnknownField",
    );
    let mut many: serde_json::Map<String, Value> =
        (0..64).map(|n| (format!("fact{n}"), json!(n))).collect();
    many.insert("gone".to_owned(), Value::Null);
    assert_eq!(
        findings(&with(CAPABILITY, "/spec/facts", many.into())),
        [""; 0]
    );
}

#[test]
fn types_words_and_limits_of_the_schema_are_checked() {
    changes(
        CAPABILITY,
        r#"
        /spec/claim = "present" => spec.claim NotSupported
        /spec/claim = true => spec.claim TypeInvalid
        /spec/type = "Remote VPN" => spec.type Invalid
        /spec/owner = "networks" => spec.owner TypeInvalid
        /spec/owner = {} => spec.owner Invalid
        /spec/owner/team = "" => spec.owner.team Invalid
        /spec/units/covered = -1 => spec.units.covered Invalid
        /spec/units/total = 12.5 => spec.units.total TypeInvalid
        /spec/units/total = "12" => spec.units.total TypeInvalid
        /spec/units/total = 12.0 => fine
        /spec/evidence/0/every = "5 minutes" => spec.evidence[0].every Invalid
        /spec/evidence/0/every = "1h30m" => fine
        /spec/evidence/0/every = "a text that is too long" => spec.evidence[0].every Invalid
        /spec/evidence/0/every = "a text that is much too long" => spec.evidence[0].every TooLong
        /spec/evidence/0/http/method = "Post" => spec.evidence[0].http.method NotSupported
        /spec/evidence/1/name = "gateway-up" => spec.evidence[1] Duplicate
        "#,
    );
    changes(
        MODEL,
        r#"
        /spec/stages/1/gate/validFor = "3 years" => spec.stages[1].gate.validFor Invalid
        /spec/stages/1/gate/validFor = "P18M" => fine
        /spec/source/licence = null => spec.source.licence Required
        /spec/criteria/0/weight = 0 => spec.criteria[0].weight Invalid
        /spec/criteria/0/evidence = {"atLeast": "Proven"} => spec.criteria[0].evidence.atLeast NotSupported
        "#,
    );
    let long = with(
        MODEL,
        "/spec/criteria/1/requires/where",
        json!("x".repeat(513)),
    );
    assert_eq!(findings(&long), ["spec.criteria[1].requires.where TooLong"]);
}

#[test]
fn a_requirement_is_exactly_one_thing() {
    changes(
        MODEL,
        r#"
        /spec/criteria/0/requires = {} => spec.criteria[0].requires Invalid
        /spec/criteria/0/requires = {"where": "facts.x"} => spec.criteria[0].requires Invalid
        /spec/criteria/0/requires = {"capability": "a", "absent": "b"} => spec.criteria[0].requires Invalid
        /spec/criteria/0/requires = {"capability": "a", "where": "facts.x", "coverage": {"count": 1}} => spec.criteria[0].requires Invalid
        /spec/criteria/0/requires = {"capability": "a", "anyOf": [{"capability": "b"}]} => spec.criteria[0].requires Invalid
        /spec/criteria/0/requires = {"absent": "a", "match": "All"} => spec.criteria[0].requires Invalid
        /spec/criteria/0/requires = {"allOf": [{"capability": "a"}], "where": "facts.x"} => spec.criteria[0].requires Invalid
        /spec/criteria/0/requires = {"capability": "a", "coverage": {}} => spec.criteria[0].requires.coverage Invalid
        /spec/criteria/0/requires = {"allOf": [{"anyOf": [{"capability": "a"}]}]} => spec.criteria[0].requires.allOf[0].anyOf Invalid
        /spec/criteria/0/requires = {"allOf": [{}]} => spec.criteria[0].requires.allOf[0] Invalid
        /spec/criteria/0/requires = {"allOf": [{"anyOf": [{"capability": "a"}, {"capability": "b", "anyOf": []}]}]} => spec.criteria[0].requires.allOf[0].anyOf[1].anyOf UnknownField
        /spec/criteria/0/requires = {"absent": "a"} => fine
        /spec/criteria/0/requires = {"capability": "a", "match": "All", "coverage": {"atLeast": 80, "exclude": ["ed"]}} => fine
        /spec/criteria/0/requires = {"allOf": [{"anyOf": [{"capability": "a"}, {"absent": "b"}]}, {"capability": "c"}]} => fine
        /spec/criteria/0/requires = {"atLeast": {"count": 1, "of": [{"capability": "a"}]}} => fine
        "#,
    );
}

#[test]
fn other_unions_are_exactly_one_thing_too() {
    changes(
        ASSESSMENT,
        r#"/spec/includes = {"assessments": {}, "by": "Min"} => spec Invalid"#,
    );
    changes(
        CAPABILITY,
        r#"
        /spec/units/items = [] => spec.units Invalid
        /spec/units = {"items": [{"name": "ed", "covered": true}]} => fine
        /spec/units = {"total": 1} => spec.units Invalid
        /spec/evidence/1/http = {"url": "https://a"} => spec.evidence[1] Invalid
        "#,
    );
    changes(
        ATTESTATION,
        r#"
        /spec/subject = {"assessment": "a", "model": "m"} => spec.subject Invalid
        /spec/subject = {"capability": "c", "assessment": "a", "model": "m", "stage": 7} => spec.subject Invalid
        /spec/subject = {"assessment": "a", "model": "m", "stage": 7} => fine
        "#,
    );
    changes(
        PROFILE,
        r#"
        /spec/requirements/0 = {"domain": "a"} => spec.requirements[0] Invalid
        /spec/requirements/0 = {"domain": "a", "met": true} => spec.requirements[0] Invalid
        /spec/requirements/0 = {"criterion": "a", "minimum": 3} => fine
        "#,
    );
}

#[test]
fn message_of_a_union_names_the_fields() {
    let said = |requires: Value| {
        let found = validate(&with(MODEL, "/spec/criteria/0/requires", requires));
        (found[0].message.clone(), found[0].help.clone().unwrap())
    };
    let two =
        json!({"capability": "a", "where": "facts.x", "grade": {"fact": "g", "min": 1, "max": 5}});
    assert_eq!(said(two).0, "where and grade cannot be combined");
    assert_eq!(
        said(json!({"absent": "a", "match": "All"})).0,
        "match cannot be combined with absent"
    );
    let all = "write exactly one of capability, absent, allOf, anyOf, atLeast";
    assert_eq!(said(json!({})).1, all);
}

#[test]
fn rules_over_two_fields_are_checked() {
    changes(
        CAPABILITY,
        "
        /spec/units/covered = 13 => spec.units.covered Invalid
        /spec/evidence/0/every = null => spec.evidence[0] Invalid
        ",
    );
    changes(
        ATTESTATION,
        r#"
        /spec/validUntil = "2026-01-30" => spec.validUntil Invalid
        /spec/validUntil = "2029-02-01" => spec.validUntil Invalid
        /spec/validUntil = "2030-01-01" => spec.validUntil Invalid
        /spec/validUntil = "2026-01-31" => fine
        "#,
    );
    changes(
        WAIVER,
        r#"
        /spec/approvedBy = "ada@example.org" => spec.approvedBy Invalid
        /spec/approvedBy = null => fine
        /spec/until = "2027-12-06" => fine
        /spec/until = "2027-12-07" => spec.until Invalid
        /spec/until = "2026-10-31" => spec.until Invalid
        /spec/criteria = ["a", "a"] => spec.criteria[1] Duplicate
        /spec/criteria = ["a", "a", "b", "a"] => spec.criteria[1] Duplicate
        /spec/from = "0001-01-01" => spec.until Invalid
        "#,
    );
    changes(
        ASSESSMENT,
        r#"
        /spec/target/upTo = 5 => spec.target.upTo Invalid
        /spec/engagement/until = "2026-09-30" => spec.engagement.until Invalid
        "#,
    );
    changes(
        PROFILE,
        "/spec/requirements/0/maximum = 2 => spec.requirements[0].maximum Invalid",
    );
    changes(
        MODEL,
        r#"
        /spec/scoring/walk = null => spec.scoring.overall Invalid
        /spec/scoring/walk/threshold = {"numerator": 11, "denominator": 10} => spec.scoring.walk.threshold.numerator Invalid
        /spec/criteria/0/requires = {"atLeast": {"count": 2, "of": [{"capability": "a"}]}} => spec.criteria[0].requires Invalid
        /spec/criteria/0/negates = {"anyOf": ["second"]} => spec.criteria[0].negates Invalid
        "#,
    );
}

#[test]
fn rules_and_schema_report_together() {
    let mut document = with(CAPABILITY, "/spec/units/covered", json!(13));
    document["spec"]["claim"] = json!("Perhaps");
    let expected = ["spec.claim NotSupported", "spec.units.covered Invalid"];
    assert_eq!(findings(&document), expected);
}

#[test]
fn days_are_dates_in_one_form() {
    changes(
        WAIVER,
        r#"
        /spec/until = "2024-02-30" => spec.until InvalidFormat
        /spec/until = "2026-13-01" => spec.until InvalidFormat
        /spec/until = "2026-1-1" => spec.until InvalidFormat
        /spec/until = "20261123" => spec.until InvalidFormat
        /spec/until = "" => spec.until InvalidFormat
        /spec/until = 20270331 => spec.until TypeInvalid
        "#,
    );
    let instant = with(WAIVER, "/spec/until", json!("2026-11-23T00:00:00Z"));
    assert_eq!(
        findings(&instant),
        ["spec.until TooLong", "spec.until InvalidFormat"]
    );
}

#[test]
fn wrong_fields_are_all_reported() {
    let mut document = with(CAPABILITY, "/spec/claim", json!("Perhaps"));
    document["metadata"]["name"] = json!("VPN");
    document["spec"]["facts"]["x"] = json!([]);
    document["spec"]["colour"] = json!("red");
    let expected = [
        "metadata.name InvalidName",
        "spec.claim NotSupported",
        "spec.colour UnknownField",
        "spec.facts.x InvalidFact",
    ];
    assert_eq!(findings(&document), expected);
}
