//! Good objects, spoilt at random: both sides judge them alike, and hold the same of what is good.

use gradus_crds::{decode, stored};
use gradus_engine::key::Kind;
use gradus_tests::agreement::case::{Expected, cases};
use gradus_tests::agreement::constraint::Part;
use gradus_tests::agreement::judge::Judge;
use gradus_tests::agreement::judgement::Judgement;
use gradus_tests::agreement::random::Spoiler;
use gradus_tests::agreement::server::Answer;
use gradus_tests::random::Rng;
use serde_json::Value;

use crate::{brief, server};

/// How many spoilt objects of every kind are asked about.
const SPOILT: usize = 600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spoilt_objects_are_judged_alike_and_stored_as_we_decode_them() {
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
        (all / 20..all / 2).contains(&accepted),
        "{accepted} of {all} are good"
    );
}

/// What is wrong with how an object was judged by the one side and the other.
pub(crate) fn differs(
    kind: Kind,
    judge: &Judge,
    object: &Value,
    answer: &Answer,
) -> Option<String> {
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

/// What was said of an object that nobody stored.
pub(crate) fn judged(judge: &Judge, answer: &Answer) -> Judgement {
    if answer.accepted {
        Judgement::default()
    } else {
        judge.server(&answer.body)
    }
}

/// Lines of what went wrong, not too many of them.
pub(crate) fn shown(wrong: &[String]) -> String {
    let lines = wrong
        .iter()
        .take(40)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    format!("{} went wrong:\n{lines}", wrong.len())
}
