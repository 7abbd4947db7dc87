//! What was committed: rises, falls, restorations, new marks.

use gradus_engine::ledger::{Entry, Fall};
use gradus_engine::verdict::Transition;

use super::cause;

/// A history entry, as the part of a sentence that follows a name: `fell from stage 5 to stage 3: capability vpn was lost`.
/// The evidence that decided is known of a fall that stands.
pub fn entry(entry: &Entry, evidence: Option<&str>) -> String {
    let to = entry.to;
    let moved = match (entry.transition, entry.from) {
        (Transition::Fall, Some(from)) => format!("fell from stage {from} to stage {to}"),
        (Transition::Fall, None) => format!("fell to stage {to}"),
        (Transition::Rise, Some(from)) => format!("rose from stage {from} to stage {to}"),
        (Transition::Rise, None) => format!("first measured at stage {to}"),
        (Transition::Restoration, Some(from)) => {
            format!("back at stage {to}, after a fall to stage {from}")
        }
        (Transition::Restoration, None) => format!("back at stage {to}"),
        (Transition::NewMark, _) => format!("measured anew at stage {to}"),
    };
    let why = entry
        .cause
        .map(|why| cause(why, entry.capability.as_deref(), evidence));
    of_domain(entry.domain.as_deref(), moved, why)
}

/// A fall that stands, in the same words.
pub fn fall(fall: &Fall) -> String {
    let moved = format!("fell from stage {} to stage {}", fall.from, fall.to);
    let why = cause(
        fall.cause,
        fall.capability.as_deref(),
        fall.evidence.as_deref(),
    );
    of_domain(fall.domain.as_deref(), moved, Some(why))
}

fn of_domain(domain: Option<&str>, moved: String, why: Option<String>) -> String {
    let domain = domain.map(|domain| format!("domain {domain} "));
    let why = why.map(|why| format!(": {why}"));
    [domain, Some(moved), why].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use gradus_engine::verdict::Cause;
    use jiff::Timestamp;

    use super::*;

    fn said(transition: Transition, from: Option<u32>, domain: Option<&str>) -> String {
        let is_fall = transition == Transition::Fall;
        let committed = Entry {
            sequence: 7,
            at: Timestamp::UNIX_EPOCH,
            transition,
            domain: domain.map(Into::into),
            from,
            to: 3,
            cause: is_fall.then_some(Cause::CapabilityLost),
            capability: is_fall.then(|| "vpn".to_owned()),
            digest: String::new(),
        };
        entry(&committed, None)
    }

    #[test]
    fn entry_says_where_it_came_from_and_why() {
        assert_eq!(
            said(Transition::Fall, Some(5), None),
            "fell from stage 5 to stage 3: capability vpn was lost"
        );
        assert_eq!(
            said(Transition::Rise, None, None),
            "first measured at stage 3"
        );
        assert_eq!(
            said(Transition::Restoration, Some(2), None),
            "back at stage 3, after a fall to stage 2"
        );
    }

    #[test]
    fn entry_of_a_domain_names_it() {
        assert_eq!(
            said(Transition::Rise, Some(2), Some("mobility")),
            "domain mobility rose from stage 2 to stage 3"
        );
    }
}
