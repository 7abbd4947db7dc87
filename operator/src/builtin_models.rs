//! Models of the library, lent to the world while no object of their name is there.

use std::collections::BTreeSet;
use std::sync::Arc;

use gradus_crds::library;
use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::object::{Life, Object};

/// The uid of every model that is taken from the library.
const LIBRARY: &str = "library";

/// Which models the world was lent.
#[derive(Debug, Default)]
pub(crate) struct Lending {
    lent: BTreeSet<Name>,
}

impl Lending {
    /// Lends a model for which there is no object, unless it is lent already or the library has none
    /// of that name.
    pub(crate) fn lend(&mut self, name: &Name) -> Option<Delta> {
        if self.lent.contains(name) {
            return None;
        }
        let model = library::find(name)?;
        self.lent.insert(name.clone());
        Some(Delta::Upsert {
            key: ObjectKey::new(Kind::MaturityModel, "", name),
            life: Life {
                uid: LIBRARY.into(),
                generation: 0,
            },
            object: Object::Model(Arc::clone(&model)),
        })
    }

    /// An object of that name is there now: what was lent is taken back.
    pub(crate) fn take_back(&mut self, name: &Name) -> Option<Delta> {
        self.lent.remove(name).then(|| Delta::Remove {
            key: ObjectKey::new(Kind::MaturityModel, "", name),
            uid: LIBRARY.into(),
        })
    }
}
