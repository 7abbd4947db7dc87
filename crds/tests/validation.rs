//! What is wrong with a document is said with a path, a code, and how to mend it.

use gradus_crds::{Resource, decode, validate};
use gradus_engine::diagnostic::Severity;
use serde_json::{Value, json};

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

const CAPABILITY: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Capability
metadata: {name: remote-access-vpn, namespace: north, labels: {site: north}}
spec:
  type: remote-access-vpn
  claim: Present
  owner: {team: networks, contact: networks@example.org}
  facts: {protocol: wireguard, users: 4200, split: false}
  units: {total: 12, covered: 11}
  dependsOn: [{capability: directory-services, strength: Gate}]
  evidence:
  - name: gateway-up
    every: 5m
    maxAge: 1h
    grace: 10m
    http: {url: 'https://gateway.example.org/health', met: 'response.code == 200'}
  - {name: seen, attestation: {minimum: 1}}
";

const ATTESTATION: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Attestation
metadata: {name: vpn-seen, namespace: north}
spec:
  subject: {capability: remote-access-vpn}
  statement: Tried from three places.
  attestedBy: ada@example.org
  method: Test
  issued: '2026-01-31'
  validUntil: '2029-01-31'
";

const WAIVER: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Waiver
metadata: {name: vpn-late, namespace: north}
spec:
  assessment: north
  criteria: [remote-access-vpn]
  reason: The line comes in spring.
  requestedBy: ada@example.org
  approvedBy: grace@example.org
  from: '2026-11-01'
  until: '2027-03-31'
  treatAs: Met
";

const MODEL: &str = "
apiVersion: gradus.dev/v1alpha1
kind: MaturityModel
metadata: {name: small-2026}
spec:
  title: Small
  version: '2026'
  source: {url: 'https://example.org', licence: CC0, attribution: nobody, completeness: 2 of 2, disclaimer: none}
  stages: [{rank: 0}, {rank: 1, gate: {external: true, validFor: P3Y}}]
  criteria:
  - {name: first, stage: 1, title: First}
  - {name: second, stage: 1, title: Second, requires: {capability: second, where: 'facts.mode == \"ha\"'}}
  scoring:
    walk: {threshold: {numerator: 7, denominator: 10}}
    overall: {over: Criteria, by: Walk}
";

const ASSESSMENT: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Assessment
metadata: {name: north, namespace: north}
spec:
  model: {name: infram-2018}
  attributes: {setting: [acute]}
  capabilities: {matchLabels: {site: north}}
  target: {stage: 6, upTo: 7, by: '2027-03-31'}
  engagement: {state: Paused, since: '2026-10-01', until: '2026-12-31', resumeWhen: {capability: directory-services}}
  regression: {holdFor: 1h30m}
";

const PROFILE: &str = "
apiVersion: gradus.dev/v1alpha1
kind: Profile
metadata: {name: telephony-rollout}
spec:
  model: {name: nimm-2011}
  requirements:
  - {domain: network-services, minimum: 3}
  - {capability: fixed-lan, met: true}
";

#[test]
fn good_documents_of_every_kind_are_decoded() {
    for text in [CAPABILITY, ATTESTATION, WAIVER, MODEL, ASSESSMENT, PROFILE] {
        let resource = decode(&yaml(text)).unwrap_or_else(|wrong| panic!("{text}\n{wrong:#?}"));
        let again = decode(&resource.document()).unwrap();
        assert_eq!(
            resource, again,
            "a document that is written again is the same"
        );
        resource.into_object().unwrap();
    }
}

/// The document with one value set, or removed by null at its parent.
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

fn findings(document: &Value) -> Vec<(String, &'static str)> {
    let found = validate(document);
    assert!(
        found
            .iter()
            .all(|diagnostic| diagnostic.severity == Severity::Error)
    );
    found
        .into_iter()
        .map(|diagnostic| (diagnostic.path, diagnostic.code))
        .collect()
}

/// One change of a good document, and the one finding it makes.
fn refused(text: &str, pointer: &str, value: Value, path: &str, code: &str) {
    let document = with(text, pointer, value.clone());
    let found = findings(&document);
    let expected = vec![(path.to_owned(), code)];
    let found: Vec<(String, &str)> = found.into_iter().collect();
    assert_eq!(found, expected, "{pointer} = {value}");
}

fn accepted(text: &str, pointer: &str, value: Value) {
    let document = with(text, pointer, value.clone());
    assert_eq!(findings(&document), [], "{pointer} = {value}");
    decode(&document).unwrap().into_object().unwrap();
}

#[test]
fn envelopes_are_checked_first() {
    refused(
        CAPABILITY,
        "/apiVersion",
        json!("gradus.dev/v1"),
        "apiVersion",
        "WrongVersion",
    );
    refused(
        CAPABILITY,
        "/kind",
        json!("Capabilty"),
        "kind",
        "UnknownKind",
    );
    refused(CAPABILITY, "/kind", json!(null), "kind", "Required");
    refused(CAPABILITY, "/metadata", json!(null), "metadata", "Required");
    refused(
        CAPABILITY,
        "/metadata/name",
        json!("VPN"),
        "metadata.name",
        "InvalidName",
    );
    refused(
        CAPABILITY,
        "/metadata/name",
        json!("vpn.north"),
        "metadata.name",
        "InvalidName",
    );
    refused(
        CAPABILITY,
        "/metadata/labels/a b",
        json!("x"),
        "metadata.labels[\"a b\"]",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/metadata/label",
        json!({}),
        "metadata.label",
        "UnknownField",
    );
    refused(CAPABILITY, "/spec", json!(null), "spec", "Required");
    refused(CAPABILITY, "/specs", json!({}), "specs", "UnknownField");
    accepted(CAPABILITY, "/status", json!({"state": "Proven"}));
    let found = validate(&json!([1]));
    assert_eq!((found[0].path.as_str(), found[0].code), ("", "TypeInvalid"));
}

#[test]
fn an_unknown_field_is_named_with_the_one_that_was_meant() {
    let found = validate(&with(CAPABILITY, "/spec/depends_on", json!([])));
    assert_eq!(found[0].help.as_deref(), Some("did you mean dependsOn?"));
    let found = validate(&with(CAPABILITY, "/kind", json!("Capabilty")));
    assert_eq!(found[0].help.as_deref(), Some("did you mean Capability?"));
    let found = validate(&with(CAPABILITY, "/apiVersion", json!("gradus.dev/v1")));
    assert_eq!(
        found[0].help.as_deref(),
        Some("write apiVersion: gradus.dev/v1alpha1")
    );
}

#[test]
fn facts_are_strings_whole_numbers_and_booleans() {
    let long = "x".repeat(257);
    for (value, code) in [
        (json!(3.5), "InvalidFact"),
        (json!(1e300), "InvalidFact"),
        (json!(9_007_199_254_740_992_i64), "InvalidFact"),
        (json!({}), "InvalidFact"),
        (json!({"a": 1}), "InvalidFact"),
        (json!([]), "InvalidFact"),
        (json!(["a"]), "InvalidFact"),
        (json!(long), "TooLong"),
    ] {
        refused(
            CAPABILITY,
            "/spec/facts/mode",
            value,
            "spec.facts.mode",
            code,
        );
    }
    accepted(CAPABILITY, "/spec/facts/mode", json!(4.0));
    accepted(CAPABILITY, "/spec/facts/mode", json!(null));
    accepted(CAPABILITY, "/spec/facts/mode", json!("ü".repeat(256)));
    refused(
        CAPABILITY,
        "/spec/facts/a.b",
        json!(1),
        "spec.facts[\"a.b\"]",
        "InvalidFact",
    );
    refused(
        CAPABILITY,
        "/spec/facts/Mode",
        json!(1),
        "spec.facts.Mode",
        "InvalidFact",
    );
    let many: serde_json::Map<String, Value> =
        (0..65).map(|n| (format!("fact{n}"), json!(n))).collect();
    refused(
        CAPABILITY,
        "/spec/facts",
        many.into(),
        "spec.facts",
        "TooMany",
    );
}

#[test]
fn a_null_is_a_field_that_is_left_out() {
    for pointer in [
        "/spec/facts",
        "/spec/evidence",
        "/spec/units",
        "/spec/claim",
        "/spec/dependsOn",
    ] {
        accepted(CAPABILITY, pointer, json!(null));
    }
    refused(
        ATTESTATION,
        "/spec/statement",
        json!(null),
        "spec.statement",
        "Required",
    );
}

#[test]
fn types_words_and_limits_are_those_of_the_schema() {
    refused(
        CAPABILITY,
        "/spec/claim",
        json!("present"),
        "spec.claim",
        "NotSupported",
    );
    refused(
        CAPABILITY,
        "/spec/claim",
        json!(true),
        "spec.claim",
        "TypeInvalid",
    );
    refused(
        CAPABILITY,
        "/spec/type",
        json!("Remote VPN"),
        "spec.type",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/spec/owner",
        json!("networks"),
        "spec.owner",
        "TypeInvalid",
    );
    refused(
        CAPABILITY,
        "/spec/owner",
        json!({}),
        "spec.owner",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/spec/owner/team",
        json!("x".repeat(257)),
        "spec.owner.team",
        "TooLong",
    );
    refused(
        CAPABILITY,
        "/spec/units/covered", json!(-1), "spec.units.covered",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/spec/units/total",
        json!(12.5),
        "spec.units.total",
        "TypeInvalid",
    );
    accepted(CAPABILITY, "/spec/units/total", json!(12.0));
    refused(
        CAPABILITY,
        "/spec/evidence/0/every",
        json!("5 minutes"),
        "spec.evidence[0].every",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/spec/evidence/1/name",
        json!("gateway-up"),
        "spec.evidence[1]",
        "Duplicate",
    );
    refused(
        MODEL,
        "/spec/stages/1/gate/validFor",
        json!("3 years"),
        "spec.stages[1].gate.validFor",
        "Invalid",
    );
    refused(
        MODEL,
        "/spec/source/licence",
        json!(null),
        "spec.source.licence",
        "Required",
    );
    let path = "spec.criteria[1].requires.where";
    refused(
        MODEL,
        "/spec/criteria/1/requires/where",
        json!("x".repeat(513)),
        path,
        "TooLong",
    );
}

#[test]
fn unions_say_what_goes_together() {
    let requires = "/spec/criteria/0/requires";
    let path = "spec.criteria[0].requires";
    for wrong in [
        json!({}),
        json!({"where": "facts.x"}),
        json!({"capability": "a", "absent": "b"}),
        json!({"capability": "a", "where": "facts.x", "coverage": {"atLeast": 80}}),
        json!({"capability": "a", "anyOf": [{"capability": "b"}]}),
        json!({"absent": "a", "match": "All"}),
        json!({"allOf": [{"capability": "a"}], "where": "facts.x"}),
    ] {
        refused(MODEL, requires, wrong, path, "Invalid");
    }
    refused(
        MODEL,
        requires,
        json!({"capability": "a", "coverage": {}}),
        &format!("{path}.coverage"),
        "Invalid",
    );
    let one = json!({"allOf": [{"anyOf": [{"capability": "a"}]}]});
    refused(
        MODEL,
        requires,
        one,
        &format!("{path}.allOf[0].anyOf"),
        "Invalid",
    );
    let deep = json!({"allOf": [{"anyOf": [{"capability": "a"}, {"anyOf": []}]}]});
    let found = findings(&with(MODEL, requires, deep));
    assert!(
        found.contains(&(format!("{path}.allOf[0].anyOf[1].anyOf"), "UnknownField")),
        "{found:?}"
    );
    for right in [
        json!({"absent": "a"}),
        json!({"capability": "a", "match": "All", "coverage": {"atLeast": 80, "exclude": ["ed"]}}),
        json!({"allOf": [{"anyOf": [{"capability": "a"}, {"absent": "b"}]}, {"capability": "c"}]}),
        json!({"atLeast": {"count": 1, "of": [{"capability": "a"}]}}),
    ] {
        accepted(MODEL, requires, right);
    }
    refused(
        ASSESSMENT,
        "/spec/includes",
        json!({"assessments": {}, "by": "Min"}),
        "spec",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/spec/units/items",
        json!([]),
        "spec.units",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/spec/evidence/1/http",
        json!({"url": "https://a"}),
        "spec.evidence[1]",
        "Invalid",
    );
    refused(
        ATTESTATION,
        "/spec/subject",
        json!({"assessment": "a", "model": "m"}),
        "spec.subject",
        "Invalid",
    );
    accepted(
        ATTESTATION,
        "/spec/subject",
        json!({"assessment": "a", "model": "m", "stage": 7}),
    );
}

#[test]
fn a_union_s_message_names_the_fields() {
    let message = |requires: Value| {
        let found = validate(&with(MODEL, "/spec/criteria/0/requires", requires));
        (found[0].message.clone(), found[0].help.clone().unwrap())
    };
    let (message_of_two, _) = message(
        json!({"capability": "a", "where": "facts.x", "grade": {"fact": "g", "min": 1, "max": 5}}),
    );
    assert_eq!(message_of_two, "where and grade do not go together");
    let (_, help) = message(json!({}));
    assert_eq!(
        help,
        "write exactly one of capability, absent, allOf, anyOf, atLeast"
    );
}

#[test]
fn rules_over_two_fields_have_their_twins() {
    refused(
        CAPABILITY,
        "/spec/units/covered",
        json!(13),
        "spec.units.covered",
        "Invalid",
    );
    refused(
        CAPABILITY,
        "/spec/evidence/0/every",
        json!(null),
        "spec.evidence[0]",
        "Invalid",
    );
    refused(
        ATTESTATION,
        "/spec/validUntil",
        json!("2026-01-30"),
        "spec.validUntil",
        "Invalid",
    );
    refused(
        ATTESTATION,
        "/spec/validUntil",
        json!("2029-02-01"),
        "spec.validUntil",
        "Invalid",
    );
    refused(
        ATTESTATION,
        "/spec/validUntil",
        json!("2030-01-01"),
        "spec.validUntil",
        "Invalid",
    );
    accepted(ATTESTATION, "/spec/validUntil", json!("2026-01-31"));
    refused(
        WAIVER,
        "/spec/approvedBy",
        json!("ada@example.org"),
        "spec.approvedBy",
        "Invalid",
    );
    accepted(WAIVER, "/spec/approvedBy", json!(null));
    accepted(WAIVER, "/spec/until", json!("2027-12-06"));
    refused(
        WAIVER,
        "/spec/until",
        json!("2027-12-07"),
        "spec.until",
        "Invalid",
    );
    refused(
        WAIVER,
        "/spec/until",
        json!("2026-10-31"),
        "spec.until",
        "Invalid",
    );
    refused(
        WAIVER,
        "/spec/criteria",
        json!(["a", "a"]),
        "spec.criteria[1]",
        "Duplicate",
    );
    refused(
        ASSESSMENT,
        "/spec/target/upTo",
        json!(5),
        "spec.target.upTo",
        "Invalid",
    );
    refused(
        ASSESSMENT,
        "/spec/engagement/until",
        json!("2026-09-30"),
        "spec.engagement.until",
        "Invalid",
    );
    refused(
        PROFILE,
        "/spec/requirements/0/maximum",
        json!(2),
        "spec.requirements[0].maximum",
        "Invalid",
    );
    refused(
        MODEL,
        "/spec/scoring/walk",
        json!(null),
        "spec.scoring.overall",
        "Invalid",
    );
    let threshold = json!({"numerator": 11, "denominator": 10});
    refused(
        MODEL,
        "/spec/scoring/walk/threshold",
        threshold,
        "spec.scoring.walk.threshold.numerator",
        "Invalid",
    );
    let two_of_one = json!({"atLeast": {"count": 2, "of": [{"capability": "a"}]}});
    refused(
        MODEL,
        "/spec/criteria/0/requires",
        two_of_one,
        "spec.criteria[0].requires",
        "Invalid",
    );
    refused(
        MODEL,
        "/spec/criteria/0/negates",
        json!({"anyOf": ["second"]}),
        "spec.criteria[0].negates",
        "Invalid",
    );
}

#[test]
fn rules_wait_until_the_schema_holds() {
    let mut document = with(CAPABILITY, "/spec/units/covered", json!(13));
    document["spec"]["claim"] = json!("Perhaps");
    assert_eq!(
        findings(&document),
        [("spec.claim".to_owned(), "NotSupported")]
    );
}

#[test]
fn days_are_days_and_nothing_else() {
    for wrong in [
        "2024-02-30",
        "2026-13-01",
        "2026-11-23T00:00:00Z",
        "20261123",
        "2026-1-1",
        "",
    ] {
        let found = findings(&with(WAIVER, "/spec/until", json!(wrong)));
        assert!(
            found.iter().any(|(path, _)| path == "spec.until"),
            "{wrong}: {found:?}"
        );
    }
    refused(
        WAIVER,
        "/spec/until",
        json!(20_270_331),
        "spec.until",
        "TypeInvalid",
    );
}

#[test]
fn one_wrong_field_hides_no_other() {
    let mut document = with(CAPABILITY, "/spec/claim", json!("Perhaps"));
    document["metadata"]["name"] = json!("VPN");
    document["spec"]["facts"]["x"] = json!([]);
    document["spec"]["colour"] = json!("red");
    let codes: Vec<&str> = findings(&document)
        .into_iter()
        .map(|(_, code)| code)
        .collect();
    assert_eq!(
        codes,
        ["InvalidName", "NotSupported", "UnknownField", "InvalidFact"]
    );
}

#[test]
fn a_model_above_one_mebibyte_is_refused() {
    let mut document = yaml(MODEL);
    let criterion = |n: usize| json!({"name": format!("c{n}"), "stage": 1, "title": "T", "guidance": "x".repeat(1990)});
    document["spec"]["criteria"] = (0..600).map(criterion).collect();
    let wrong = decode(&document).unwrap().into_object().unwrap_err();
    assert_eq!(
        (wrong[0].path.as_str(), wrong[0].code),
        ("spec", "TooLarge")
    );
}

#[test]
fn defaults_are_those_of_the_design() {
    use gradus_engine::model::{Aggregate, EmptyStage, Requires, Test, UnknownPoints};
    use gradus_engine::object::{Claim, Object};
    let object = |text: &str| decode(&yaml(text)).unwrap().into_object().unwrap();
    let (key, capability) = object(
        "{apiVersion: gradus.dev/v1alpha1, kind: Capability, metadata: {name: vpn}, spec: {}}",
    );
    assert_eq!(key.to_string(), "Capability default/vpn");
    let Some(Object::Capability(capability)) = capability else {
        panic!("no capability")
    };
    assert_eq!(
        (&*capability.kind, capability.claim),
        ("vpn", Claim::Present)
    );
    let (_, Some(Object::Model(model))) = object(MODEL) else {
        panic!("no model")
    };
    assert_eq!(model.scoring.leaf, Aggregate::Walk);
    assert_eq!(model.scoring.inner, Aggregate::None);
    assert_eq!(model.scoring.unknown, UnknownPoints::Lowest);
    assert_eq!(model.scoring.walk.empty_stage, EmptyStage::Skip);
    let first = &model.criteria[0];
    assert!(first.scored && first.waivable && first.weight == 1);
    assert!(
        matches!(&first.requires, Requires::Leaf(gradus_engine::model::Leaf::Capability { capability, test: Test::Exists, .. }) if &**capability == "first")
    );
}

#[test]
fn a_digest_does_not_depend_on_order_or_layout_but_on_content() {
    let digest = |text: &str| match decode(&yaml(text)).unwrap().into_object().unwrap().1 {
        Some(gradus_engine::object::Object::Model(model)) => model.digest.to_string(),
        _ => panic!("no model"),
    };
    let reordered = MODEL
        .replace("  title: Small\n", "")
        .replace("  version: '2026'\n", "  version: '2026'\n  title: Small\n");
    assert_eq!(digest(MODEL), digest(&reordered));
    assert_ne!(
        digest(MODEL),
        digest(&MODEL.replace("title: First", "title: Other"))
    );
}

#[test]
fn a_profile_is_checked_and_not_scored() {
    let resource = decode(&yaml(PROFILE)).unwrap();
    assert!(matches!(resource, Resource::Profile(_)));
    assert!(resource.into_object().unwrap().1.is_none());
}
