//! Events: one for every committed transition, and for what follows from an object's state at an instant.

use std::time::Duration;

mod occasion;
pub(crate) mod publisher;
mod transition;

pub(crate) use self::occasion::occasions;
pub(crate) use self::transition::transitions;

/// After an assessment's commit everything else waits for so long: whoever watches the assessment hears of it
/// before the server turns to anything else.
// See D-066.
pub(crate) const AFTER: Duration = Duration::from_millis(12);
