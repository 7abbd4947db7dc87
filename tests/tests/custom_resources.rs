//! The custom resources on a real API server: every definition is taken, every rule refuses what it
//! should and nothing else, and our own validation says the same of every object.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use gradus_crds::schema::{definition, plural};
use gradus_crds::{decode, stored, validate};
use gradus_engine::key::Kind;
use gradus_tests::agreement::case::{Case, Expected, cases};
use gradus_tests::agreement::constraint::{Constraint, Part, Rule, constraints};
use gradus_tests::agreement::example::{Examples, NAME};
use gradus_tests::agreement::judgement::{Judge, Judgement, rows};
use gradus_tests::agreement::largest::{largest, largest_status};
use gradus_tests::agreement::random::Spoiler;
use gradus_tests::agreement::rules::{compares, transitions};
use gradus_tests::agreement::server::{Answer, Fields, Question, Server};
use gradus_tests::control_plane::ControlPlane;
use gradus_tests::random::Rng;
use gradus_tests::running::binary::root;
use serde_json::{Value, json};

/// How many spoilt objects of every kind are asked about.
const SPOILT: usize = 600;

/// The control plane of these tests, with the definitions installed.
fn control_plane() -> &'static ControlPlane {
    static INSTALLED: OnceLock<()> = OnceLock::new();
    let control_plane = ControlPlane::shared().expect("a control plane");
    INSTALLED.get_or_init(|| {
        control_plane
            .install_definitions()
            .expect("the definitions are taken");
    });
    control_plane
}

/// The API server, with a fresh namespace.
fn server() -> Server {
    let control_plane = control_plane();
    let namespace = control_plane.namespace("rules").expect("a namespace");
    let client = control_plane
        .client(control_plane.admin_token())
        .expect("a client");
    Server::new(client, namespace)
}

/// What was said of an object that nobody stored.
fn judged(judge: &Judge, answer: &Answer) -> Judgement {
    if answer.accepted {
        Judgement::default()
    } else {
        judge.server(&answer.body)
    }
}

/// Lines of what went wrong, not too many of them.
fn shown(wrong: &[String]) -> String {
    let lines = wrong
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    format!("{} went wrong:\n{lines}", wrong.len())
}

/// An object in few words.
fn brief(object: &Value) -> String {
    object["spec"].to_string().chars().take(600).collect()
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

#[test]
fn every_definition_is_taken_without_a_warning_and_is_structural() {
    let control_plane = control_plane();
    for kind in Kind::ALL {
        let name = format!("{}.gradus.dev", plural(kind));
        let arguments = [
            "apply",
            "--server-side",
            "--force-conflicts",
            "--dry-run=server",
            "--warnings-as-errors",
            "-f",
            "-",
        ];
        let text = definition(kind).to_string();
        control_plane
            .kubectl_with(&arguments, &text)
            .expect("the definition is taken without a warning");
        let arguments = [
            "get",
            "crd",
            &name,
            "-o",
            "jsonpath={range .status.conditions[*]}{.type}={.status} {end}",
        ];
        let conditions = control_plane
            .kubectl(&arguments)
            .expect("the definition is there");
        assert!(
            conditions.contains("Established=True"),
            "{kind}: {conditions}"
        );
        assert!(
            conditions.contains("NamesAccepted=True"),
            "{kind}: {conditions}"
        );
        assert!(
            !conditions.contains("NonStructuralSchema"),
            "{kind}: {conditions}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_refuses_and_takes_what_our_own_validation_does() {
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

/// What is wrong with how an object was judged by the one side and the other.
fn differs(kind: Kind, judge: &Judge, object: &Value, answer: &Answer) -> Option<String> {
    let of = |text: String| Some(format!("{kind}: {text}\n  of {}", brief(object)));
    let server = judged(judge, answer);
    if let Err(both) = server.agrees(&judge.native(object)) {
        return of(both);
    }
    if !answer.accepted {
        return None;
    }
    let (kept, held) = (stored(&answer.body), stored(object));
    if kept["spec"] != held["spec"] {
        return of(format!(
            "stored {}\n  against {}",
            kept["spec"], held["spec"]
        ));
    }
    match (decode(object), decode(&answer.body)) {
        (Ok(ours), Ok(theirs)) if ours.spec() == theirs.spec() => None,
        (ours, theirs) => of(format!("{ours:?}\n  against {theirs:?}")),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_rule_of_a_status_refuses_what_it_should_and_the_largest_fits() {
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

/// Stores objects, one in the place of the other, and gives the last as it is stored.
async fn store(server: &Server, kind: Kind, objects: &[Value]) -> Value {
    let mut stored = Value::Null;
    for object in objects {
        let mut question = if stored.is_null() {
            server.creation(kind, object)
        } else {
            replacing(server, kind, &stored, object)
        };
        question.dry = false;
        let answer = server.ask(&question).await;
        let size = object.to_string().len();
        assert!(answer.accepted, "{kind} of {size} bytes: {}", answer.body);
        stored = answer.body;
    }
    stored
}

/// The question whether an object may stand where another stands.
fn replacing(server: &Server, kind: Kind, stored: &Value, object: &Value) -> Question {
    let mut object = object.clone();
    for field in ["name", "resourceVersion"] {
        object["metadata"][field] = stored["metadata"][field].clone();
    }
    let name = stored["metadata"]["name"].as_str().expect("a name");
    server.replacement(kind, name, "", &object)
}

/// Takes an object away.
async fn remove(server: &Server, kind: Kind, name: &str) {
    let question = Question {
        method: http::Method::DELETE,
        path: format!("{}/{name}", server.collection(kind)),
        dry: false,
        fields: Fields::Warn,
        object: json!({}),
    };
    let answer = server.ask(&question).await;
    assert!(answer.accepted, "{kind}: {}", answer.body);
}

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
async fn what_must_not_change_does_not_and_nothing_else_is_held() {
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spoilt_objects_are_judged_alike_and_what_is_stored_is_what_we_hold() {
    let server = server();
    let mut wrong = Vec::new();
    let mut accepted = 0;
    for kind in Kind::ALL {
        let judge = Judge::of(kind);
        let spoiler = Spoiler::of(kind);
        let good: Vec<Value> = cases(kind, Part::Stated)
            .into_iter()
            .filter(|case| {
                case.expected == Expected::Accepted && case.object.to_string().len() < 4000
            })
            .map(|case| case.object)
            .collect();
        let mut rng = Rng::new(kind as u64);
        let objects: Vec<Value> = (0..SPOILT)
            .map(|_| {
                let object = rng.pick(&good).clone();
                spoiler.spoilt(&mut rng, object)
            })
            .collect();
        let questions = objects
            .iter()
            .map(|object| server.creation(kind, object))
            .collect();
        let answers = server.ask_all(questions).await;
        for (object, answer) in objects.iter().zip(&answers) {
            accepted += usize::from(answer.accepted);
            wrong.extend(differs(kind, &judge, object, answer));
        }
    }
    assert!(wrong.is_empty(), "{}", shown(&wrong));
    let all = SPOILT * Kind::ALL.len();
    assert!(
        (all / 10..all * 9 / 10).contains(&accepted),
        "{accepted} of {all} are good"
    );
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
    let found = validate(&object);
    assert_eq!(
        (found[0].path.as_str(), found[0].code),
        ("spec.facts.Mode", "InvalidFact")
    );
}

#[test]
fn a_whole_number_with_a_point_is_whole_once_kubectl_has_sent_it() {
    let control_plane = control_plane();
    let namespace = control_plane.namespace("rules").expect("a namespace");
    let yaml = "{apiVersion: gradus.dev/v1alpha1, kind: Assessment, metadata: {name: points}, \
                spec: {model: {name: infram-2018}, target: {stage: 3.0, upTo: 4.0}}}";
    control_plane
        .kubectl_with(&["apply", "-n", &namespace, "-f", "-"], yaml)
        .expect("it is taken");
    let arguments = [
        "get",
        "assess",
        "points",
        "-n",
        &namespace,
        "-o",
        "jsonpath={.spec.target}",
    ];
    let stored = control_plane.kubectl(&arguments).expect("it is there");
    assert_eq!(stored, r#"{"stage":3,"upTo":4}"#);
}

/// The files of a folder, and of the folders in it.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path());
    let below = entries.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            vec![path]
        }
    });
    below
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect()
}

/// Everything that a folder's files say, the objects of its namespaces in one namespace each of our own.
fn documents(folder: &str, control_plane: &ControlPlane) -> Vec<Value> {
    let mut namespaces: BTreeMap<String, String> = BTreeMap::new();
    let mut found = Vec::new();
    for file in files(&root().join(folder)) {
        let text = std::fs::read_to_string(&file).expect("a text");
        found.extend(serde_saphyr::from_multiple::<Value>(&text).expect("YAML"));
    }
    for document in &mut found {
        if let Some(Value::String(namespace)) = document["metadata"].get_mut("namespace") {
            let ours = namespaces
                .entry(namespace.clone())
                .or_insert_with(|| control_plane.namespace("rules").expect("a namespace"));
            namespace.clone_from(ours);
        }
    }
    found
}

#[test]
fn the_example_and_the_library_are_taken_by_kubectl_apply() {
    let control_plane = control_plane();
    let mut requested = documents("models", control_plane);
    requested.extend(documents("examples/hospital-group", control_plane));
    // An approval is added to what was requested, by an update.
    let approved = requested.clone();
    for document in &mut requested {
        if let Some(spec) = document["spec"].as_object_mut() {
            spec.remove("approvedBy");
        }
    }
    for documents in [requested, approved] {
        let count = documents.len();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": documents}).to_string();
        let said = control_plane
            .kubectl_with(&["apply", "-f", "-"], &list)
            .expect("all are taken");
        assert_eq!(said.lines().count(), count, "{said}");
    }
    for document in documents("models", control_plane) {
        let name = document["metadata"]["name"].as_str().expect("a name");
        control_plane
            .kubectl(&["delete", "mmodel", name])
            .expect("it is gone");
    }
}

#[test]
fn columns_short_names_the_category_and_explanations_work() {
    let control_plane = control_plane();
    let namespace = control_plane.namespace("rules").expect("a namespace");
    for kind in Kind::ALL {
        let mut object = Examples::of(kind).smallest();
        object["metadata"]["name"] = json!("shown");
        control_plane
            .kubectl_with(&["apply", "-n", &namespace, "-f", "-"], &object.to_string())
            .expect("it is taken");
        let status = json!({"status": shown_status(kind)}).to_string();
        let plural = format!("{}.gradus.dev", plural(kind));
        let patch = [
            "patch",
            &plural,
            "shown",
            "-n",
            &namespace,
            "--subresource=status",
            "--type=merge",
            "-p",
            &status,
        ];
        control_plane.kubectl(&patch).expect("the status is taken");
        let spec = &definition(kind)["spec"];
        let short = spec["names"]["shortNames"][0]
            .as_str()
            .expect("a short name");
        let listed = control_plane
            .kubectl(&["get", short, "shown", "-n", &namespace])
            .expect("it is listed");
        let columns = spec["versions"][0]["additionalPrinterColumns"]
            .as_array()
            .expect("columns");
        for column in columns {
            let name = column["name"].as_str().expect("a name").to_uppercase();
            assert!(
                listed.contains(&name),
                "{kind} has no column {name}: {listed}"
            );
        }
        let words = shown_words(kind);
        assert!(
            words.iter().all(|word| listed.contains(word)),
            "{kind}, {words:?}: {listed}"
        );
        let explained = control_plane
            .kubectl(&["explain", &format!("{plural}.spec"), "--recursive"])
            .expect("it is explained");
        let first =
            spec["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]
                .as_object()
                .and_then(|fields| fields.keys().next())
                .expect("a field");
        assert!(explained.contains(first.as_str()), "{kind}: {explained}");
    }
    let all = control_plane
        .kubectl(&["get", "gradus", "-n", &namespace, "-o", "name"])
        .expect("they are listed");
    for kind in Kind::ALL {
        let name = format!("{}.gradus.dev/shown", kind.as_str().to_lowercase());
        assert!(all.contains(&name), "{name} is not of the category: {all}");
        control_plane
            .kubectl(&["delete", &plural_of(kind), "shown", "-n", &namespace])
            .expect("it is gone");
    }
}

fn plural_of(kind: Kind) -> String {
    format!("{}.gradus.dev", plural(kind))
}

/// A status whose values stand in the columns.
fn shown_status(kind: Kind) -> Value {
    let condition = |name: &str, status: &str| json!({"type": name, "status": status, "reason": "Shown", "message": "", "lastTransitionTime": "2026-11-23T12:00:00Z"});
    match kind {
        Kind::MaturityModel => {
            json!({"stages": 8, "criteria": 26, "conditions": [condition("Ready", "True")]})
        }
        Kind::Profile => json!({"requirements": 17, "conditions": [condition("Ready", "True")]}),
        Kind::Capability => json!({"state": "Degraded", "validUntil": "2027-03-31T00:00:00Z"}),
        Kind::Attestation => json!({"counted": true}),
        Kind::Waiver => json!({"effective": false}),
        Kind::Assessment => json!({
            "stage": 41, "potentialStage": 52, "missing": 63,
            "conditions": [condition("Regressed", "False"), condition("Ready", "True")],
        }),
    }
}

/// What stands in the columns then.
fn shown_words(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::MaturityModel => &["8", "26", "True"],
        Kind::Profile => &["17", "True"],
        Kind::Capability => &["Degraded", "2027-03-31T00:00:00Z"],
        Kind::Attestation => &["2026-11-23", "true"],
        Kind::Waiver => &["2026-12-31", "false", "[\"a0\"]"],
        Kind::Assessment => &["41", "52", "63", "False", "True"],
    }
}
