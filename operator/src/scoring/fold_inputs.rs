//! What the fold reads of every assessment, as of the last settle.

use std::collections::BTreeMap;

use gradus_engine::fold::FoldInput;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::world::World;

/// What the fold reads of every assessment, as of the last settle: a fold comes later than its
/// settle, and may come again by time alone.
#[derive(Debug, Default)]
pub(super) struct FoldInputs(BTreeMap<ObjectKey, FoldInput>);

impl FoldInputs {
    /// Takes over what a settle changed.
    pub(super) fn update<'a>(
        &mut self,
        world: &mut World,
        changed: impl IntoIterator<Item = &'a ObjectKey>,
    ) {
        for key in changed {
            if key.kind != Kind::Assessment {
                continue;
            }
            match world.fold_input(key) {
                Some(input) => self.0.insert(key.clone(), input),
                None => self.0.remove(key),
            };
        }
    }

    /// None where an assessment cannot be scored.
    pub(super) fn of(&self, assessment: &ObjectKey) -> Option<&FoldInput> {
        self.0.get(assessment)
    }
}
