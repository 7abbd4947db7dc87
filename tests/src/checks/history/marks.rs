//! What may only go one way from one observation to the next.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::super::object::{count, list, text};
use super::record::Record;

/// What goes back, or down, from one observation to the next.
pub(super) fn check_marks(before: &Value, now: &Value, record: &Record) -> Vec<String> {
    let mut complaints = Vec::new();
    complaints.extend(version(before, now));
    complaints.extend(stage_changed_at(before, now));
    complaints.extend(first(before, now));
    complaints.extend(counter(before, now));
    complaints.extend(mark(before, now, record));
    complaints.extend(domain_marks(before, now));
    complaints
}

fn version(before: &Value, now: &Value) -> Option<String> {
    let of = |object: &Value| {
        text(object, "/metadata/resourceVersion")?
            .parse::<u64>()
            .ok()
    };
    let (before, now) = (of(before), of(now));
    (now < before).then(|| format!("resourceVersion goes back from {before:?} to {now:?}"))
}

fn stage_changed_at(before: &Value, now: &Value) -> Option<String> {
    let of = |object: &Value| {
        text(object, "/status/stageChangedAt")?
            .parse::<Timestamp>()
            .ok()
    };
    let (before, now) = (of(before), of(now));
    (now < before).then(|| format!("stageChangedAt goes back from {before:?} to {now:?}"))
}

fn first(before: &Value, now: &Value) -> Option<String> {
    let (before, now) = (&before["status"]["first"], &now["status"]["first"]);
    (!before.is_null() && before != now).then(|| format!("first changes from {before} to {now}"))
}

fn counter(before: &Value, now: &Value) -> Option<String> {
    let of = |object| count(object, "/status/regressions");
    let (before, now) = (of(before), of(now));
    (now < before).then(|| format!("the counter goes down from {before:?} to {now:?}"))
}

/// The mark under one text of a model: down by an acknowledged fall only, and never gone.
fn mark(before: &Value, now: &Value, record: &Record) -> Option<String> {
    let digest = text(before, "/status/highWater/modelDigest")?;
    let stage = count(before, "/status/highWater/stage");
    if now["status"]["highWater"].is_null() {
        let still = text(now, "/status/modelDigest") == Some(digest);
        return still.then(|| "the mark is gone".to_owned());
    }
    let same = text(now, "/status/highWater/modelDigest") == Some(digest);
    let lower = count(now, "/status/highWater/stage");
    (same && lower < stage && !acknowledges(before, now, record)).then(|| {
        format!(
            "the mark goes down from {} to {}",
            shown(stage),
            shown(lower)
        )
    })
}

fn shown(stage: Option<u64>) -> String {
    stage.map_or_else(|| "none".to_owned(), |stage| stage.to_string())
}

/// Whether a fall of the overall stage stands no more, and its acknowledgement was asked for.
fn acknowledges(before: &Value, now: &Value, record: &Record) -> bool {
    let stands = |object: &Value| -> Vec<u64> {
        list(object, "/status/regression")
            .iter()
            .filter(|fall| fall["domain"].is_null())
            .filter_map(|fall| fall["sequence"].as_u64())
            .collect()
    };
    let still = stands(now);
    stands(before)
        .iter()
        .any(|fall| !still.contains(fall) && record.acknowledged.contains(fall))
}

/// Domains beside an overall stage keep marks only, which nothing lowers under one text of a model.
fn domain_marks(before: &Value, now: &Value) -> Vec<String> {
    let digest = |object| text(object, "/status/highWater/modelDigest");
    if digest(before).is_none() || digest(before) != digest(now) {
        return Vec::new();
    }
    let now = marks_by_domain(now);
    marks_by_domain(before)
        .into_iter()
        .filter(|(domain, mark)| now.get(domain).is_some_and(|now| now < mark))
        .map(|(domain, mark)| format!("the mark of {domain} goes down from {mark}"))
        .collect()
}

fn marks_by_domain(object: &Value) -> BTreeMap<&str, u64> {
    list(object, "/status/domains")
        .iter()
        .filter_map(|domain| Some((domain["name"].as_str()?, domain["highWater"].as_u64()?)))
        .collect()
}
