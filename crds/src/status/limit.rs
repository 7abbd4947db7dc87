//! The size of a status: 10 kB is typical, 32 KiB the hard limit, and what is cut is said.

use std::io::{self, Write};

use super::ledger;
use crate::assessment_status::AssessmentStatus;

/// The largest status, in bytes of compact JSON.
const LARGEST: usize = 32 * 1024;

/// What is said of a cut, and how it is made.
type Cut = (&'static str, fn(&mut AssessmentStatus));

/// What can be cut, in the order in which it is missed least. Falls and marks never are: a restart reads
/// them back, and what was cut would be committed again.
const CUTS: [Cut; 6] = [
    ("gaps to 20", |status| status.gaps.truncate(20)),
    ("what next steps open and wait for", |status| {
        for step in &mut status.next_steps {
            step.unlocks.truncate(3);
            step.blocked_by.truncate(3);
        }
    }),
    ("history to 5", |status| ledger::keep_newest(status, 5)),
    ("domains to 100", |status| status.domains.truncate(100)),
    ("gaps to 0", |status| status.gaps.clear()),
    ("domains to 0", |status| status.domains.clear()),
];

/// The status within its limit.
pub(super) fn fit(mut status: AssessmentStatus) -> AssessmentStatus {
    let mut cut: Vec<&str> = Vec::new();
    for (what, shorten) in CUTS {
        if size(&status) <= LARGEST - MESSAGE {
            break;
        }
        shorten(&mut status);
        cut.push(what);
    }
    if !cut.is_empty()
        && let Some(ready) = status
            .conditions
            .iter_mut()
            .find(|condition| condition.kind == "Ready")
    {
        ready.message = format!(
            "{}; status cut to 32 KiB: {}",
            ready.message,
            cut.join(", ")
        );
    }
    status
}

/// What saying so takes at most.
const MESSAGE: usize = 256;

/// The length of a status as compact JSON, without making it.
fn size(status: &AssessmentStatus) -> usize {
    let mut counted = Counted(0);
    // Neither our types nor the counter fail.
    let _ = serde_json::to_writer(&mut counted, status);
    counted.0
}

struct Counted(usize);

impl Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use gradus_engine::verdict::{Cause, Reason, Transition, Verdict};
    use jiff::Timestamp;

    use super::*;
    use crate::assessment_status::{DomainStatus, Gap, HistoryEntry};
    use crate::status::Before;

    fn large() -> AssessmentStatus {
        let name = |n: usize| format!("{n:03}-{}", "x".repeat(59));
        let gap = |n| Gap {
            criterion: name(n),
            verdict: Verdict::Unknown,
            reason: Reason::SourceUnavailable,
            owner: Some("ü".repeat(256)),
        };
        let domain = |n| DomainStatus {
            name: name(n),
            stage: Some(1),
            score: None,
            met: 1,
            required: 1,
            missing: 0,
            of: 1,
            high_water: Some(1),
        };
        let entry = |n: usize| HistoryEntry {
            sequence: n as u64,
            at: Timestamp::UNIX_EPOCH,
            transition: Transition::Fall,
            domain: None,
            from: Some(2),
            to: 1,
            cause: Some(Cause::CapabilityLost),
            capability: Some("x".repeat(253)),
            digest: "0".repeat(64),
        };
        let before = Before::nothing(Timestamp::UNIX_EPOCH);
        AssessmentStatus {
            gaps: (0..50).map(gap).collect(),
            total_gaps: Some(80),
            domains: (0..200).map(domain).collect(),
            history: (1..=20).map(entry).collect(),
            conditions: vec![before.condition("Ready", true, "Scored", "scored", 1)],
            ..AssessmentStatus::default()
        }
    }

    #[test]
    fn a_status_that_is_too_large_is_cut_and_says_so() {
        assert!(size(&large()) > LARGEST);
        let fitted = fit(large());
        assert!(size(&fitted) <= LARGEST, "{}", size(&fitted));
        assert_eq!(fitted.total_gaps, Some(80));
        assert_eq!(
            fitted.history.last().map(|entry| entry.sequence),
            Some(20),
            "the newest stay"
        );
        assert!(
            fitted.conditions[0]
                .message
                .contains("status cut to 32 KiB: gaps to 20")
        );
    }

    #[test]
    fn a_status_that_fits_is_left_alone() {
        let mut small = large();
        small.domains.clear();
        small.gaps.truncate(10);
        assert_eq!(fit(small.clone()), small);
    }
}
