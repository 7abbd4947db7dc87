//! Falls that stand and that a capability is to blame for, and what returns with it.

use gradus_crds::wording::{self, calendar::day};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::ledger::Fall;
use gradus_engine::verdict::Cause;
use gradus_engine::view::{AssessmentView, CriterionView};

use super::super::link;
use super::{Frame, Link, criteria};

/// One fall of one assessment.
pub(super) struct TakenDown {
    pub(super) assessment: Link,
    pub(super) fall: String,
    pub(super) since: String,
    pub(super) criteria: Vec<Link>,
    pub(super) returns: Option<String>,
}

/// The falls of its namespace that stand and name the capability.
pub(super) fn taken_down(frame: &Frame, capability: &ObjectKey) -> Vec<TakenDown> {
    let first = ObjectKey::new(Kind::Assessment, &capability.namespace, "");
    frame
        .snapshot
        .assessments
        .range(first..)
        .take_while(|(key, _)| key.namespace == capability.namespace)
        .flat_map(|(_, view)| {
            let standing = view.ledger.standing.iter();
            let blamed = standing.filter(|fall| blames(fall, &capability.name));
            blamed.map(|fall| row(view, fall))
        })
        .collect()
}

/// A lost dependency stands where other falls name their evidence.
fn blames(fall: &Fall, capability: &str) -> bool {
    fall.capability.as_deref() == Some(capability)
        || (fall.cause == Cause::DependencyLost && fall.evidence.as_deref() == Some(capability))
}

fn row(view: &AssessmentView, fall: &Fall) -> TakenDown {
    let page = link::assessment(&view.key);
    let heading = view.spec.scope.as_deref().unwrap_or(&view.key.name);
    let decided = |row: &&CriterionView| {
        row.verdict.is_open() && row.capability.as_deref() == fall.capability.as_deref()
    };
    let open: Vec<&CriterionView> = view.criteria.iter().filter(decided).collect();
    let criterion = |row: &&CriterionView| {
        Link::new(
            criteria::title(view, &row.name),
            format!("{page}{}", link::criterion(&row.name)),
        )
    };
    TakenDown {
        fall: wording::transition::fall(fall),
        since: day(fall.since),
        criteria: open.iter().map(criterion).collect(),
        returns: returns(view, &open).filter(|_| fall.domain.is_none() || open.is_empty()),
        assessment: Link::new(heading, page),
    }
}

/// The stage that its criteria bring back, as far as it is known: what one of several gains alone is the least.
fn returns(view: &AssessmentView, open: &[&CriterionView]) -> Option<String> {
    let steps = view.next_steps.iter();
    let own = steps.filter(|step| open.iter().any(|row| row.name == step.criterion));
    let gain = own.map(|step| step.gain).max();
    match (open.len(), view.stage.zip(gain)) {
        (0, _) => Some("nothing: the criteria that it decides count again".to_owned()),
        (1, Some((_, 0))) => Some("no stage by itself".to_owned()),
        (1, Some((stage, gain))) => Some(format!("stage {}", stage + gain)),
        (_, Some((stage, gain))) if gain > 0 => Some(format!("stage {} or higher", stage + gain)),
        (_, _) => None,
    }
}
