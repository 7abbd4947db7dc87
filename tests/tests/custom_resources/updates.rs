//! Updates: of the largest objects, and of what must not change.

use std::collections::{BTreeMap, BTreeSet};

use gradus_crds::{decode, validate};
use gradus_engine::key::Kind;
use gradus_tests::agreement::constraint::{Part, Rule, constraints};
use gradus_tests::agreement::finding::rows;
use gradus_tests::agreement::largest::largest;
use gradus_tests::agreement::rules::{compares, transitions};
use serde_json::{Value, json};

use crate::stored::{remove, replacing, store};
use crate::{brief, server};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_largest_objects_are_stored_and_updated() {
    let server = server();
    for kind in Kind::ALL {
        for (number, mut object) in largest(kind).into_iter().enumerate() {
            let name = format!("largest-{number}");
            object["metadata"]["name"] = json!(name);
            let native = validate(&object);
            assert!(native.is_empty(), "{kind}: {native:?}");
            let stored = store(&server, kind, &[object.clone()]).await;
            let mut labelled = stored.clone();
            labelled["metadata"]["labels"] = json!({"seen": "yes"});
            let answer = server
                .ask(&replacing(&server, kind, &stored, &labelled))
                .await;
            assert!(answer.accepted, "{kind}: {}", answer.body);
            assert_eq!(
                decode(&stored).expect("it decodes").spec(),
                decode(&object).expect("it decodes").spec()
            );
            remove(&server, kind, &name).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn immutable_fields_are_refused_and_others_may_change() {
    let server = server();
    let mut seen: BTreeMap<String, BTreeSet<bool>> = BTreeMap::new();
    for (number, transition) in transitions().into_iter().enumerate() {
        let kind = transition.kind;
        let name = format!("transition-{number}");
        let named = |object: &Value| {
            let mut object = object.clone();
            object["metadata"]["name"] = json!(name);
            object
        };
        let before: Vec<Value> = transition.before.iter().map(named).collect();
        let after = named(&transition.after);
        let stored = store(&server, kind, &before).await;
        let question = if stored.is_null() {
            server.creation(kind, &after)
        } else {
            replacing(&server, kind, &stored, &after)
        };
        let answer = server.ask(&question).await;
        match &transition.expected {
            None => assert!(answer.accepted, "{}: {}", transition.rule, answer.body),
            Some(expected) => {
                assert!(
                    !answer.accepted,
                    "{}: {} was taken",
                    transition.rule,
                    brief(&after)
                );
                let found = rows(&answer.body);
                assert!(found.contains(expected), "{}: {found:?}", transition.rule);
            }
        }
        // A folder knows no updates: both objects are good by themselves.
        assert_eq!(validate(&after), [], "{}", transition.rule);
        seen.entry(transition.rule)
            .or_default()
            .insert(answer.accepted);
    }
    for kind in Kind::ALL {
        for constraint in constraints(kind, Part::Stated) {
            if matches!(&constraint.rule, Rule::Cel(rule) if compares(rule)) {
                let verdicts = seen.get(&constraint.name()).map_or(0, BTreeSet::len);
                assert_eq!(
                    verdicts,
                    2,
                    "{} is neither kept nor broken",
                    constraint.name()
                );
            }
        }
    }
}
