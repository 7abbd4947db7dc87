//! What if: several changes at once, every model of the namespace, before and after.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::branch::{Circumstances, branch, lost};
use crate::capability::{CapabilityNow, Derived, Record};
use crate::key::{Kind, Name, ObjectKey};
use crate::object::{Claim, Life, Subject};
use crate::score::lane::Lane;
use crate::verdict::{CapabilityState, EvidenceClass};
use crate::world::{AssessmentState, Scored, World};

/// One thing that might happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A capability is lost, by the object's name.
    Lose(Name),
    /// A capability is had: the object of this name or, without one, a new one of this type.
    Add(Name),
    /// An attestation is over.
    Expire(Name),
    /// A waiver is over.
    EndWaiver(Name),
    /// It is another time: everything that ends until then has ended.
    At(Timestamp),
}

/// An assessment before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The assessment.
    pub assessment: ObjectKey,
    /// The model's name.
    pub model: Name,
    /// The proven stage before.
    pub stage: Option<u32>,
    /// The proven stage after.
    pub stage_after: Option<u32>,
    /// The potential stage before.
    pub potential: Option<u32>,
    /// The potential stage after.
    pub potential_after: Option<u32>,
    /// Criteria that would no longer count.
    pub lost: Vec<Name>,
    /// Criteria that would count.
    pub gained: Vec<Name>,
}

/// What several changes at once would do to every assessment of a namespace.
///
/// # Errors
///
/// Names of changes that refer to nothing in the namespace.
pub fn what_if(
    world: &World,
    namespace: &str,
    changes: &[Change],
) -> Result<Vec<Outcome>, Vec<String>> {
    let (Some(found), Some(now)) = (world.namespaces.find(namespace), world.now) else {
        return Err(vec![format!("there is nothing in namespace `{namespace}`")]);
    };
    let mut circumstances = Circumstances::default();
    let unknown: Vec<String> = changes
        .iter()
        .filter_map(|change| enter(world, namespace, change, &mut circumstances).err())
        .collect();
    if !unknown.is_empty() {
        return Err(unknown);
    }
    let states = found.assessments.values().map(|id| &world.assessments[*id]);
    Ok(states
        .filter_map(|state| outcome(world, state, &circumstances, now))
        .collect())
}

fn outcome(
    world: &World,
    state: &AssessmentState,
    circumstances: &Circumstances,
    now: Timestamp,
) -> Option<Outcome> {
    let scored = state.scored.as_ref()?;
    let before = scored.position().stages();
    let after = branch(world, state, scored, circumstances, now);
    let (lost, gained) = flips(scored, &after.lane);
    Some(Outcome {
        assessment: state.key.clone(),
        model: state.spec.model.clone(),
        stage: before.proven,
        stage_after: after.stages.proven,
        potential: before.potential,
        potential_after: after.stages.potential,
        lost,
        gained,
    })
}

fn enter(
    world: &World,
    namespace: &str,
    change: &Change,
    circumstances: &mut Circumstances,
) -> Result<(), String> {
    let Some(found) = world.namespaces.find(namespace) else {
        return Ok(());
    };
    let capability = |name: &Name| {
        let id = *found.capabilities.get(name)?;
        Some((id, &world.capabilities[id]))
    };
    match change {
        Change::Lose(name) => {
            let (id, known) =
                capability(name).ok_or_else(|| format!("there is no capability `{name}`"))?;
            circumstances.changed.insert(id, lost(&known.now));
        }
        Change::Add(name) => match capability(name) {
            Some((id, known)) => {
                circumstances.changed.insert(id, had(&known.now));
            }
            None => circumstances.added.extend(imagined(world, namespace, name)),
        },
        Change::Expire(name) => {
            let key = ObjectKey::new(Kind::Attestation, namespace, name);
            let id = world
                .attestation(&key)
                .ok_or_else(|| format!("there is no attestation `{name}`"))?;
            circumstances.ended_attestations.insert(id);
            if let Subject::Capability(subject) = &world.attestations[id].spec.subject {
                circumstances
                    .aged
                    .extend(capability(subject).map(|(id, _)| id));
            }
        }
        Change::EndWaiver(name) => {
            let key = ObjectKey::new(Kind::Waiver, namespace, name);
            let id = world
                .waiver(&key)
                .ok_or_else(|| format!("there is no waiver `{name}`"))?;
            circumstances.ended_waivers.insert(id);
        }
        Change::At(at) => {
            circumstances.at = Some(*at);
            circumstances.aged.extend(found.capabilities.values());
        }
    }
    Ok(())
}

/// A declared capability of a type that some model asks for.
fn imagined(world: &World, namespace: &str, kind: &Name) -> Option<Arc<CapabilityNow>> {
    let record = Record {
        key: ObjectKey::new(Kind::Capability, namespace, kind),
        life: Life {
            uid: "".into(),
            generation: 0,
        },
        kind: world.names.find(kind)?,
        owner: Arc::default(),
        labels: None,
        claim: Claim::Present,
        facts: Box::default(),
        rest: None,
    };
    let derived = Derived {
        state: CapabilityState::Declared,
        reason: None,
        ..Derived::undecided()
    };
    Some(Arc::new(CapabilityNow::new(Arc::new(record), derived)))
}

/// What is believed of a capability once it is had, on whatever class it has now.
fn had(now: &CapabilityNow) -> Derived {
    let probed = now.derived.class == EvidenceClass::Probed;
    let state = if probed {
        CapabilityState::Proven
    } else {
        CapabilityState::Declared
    };
    Derived {
        state,
        reason: None,
        readable: true,
        ..now.derived.clone()
    }
}

/// Criteria that no longer count, and criteria that do now.
fn flips(scored: &Scored, after: &Lane) -> (Vec<Name>, Vec<Name>) {
    let mut lost = Vec::new();
    let mut gained = Vec::new();
    for (index, criterion, statement) in scored.program.statements() {
        let before = scored.lane.verdict(index).counts();
        let now = after.verdict(index).counts();
        if !statement.counts || before == now {
            continue;
        }
        if before { &mut lost } else { &mut gained }.push(criterion.name.clone());
    }
    (lost, gained)
}
