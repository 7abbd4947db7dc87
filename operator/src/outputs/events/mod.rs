//! Events: one for every committed transition, and for what follows from an object's state at an instant.

mod occasion;
pub(crate) mod publisher;
mod transition;

pub(crate) use self::occasion::occasions;
pub(crate) use self::transition::transitions;
