//! What may only go one way from one observation to the next.

use gradus_engine::ledger::Ledger;
use serde_json::Value;

use super::super::object::text;
use super::record::Record;

/// The resource version never goes back. A server restored from a backup is another history.
pub(super) fn check_version(before: &Value, now: &Value) -> Option<String> {
    let of = |object: &Value| {
        text(object, "/metadata/resourceVersion")?
            .parse::<u64>()
            .ok()
    };
    let (before, now) = (of(before), of(now));
    (now < before).then(|| format!("resourceVersion goes back from {before:?} to {now:?}"))
}

/// What goes back, or down, from one ledger to the next.
pub(super) fn check_marks(before: &Ledger, now: &Ledger, record: &Record) -> Vec<String> {
    let mut complaints = Vec::new();
    if now.stage_changed_at < before.stage_changed_at {
        complaints.push("stageChangedAt goes back".to_owned());
    }
    if now.regressions < before.regressions {
        complaints.push("the counter goes down".to_owned());
    }
    if before.first.is_some() && now.first != before.first {
        complaints.push("the first stage changes".to_owned());
    }
    if now.edition == before.edition {
        complaints.extend(lowered(before, now, record));
    }
    complaints
}

/// Marks under one text of a model: down by an acknowledged fall of their own only.
fn lowered(before: &Ledger, now: &Ledger, record: &Record) -> Vec<String> {
    let overall = mark(before, None).map(|mark| (None, mark));
    let domains = before.domain_high_water.iter();
    let domains = domains.map(|(domain, mark)| (Some(domain.as_str()), *mark));
    overall
        .into_iter()
        .chain(domains)
        .filter(|(domain, mark_before)| {
            mark(now, *domain).is_none_or(|mark| mark < *mark_before)
                && !acknowledges(before, now, *domain, record)
        })
        .map(|(domain, mark_before)| {
            let of = domain.map(|name| format!(" of {name}")).unwrap_or_default();
            match mark(now, domain) {
                Some(mark) => format!("the mark{of} goes down from {mark_before} to {mark}"),
                None => format!("the mark{of} is gone"),
            }
        })
        .collect()
}

fn mark(ledger: &Ledger, domain: Option<&str>) -> Option<u32> {
    match domain {
        None => ledger.high_water.as_ref().map(|mark| mark.stage),
        Some(domain) => ledger.domain_high_water.get(domain).copied(),
    }
}

/// Whether a fall of that stage stands no more because its acknowledgement was taken in.
fn acknowledges(before: &Ledger, now: &Ledger, domain: Option<&str>, record: &Record) -> bool {
    let Some(sequence) = now.acknowledged else {
        return false;
    };
    let stands = |ledger: &Ledger| {
        ledger
            .standing
            .iter()
            .any(|fall| fall.sequence == sequence && fall.domain.as_deref() == domain)
    };
    stands(before) && !stands(now) && record.was_asked_for(sequence)
}
