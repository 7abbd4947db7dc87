//! The transitions of a stage, as a committed ledger tells them.

use gradus_engine::key::Kind;
use gradus_engine::ledger::{Entry, Ledger};
use gradus_engine::verdict::Transition;

use super::occasion::Occasion;
use crate::outputs::wording::sentence::cause;

/// What a committed ledger remembers of transitions, oldest first.
pub(crate) fn transitions(ledger: &Ledger) -> Vec<Occasion> {
    let entries = ledger.history.iter();
    entries.map(transition).collect()
}

fn transition(entry: &Entry) -> Occasion {
    let related = entry.capability.as_deref();
    Occasion {
        sequence: Some(entry.sequence),
        reason: reason(entry.transition),
        at: entry.at,
        is_warning: entry.transition == Transition::Fall,
        note: note(entry),
        related: related.map(|name| (Kind::Capability, name.into())),
    }
}

fn reason(transition: Transition) -> &'static str {
    match transition {
        Transition::Rise => "StageAdvanced",
        Transition::Fall => "StageRegressed",
        Transition::Restoration => "StageRestored",
        Transition::NewMark => "ModelChanged",
    }
}

/// Says what an entry of the history holds.
///
/// Why: the evidence that decided stands in an open fall only. An Event that is published after the stage is back, say
/// by the next leader, would have another text than the one that was due.
fn note(entry: &Entry) -> String {
    let of = entry
        .domain
        .as_ref()
        .map(|domain| format!(" of domain {domain}"))
        .unwrap_or_default();
    let from = entry
        .from
        .map(|from| format!(" from {from}"))
        .unwrap_or_default();
    let why = entry
        .cause
        .map(|why| format!(": {}", cause(why, entry.capability.as_deref(), None)))
        .unwrap_or_default();
    let to = entry.to;
    match entry.transition {
        Transition::Rise => format!("Stage{of} rose{from} to {to}{why}"),
        Transition::Fall => format!("Stage{of} fell{from} to {to}{why}"),
        Transition::Restoration => format!("Stage{of} is back{from} at {to}{why}"),
        Transition::NewMark => format!("The mark{of} begins anew at stage {to}{why}"),
    }
}

#[cfg(test)]
mod tests {
    use gradus_engine::verdict::Cause;
    use jiff::Timestamp;

    use super::*;

    fn told(transition: Transition) -> Occasion {
        let is_fall = transition == Transition::Fall;
        let entry = Entry {
            sequence: 7,
            at: Timestamp::UNIX_EPOCH,
            transition,
            domain: None,
            from: Some(5),
            to: 3,
            cause: is_fall.then_some(Cause::CapabilityLost),
            capability: is_fall.then(|| "vpn".to_owned()),
            digest: String::new(),
        };
        let ledger = Ledger {
            history: vec![entry],
            ..Ledger::default()
        };
        transitions(&ledger).remove(0)
    }

    #[test]
    fn a_fall_is_a_warning_that_names_what_was_lost() {
        let fall = told(Transition::Fall);
        assert!(fall.is_warning);
        assert_eq!(fall.reason, "StageRegressed");
        assert_eq!(fall.note, "Stage fell from 5 to 3: capability vpn was lost");
        assert_eq!(fall.related, Some((Kind::Capability, "vpn".into())));
    }

    #[test]
    fn everything_else_is_no_warning() {
        for transition in [
            Transition::Rise,
            Transition::Restoration,
            Transition::NewMark,
        ] {
            assert!(!told(transition).is_warning);
        }
    }
}
