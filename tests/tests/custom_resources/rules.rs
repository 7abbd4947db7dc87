//! Every rule of every schema, kept and broken, and what the two sides say of it.

use std::collections::BTreeSet;

use gradus_engine::key::Kind;
use gradus_tests::agreement::case::{Case, Expected, cases};
use gradus_tests::agreement::constraint::{Constraint, Part, Rule, constraints};
use gradus_tests::agreement::example::{Examples, NAME};
use gradus_tests::agreement::judge::Judge;
use gradus_tests::agreement::judgement::Judgement;
use gradus_tests::agreement::largest::largest_status;
use gradus_tests::agreement::rules::compares;
use gradus_tests::agreement::server::{Fields, Question, Server};
use serde_json::{Value, json};

use crate::spoilt::{differs, judged, shown};
use crate::stored::{remove, store};
use crate::{brief, server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_agrees_with_native_validation() {
    let server = server();
    let mut wrong = Vec::new();
    for kind in Kind::ALL {
        let judge = Judge::of(kind);
        let cases = cases(kind, Part::Stated);
        let questions = cases
            .iter()
            .map(|case| server.creation(kind, &case.object))
            .collect();
        let answers = server.ask_all(questions).await;
        let mut seen = Vec::new();
        for (case, answer) in cases.iter().zip(&answers) {
            let said = judged(&judge, answer);
            seen.push((case.rule.clone(), said.accepts()));
            wrong.extend(unexpected(case, &judge, &said));
            wrong.extend(differs(kind, &judge, &case.object, answer));
        }
        assert_covered(&constraints(kind, Part::Stated), &seen);
    }
    assert!(wrong.is_empty(), "{}", shown(&wrong));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_status_rule_refuses_and_the_largest_status_fits() {
    let server = server();
    let mut wrong = Vec::new();
    for kind in Kind::ALL {
        let judge = Judge::of(kind);
        let mut named = Examples::of(kind).smallest();
        named["metadata"]["name"] = json!(format!("{NAME}-status"));
        let version = store(&server, kind, &[named]).await;
        let cases = cases(kind, Part::Status);
        let mut questions: Vec<Question> = cases
            .iter()
            .map(|case| status(&server, kind, &version, &case.object["status"]))
            .collect();
        questions.push(status(&server, kind, &version, &largest_status(kind)));
        let answers = server.ask_all(questions).await;
        let mut seen = Vec::new();
        for (case, answer) in cases.iter().zip(&answers) {
            let said = judged(&judge, answer);
            seen.push((case.rule.clone(), said.accepts()));
            wrong.extend(unexpected(case, &judge, &said));
        }
        let last = answers.last().expect("the largest status is judged");
        assert!(last.accepted, "{kind}: {}", last.body);
        assert_covered(&constraints(kind, Part::Status), &seen);
        remove(&server, kind, &format!("{NAME}-status")).await;
    }
    assert!(wrong.is_empty(), "{}", shown(&wrong));
}

/// A question about a status.
fn status(server: &Server, kind: Kind, stored: &Value, status: &Value) -> Question {
    let mut object = stored.clone();
    object["status"] = status.clone();
    let name = stored["metadata"]["name"].as_str().expect("a name");
    server.replacement(kind, name, "/status", &object)
}

/// What is wrong with how a case was judged.
fn unexpected(case: &Case, judge: &Judge, judgement: &Judgement) -> Option<String> {
    let as_expected = match &case.expected {
        Expected::Accepted => judgement.accepts(),
        Expected::Refused(finding) => judge.finds(judgement, finding),
        Expected::Alike => true,
    };
    (!as_expected).then(|| {
        format!(
            "{}: {:?}, but {judgement}\n  of {}",
            case.rule,
            case.expected,
            brief(&case.object)
        )
    })
}

/// Every rule was kept by some object and broken by another.
fn assert_covered(all: &[Constraint], judged: &[(String, bool)]) {
    let seen: BTreeSet<(&str, bool)> = judged
        .iter()
        .map(|(rule, good)| (rule.as_str(), *good))
        .collect();
    for constraint in all {
        if matches!(&constraint.rule, Rule::Cel(rule) if compares(rule)) {
            continue;
        }
        let name = constraint.name();
        for good in [true, false] {
            assert!(
                seen.contains(&(name.as_str(), good)),
                "no object is {good} to {name}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_fields_are_refused_to_a_strict_client_and_dropped_with_a_warning_for_others() {
    let server = server();
    for kind in Kind::ALL {
        let good = Examples::of(kind).smallest();
        let mut object = good.clone();
        object["spec"]["colour"] = json!("red");
        let mut question = server.creation(kind, &object);
        let refused = server.ask(&question).await;
        assert!(!refused.accepted, "{kind}");
        let native = Judge::of(kind).native(&object);
        assert_eq!(
            Judge::of(kind).server(&refused.body).agrees(&native),
            Ok(()),
            "{kind}"
        );
        question.fields = Fields::Warn;
        let pruned = server.ask(&question).await;
        assert!(pruned.accepted, "{kind}: {}", pruned.body);
        assert_eq!(pruned.body["spec"], good["spec"], "{kind}");
        let warned = pruned
            .warnings
            .iter()
            .any(|text| text.contains("unknown field") && text.contains("spec.colour"));
        assert!(warned, "{kind}: {:?}", pruned.warnings);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_name_of_a_fact_is_ours_alone_to_refuse() {
    let server = server();
    let mut object = Examples::of(Kind::Capability).smallest();
    object["spec"]["facts"] = json!({"Mode": "ha"});
    let answer = server
        .ask(&server.creation(Kind::Capability, &object))
        .await;
    assert!(answer.accepted, "{}", answer.body);
    let found = gradus_crds::validate(&object);
    assert_eq!(
        (found[0].path.as_str(), found[0].code),
        ("spec.facts.Mode", "InvalidFact")
    );
}
