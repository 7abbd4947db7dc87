//! The size of a status: 10 kB is typical, 32 KiB the hard limit. What is cut is said in `Ready`.

use std::io::{self, Write};

use super::ledger;
use crate::assessment_status::AssessmentStatus;

/// The largest status, in bytes of compact JSON.
const LARGEST: usize = 32 * 1024;

/// One way to make a status smaller.
struct Cut {
    /// The cut in the message of `Ready`.
    name: &'static str,
    shorten: fn(&mut AssessmentStatus),
}

/// The cuts in order, the least missed first.
// Why: falls and marks are never cut. A restart reads them back, and would commit again what was cut.
const CUTS: [Cut; 6] = [
    Cut {
        name: "gaps to 20",
        shorten: |status| status.gaps.truncate(20),
    },
    Cut {
        name: "unlocks and blockedBy of next steps to 3",
        shorten: |status| {
            for step in &mut status.next_steps {
                step.unlocks.truncate(3);
                step.blocked_by.truncate(3);
            }
        },
    },
    Cut {
        name: "history to 5",
        shorten: |status| ledger::keep_newest(status, 5),
    },
    Cut {
        name: "domains to 100",
        shorten: |status| status.domains.truncate(100),
    },
    Cut {
        name: "gaps to 0",
        shorten: |status| status.gaps.clear(),
    },
    Cut {
        name: "domains to 0",
        shorten: |status| status.domains.clear(),
    },
];

/// The status within its limit.
pub(super) fn fit(mut status: AssessmentStatus) -> AssessmentStatus {
    let mut cut: Vec<&str> = Vec::new();
    for Cut { name, shorten } in CUTS {
        if size(&status) <= LARGEST - MESSAGE_RESERVE {
            break;
        }
        shorten(&mut status);
        cut.push(name);
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

/// Bytes reserved for the message that names the cuts.
const MESSAGE_RESERVE: usize = 256;

/// The length of a status as compact JSON, counted without building the text.
fn size(status: &AssessmentStatus) -> usize {
    let mut counter = ByteCounter(0);
    // Neither our types nor the counter fail.
    let _ = serde_json::to_writer(&mut counter, status);
    counter.0
}

struct ByteCounter(usize);

impl Write for ByteCounter {
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
    use crate::status::Previous;

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
        let previous = Previous::none(Timestamp::UNIX_EPOCH);
        AssessmentStatus {
            gaps: (0..50).map(gap).collect(),
            total_gaps: Some(80),
            domains: (0..200).map(domain).collect(),
            history: (1..=20).map(entry).collect(),
            conditions: vec![previous.condition("Ready", true, "Scored", "scored", 1)],
            ..AssessmentStatus::default()
        }
    }

    #[test]
    fn too_large_status_is_cut_and_says_so() {
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
    fn fitting_status_is_unchanged() {
        let mut small = large();
        small.domains.clear();
        small.gaps.truncate(10);
        assert_eq!(fit(small.clone()), small);
    }
}
