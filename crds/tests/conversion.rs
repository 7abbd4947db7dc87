//! Documents become the engine's words, with the defaults of the design.

mod documents;

use documents::{ASSESSMENT, ATTESTATION, CAPABILITY, MODEL, PROFILE, WAIVER, yaml};
use gradus_crds::{Resource, decode};
use serde_json::json;

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

#[test]
fn a_pause_s_predicate_is_read_where_its_author_hears_of_it() {
    let mut document = yaml(ASSESSMENT);
    document["spec"]["engagement"]["resumeWhen"]["where"] = json!("facts.mode = 'on'");
    let wrong = decode(&document).unwrap().into_object().unwrap_err();
    assert_eq!(wrong[0].path, "spec.engagement.resumeWhen.where");
    assert_eq!(wrong[0].code, "InvalidWhere");
    assert!(wrong[0].within.is_some());
}
