//! What is said of a waiver beside its own state.

use crate::key::{Kind, ObjectKey};
use crate::verdict::{NotEffective, Truth};
use crate::world::{Scored, WaiverState, World};

/// Whether a waiver is effective: also one in force changes nothing that cannot be waived.
pub(super) fn effective(world: &World, known: &WaiverState) -> Result<(), NotEffective> {
    known.effective?;
    let Some(scored) = concerned(world, known) else {
        return Ok(());
    };
    let program = &scored.program;
    // See D-003.
    let waivable = known.spec.criteria.iter().any(|name| {
        let criterion = program.criterion(name);
        criterion.is_some_and(|id| program.criteria[id].waivable)
    });
    if waivable {
        Ok(())
    } else {
        Err(NotEffective::NotWaivable)
    }
}

/// Whether every criterion that a waiver names is met without it.
pub(super) fn would_pass(world: &World, known: &WaiverState) -> bool {
    let Some(scored) = concerned(world, known) else {
        return false;
    };
    known.spec.criteria.iter().all(|name| {
        let criterion = scored.program.criterion(name);
        criterion.is_some_and(|id| scored.lane.met(id).truth == Truth::True)
    })
}

/// The assessment that a waiver names, if it is scored.
fn concerned<'w>(world: &'w World, known: &WaiverState) -> Option<&'w Scored> {
    let key = ObjectKey::new(
        Kind::Assessment,
        &known.key.namespace,
        &known.spec.assessment,
    );
    let id = world.assessment(&key)?;
    world.assessments[id].scored.as_ref()
}
