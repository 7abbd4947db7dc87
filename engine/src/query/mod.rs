//! Questions to a settled world. Each answers from what is known and changes nothing.

mod branch;
mod counts;
mod explain;
mod forecast;
mod impact;
mod next_steps;
#[doc(hidden)]
pub mod oracle;
mod reach;
mod replay;
mod roadmap;
mod search;
mod turn;
mod what_if;

pub use self::explain::{
    Explanation, Line, explain, explain_capability, explain_criterion, why_not,
};
pub(crate) use self::forecast::{Outlook, outlook};
pub use self::impact::impact;
pub(crate) use self::impact::impact_of;
pub(crate) use self::next_steps::next_steps;
pub use self::roadmap::{Roadmap, RoadmapStep, roadmap, unreachable};
pub(crate) use self::roadmap::{is_unreachable, takes_longer};
pub use self::what_if::{Change, Outcome, what_if};
