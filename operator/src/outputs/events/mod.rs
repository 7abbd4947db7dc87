//! Events: one for every committed transition, and for what follows from an object's state at an instant.

mod occasion;
pub(crate) mod publisher;
mod sender;
mod transition;

pub(crate) use self::occasion::{Occasion, occasions};
pub(crate) use self::sender::Sent;
pub(crate) use self::transition::transitions;
