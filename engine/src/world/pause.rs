//! Whether an assessment is paused: a pause ends when its state changes or what it waits for holds.

use super::entry::AssessmentState;
use super::state::World;
use crate::key::{Kind, Name, ObjectKey};
use crate::object::EngagementState;
use crate::predicate::{self, Predicate, Slot};
use crate::verdict::Truth;

impl World {
    /// Whether an assessment is paused now.
    pub(crate) fn paused(&self, state: &AssessmentState) -> bool {
        let engagement = &state.spec.engagement;
        if engagement.state != EngagementState::Paused {
            return false;
        }
        !engagement
            .resume_when
            .as_ref()
            .is_some_and(|(name, condition)| self.resumes(state, name, condition.as_deref()))
    }

    fn resumes(&self, state: &AssessmentState, name: &Name, condition: Option<&str>) -> bool {
        let key = ObjectKey::new(Kind::Capability, &state.key.namespace, name);
        let Some((_, known)) = self.capability(&key) else {
            return false;
        };
        let there = known.now.derived.state.is_there();
        let Some(text) = condition else { return there };
        let Ok(expression) = predicate::parse(text) else {
            return false;
        };
        let slot = |fact: &str| Slot(self.names.find(fact).map_or(u32::MAX, |symbol| symbol.0));
        let predicate = Predicate::compile(&expression, &mut { slot });
        there && predicate.evaluate(&*known.now) == Truth::True
    }
}
