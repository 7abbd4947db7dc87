//! Models of the library: the world has one while an assessment uses it and no object of its name is there.

use std::collections::BTreeSet;
use std::sync::Arc;

use gradus_crds::library;
use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::object::{Life, Object};

/// The uid of every model that is taken from the library.
const LIBRARY: &str = "library";

/// Which models of the library the world was given.
#[derive(Debug, Default)]
pub(crate) struct BuiltinModels {
    given: BTreeSet<Name>,
}

impl BuiltinModels {
    /// Gives a model for which there is no object, unless it was given already or the library has none of that
    /// name.
    pub(crate) fn give(&mut self, name: &Name) -> Option<Delta> {
        if self.given.contains(name) {
            return None;
        }
        let model = library::find(name)?;
        self.given.insert(name.clone());
        Some(Delta::Upsert {
            key: ObjectKey::new(Kind::MaturityModel, "", name),
            life: Life {
                uid: LIBRARY.into(),
                generation: 0,
            },
            object: Object::Model(Arc::clone(&model)),
        })
    }

    /// An object of that name is there now: what was given is taken back.
    pub(crate) fn take_back(&mut self, name: &Name) -> Option<Delta> {
        self.given.remove(name).then(|| Delta::Remove {
            key: ObjectKey::new(Kind::MaturityModel, "", name),
            uid: LIBRARY.into(),
        })
    }
}
