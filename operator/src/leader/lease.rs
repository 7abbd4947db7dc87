//! Decides what to do about a lease. Pure: measures by the clock of the replica that observes.
//!
//! Replicas never compare clocks. A lease has expired when it has not changed for its duration, counted from the look
//! before the one that saw the last change, if that was a moment ago; a leader trusts its own for two thirds of that. What
//! a deposed leader still writes carries the version that it read, so it fails or repeats what was written.
//!
//! Why no library: `kube` has no election (kube#485), most crates are built for older versions of it, and the one for this
//! version says only whether a replica leads. The writer must know until when, and the replica that looks must be testable
//! without a server.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{MicroTime, ObjectMeta};

use super::Election;

/// What a replica knows of the lease.
#[derive(Debug, Default)]
pub(crate) struct LeaseObserver {
    /// The version that was seen last.
    version: Option<String>,
    /// When it was looked at before it changed to that.
    since: Option<Instant>,
    /// The last look.
    looked: Option<Instant>,
}

/// What to do.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// There is no lease: make one.
    Create,
    /// It is ours, free, or over: take it.
    Take,
    /// Somebody else has it until then, unless it changes.
    Wait(Instant),
}

impl LeaseObserver {
    /// Looks at the lease, at an instant before it was asked for.
    // See D-070.
    pub(crate) fn look(
        &mut self,
        lease: Option<&Lease>,
        election: &Election,
        asked: Instant,
    ) -> Step {
        // It changed at some time since the look before. Whoever did not look for long, because it was
        // held still or heard nothing, would take a lease from a leader that renewed it just now.
        let before = self.looked.replace(asked);
        let before = before.filter(|looked| *looked + election.duration / 6 >= asked);
        let before = before.unwrap_or(asked);
        let Some(lease) = lease else {
            self.version = None;
            return Step::Create;
        };
        if self.version.is_none() || self.version != lease.metadata.resource_version {
            self.version.clone_from(&lease.metadata.resource_version);
            self.since = Some(before);
        }
        let spec = lease.spec.as_ref();
        let holder = spec
            .and_then(|spec| spec.holder_identity.as_deref())
            .unwrap_or_default();
        if holder.is_empty() || holder == election.identity {
            return Step::Take;
        }
        let stated = spec
            .and_then(|spec| spec.lease_duration_seconds)
            .unwrap_or_default();
        let duration = u64::try_from(stated).map_or(election.duration, Duration::from_secs);
        let over = self.since.unwrap_or(asked) + duration.max(Duration::from_secs(1));
        if over <= asked {
            Step::Take
        } else {
            Step::Wait(over)
        }
    }
}

/// The lease as this replica takes or keeps it, after the one that is there.
pub(crate) fn taken(before: Option<&Lease>, election: &Election, now: Timestamp) -> Lease {
    let spec = before.and_then(|lease| lease.spec.as_ref());
    let holder = spec.and_then(|spec| spec.holder_identity.as_deref());
    let is_ours = holder == Some(&election.identity);
    let transitions = spec
        .and_then(|spec| spec.lease_transitions)
        .unwrap_or_default();
    let acquired = spec
        .and_then(|spec| spec.acquire_time.clone())
        .filter(|_| is_ours);
    with(
        before,
        election,
        LeaseSpec {
            holder_identity: Some(election.identity.clone()),
            lease_duration_seconds: i32::try_from(election.duration.as_secs().max(1)).ok(),
            acquire_time: Some(acquired.unwrap_or(MicroTime(now))),
            renew_time: Some(MicroTime(now)),
            lease_transitions: Some(if is_ours || before.is_none() {
                transitions
            } else {
                transitions.saturating_add(1)
            }),
            ..LeaseSpec::default()
        },
    )
}

/// The lease as a replica leaves it that goes: free.
pub(crate) fn released(held: &Lease, election: &Election, now: Timestamp) -> Lease {
    let spec = held.spec.clone().unwrap_or_default();
    with(
        Some(held),
        election,
        LeaseSpec {
            holder_identity: Some(String::new()),
            lease_duration_seconds: Some(1),
            renew_time: Some(MicroTime(now)),
            ..spec
        },
    )
}

fn with(before: Option<&Lease>, election: &Election, spec: LeaseSpec) -> Lease {
    Lease {
        metadata: ObjectMeta {
            name: Some(election.name.clone()),
            namespace: Some(election.namespace.clone()),
            resource_version: before.and_then(|lease| lease.metadata.resource_version.clone()),
            ..ObjectMeta::default()
        },
        spec: Some(spec),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn election(identity: &str) -> Election {
        Election {
            namespace: "gradus-system".to_owned(),
            name: "gradus".to_owned(),
            identity: identity.to_owned(),
            duration: Duration::from_secs(15),
        }
    }

    fn held(by: &str, version: &str) -> Lease {
        let mut lease = taken(None, &election(by), Timestamp::UNIX_EPOCH);
        lease.metadata.resource_version = Some(version.to_owned());
        lease
    }

    #[test]
    fn a_lease_that_is_not_there_is_made_and_an_own_one_is_kept() {
        let mut seen = LeaseObserver::default();
        let now = Instant::now();
        assert_eq!(seen.look(None, &election("a"), now), Step::Create);
        assert_eq!(
            seen.look(Some(&held("a", "1")), &election("a"), now),
            Step::Take
        );
    }

    #[test]
    fn another_s_lease_is_over_when_it_has_not_changed_for_its_duration() {
        let mut seen = LeaseObserver::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let me = election("b");
        assert_eq!(
            seen.look(Some(&held("a", "1")), &me, at(0)),
            Step::Wait(at(15))
        );
        assert_eq!(
            seen.look(Some(&held("a", "2")), &me, at(2)),
            Step::Wait(at(15)),
            "counted from the look before"
        );
        assert_eq!(
            seen.look(Some(&held("a", "2")), &me, at(14)),
            Step::Wait(at(15))
        );
        assert_eq!(seen.look(Some(&held("a", "2")), &me, at(15)), Step::Take);
    }

    #[test]
    fn stale_observer_does_not_take_over_a_renewed_lease() {
        let mut seen = LeaseObserver::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let me = election("a");
        assert_eq!(seen.look(Some(&held("a", "1")), &me, at(0)), Step::Take);
        assert_eq!(
            seen.look(Some(&held("b", "9")), &me, at(60)),
            Step::Wait(at(75))
        );
    }

    #[test]
    fn a_lease_that_was_given_back_is_free_at_once() {
        let mut seen = LeaseObserver::default();
        let free = released(&held("a", "1"), &election("a"), Timestamp::UNIX_EPOCH);
        assert_eq!(
            seen.look(Some(&free), &election("b"), Instant::now()),
            Step::Take
        );
    }

    #[test]
    fn a_lease_tells_how_often_it_changed_hands() {
        let second = taken(Some(&held("a", "1")), &election("b"), Timestamp::UNIX_EPOCH);
        let spec = second.spec.clone().unwrap();
        assert_eq!(spec.lease_transitions, Some(1));
        let third = taken(
            Some(&second),
            &election("b"),
            Timestamp::from_second(9).unwrap(),
        )
        .spec
        .unwrap();
        assert_eq!(third.lease_transitions, Some(1));
        assert_eq!(third.acquire_time, spec.acquire_time);
        assert_ne!(third.renew_time, spec.renew_time);
    }
}
