//! The transitions of a stage, as a committed ledger tells them.

use gradus_crds::wording::{self, capitalised};
use gradus_engine::key::Kind;
use gradus_engine::ledger::{Entry, Ledger};
use gradus_engine::verdict::Transition;

use super::occasion::Occasion;

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
        // Why: the evidence that decided stands in an open fall only. An Event that is published after the stage is back,
        // say by the next leader, would have another text than the one that was due.
        note: capitalised(&wording::transition::entry(entry, None)),
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
        assert_eq!(
            fall.note,
            "Fell from stage 5 to stage 3: capability vpn was lost"
        );
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
