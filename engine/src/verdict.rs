//! The closed lists of answers: verdicts, reasons, causes, states and evidence classes.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A closed list whose words are the same in status, metrics, pages and code.
macro_rules! closed_list {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident => $snake:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// The whole list, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The whole list as metric labels write it, in the same order.
            pub const LABELS: &'static [&'static str] = &[$($snake,)+];

            /// The word as status, YAML and pages write it.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => stringify!($variant),)+ }
            }

            /// The word as a metric label writes it.
            pub fn as_label(self) -> &'static str {
                match self { $($name::$variant => $snake,)+ }
            }
        }

        impl From<$name> for String {
            fn from(word: $name) -> Self {
                word.as_str().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}

closed_list! {
    /// What is said of a criterion. Unknown never counts as met, and is never shown as unmet.
    Verdict {
        /// It holds.
        Met => "met",
        /// A lesser state that stands, because the better one is claimed though it does not hold now.
        Held => "held",
        /// It does not hold.
        Unmet => "unmet",
        /// It cannot be told.
        Unknown => "unknown",
        /// It does not concern this assessment: outside every fraction.
        NotApplicable => "not_applicable",
        /// It does not hold, and an effective waiver lets it count.
        Waived => "waived",
    }
}

closed_list! {
    /// What an entry of the history tells.
    Transition {
        /// The stage is higher than the history told before.
        Rise => "rise",
        /// The stage stayed below the mark, or below the fall before.
        Fall => "fall",
        /// The mark is reached again: every fall ends.
        Restoration => "restoration",
        /// Another model, or another text of it, starts a mark of its own. No fall, whatever the stages.
        NewMark => "new_mark",
    }
}

closed_list! {
    /// Why a criterion is `Unmet` or `Unknown`.
    Reason {
        /// Unmet: no capability of the type is declared. Silence is not Unknown.
        NotDeclared => "not_declared",
        /// Unmet: claimed absent.
        DeclaredAbsent => "declared_absent",
        /// Unmet: an evidence item says it does not hold.
        Refuted => "refuted",
        /// Unmet: something it depends on is lost.
        Degraded => "degraded",
        /// Unmet: it exists, and what is asked of its facts is false.
        PredicateFalse => "predicate_false",
        /// Unknown: nobody has found out yet, or a fact that is asked for is not stated.
        ClaimUnknown => "claim_unknown",
        /// Unknown: the fact that answers is stated, and is no answer that the question takes.
        AnswerOutOfRange => "answer_out_of_range",
        /// Unknown: it is believed on weaker evidence than the criterion asks for.
        EvidenceTooWeak => "evidence_too_weak",
        /// Unknown: an attestation is asked for and none counts.
        NotAttested => "not_attested",
        /// Unknown: a probe is listed and has not run yet.
        NotYetProbed => "not_yet_probed",
        /// Unknown: the last conclusive observation is too old.
        Stale => "stale",
        /// Unknown: the source of the object cannot be read.
        SourceUnavailable => "source_unavailable",
        /// Unknown: the probe's identity may not read it.
        Denied => "denied",
        /// Unknown: the probe failed.
        ProbeError => "probe_error",
        /// Unknown: the probe's expression went over its limits.
        EvaluatorLimit => "evaluator_limit",
        /// Unknown: it depends on itself.
        DependencyCycle => "dependency_cycle",
    }
}

closed_list! {
    /// Why a stage fell or moved.
    Cause {
        /// A capability was lost: refuted, claimed absent, removed, or its facts no longer suffice.
        CapabilityLost => "capability_lost",
        /// Its evidence went stale or its source unavailable.
        EvidenceLost => "evidence_lost",
        /// Something it depends on was lost.
        DependencyLost => "dependency_lost",
        /// An attestation reached its end.
        AttestationExpired => "attestation_expired",
        /// An attestation was deleted.
        AttestationWithdrawn => "attestation_withdrawn",
        /// A waiver reached its end or was deleted.
        WaiverEnded => "waiver_ended",
        /// An outside award reached its end or was deleted.
        AwardEnded => "award_ended",
        /// The model, or its edition, is another.
        ModelChanged => "model_changed",
        /// Selector, applicability, notApplicable or attributes changed.
        ScopeChanged => "scope_changed",
    }
}

closed_list! {
    /// Why an attestation does not count.
    NotCounted {
        /// It begins later.
        NotYet => "not_yet",
        /// Its end has passed.
        Expired => "expired",
        /// What it is about is not there.
        NoMatch => "no_match",
    }
}

closed_list! {
    /// Why a waiver is not effective.
    NotEffective {
        /// Nobody has approved it.
        NotApproved => "not_approved",
        /// It begins later.
        NotYet => "not_yet",
        /// Its end has passed.
        Expired => "expired",
        /// The assessment that it names is not there.
        NoMatch => "no_match",
        /// None of the criteria that it names may be waived.
        NotWaivable => "not_waivable",
    }
}

closed_list! {
    /// Why nothing of an assessment is committed or raised, though it is computed and shown.
    Suspension {
        /// It does not take part yet.
        NotEngaged => "not_engaged",
        /// It no longer takes part.
        Withdrawn => "withdrawn",
        /// It does not take part now.
        Paused => "paused",
        /// It only reports.
        Descriptive => "descriptive",
    }
}

closed_list! {
    /// Why an assessment cannot be scored.
    NotScored {
        /// It rolls up others, which this version validates and does not score.
        RollUpNotScored => "roll_up_not_scored",
        /// There is no such model.
        ModelNotFound => "model_not_found",
        /// The model cannot be used.
        ModelInvalid => "model_invalid",
        /// The model lets nothing unknown pass, and something is.
        Undetermined => "undetermined",
    }
}

closed_list! {
    /// Where the word of an evidence item comes from.
    EvidenceSource {
        /// A probe of Kubernetes objects.
        Objects => "objects",
        /// A probe by a Prometheus query.
        Promql => "promql",
        /// A probe by an HTTP request.
        Http => "http",
        /// A report of another tool.
        Report => "report",
        /// Counted attestations.
        Attestation => "attestation",
    }
}

closed_list! {
    /// What is believed of a capability.
    CapabilityState {
        /// All its evidence items hold.
        Proven => "proven",
        /// Claimed present, and no evidence is listed.
        Declared => "declared",
        /// An evidence item says that it does not hold.
        Refuted => "refuted",
        /// It cannot be told.
        Unknown => "unknown",
        /// It depends on something that is lost.
        Degraded => "degraded",
        /// Claimed absent.
        Absent => "absent",
    }
}

closed_list! {
    /// How much a fact is worth. Ordered: Declared < Attested < Probed.
    EvidenceClass {
        /// Somebody wrote it down.
        Declared => "declared",
        /// A named person answers for it, until a date.
        Attested => "attested",
        /// A machine looked.
        Probed => "probed",
    }
}

closed_list! {
    /// Kleene's three truths.
    Truth {
        /// It does not hold.
        False => "false",
        /// It cannot be told.
        Unknown => "unknown",
        /// It holds.
        True => "true",
    }
}

impl Verdict {
    /// Whether the criterion counts as met.
    pub fn counts(self) -> bool {
        match self {
            Verdict::Met | Verdict::Held | Verdict::Waived => true,
            Verdict::Unmet | Verdict::Unknown | Verdict::NotApplicable => false,
        }
    }

    /// Whether the criterion is still to be met.
    pub fn is_open(self) -> bool {
        match self {
            Verdict::Unmet | Verdict::Unknown => true,
            Verdict::Met | Verdict::Held | Verdict::Waived | Verdict::NotApplicable => false,
        }
    }
}

impl CapabilityState {
    /// Whether the capability is there.
    pub fn is_there(self) -> bool {
        match self {
            CapabilityState::Proven | CapabilityState::Declared => true,
            CapabilityState::Refuted
            | CapabilityState::Unknown
            | CapabilityState::Degraded
            | CapabilityState::Absent => false,
        }
    }

    /// Whether what needs the capability is degraded.
    pub fn is_lost(self) -> bool {
        match self {
            CapabilityState::Refuted | CapabilityState::Degraded | CapabilityState::Absent => true,
            CapabilityState::Proven | CapabilityState::Declared | CapabilityState::Unknown => false,
        }
    }
}

impl Truth {
    /// Kleene conjunction: a known false decides.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Kleene disjunction: a known true decides.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Kleene negation: Unknown stays Unknown.
    #[must_use]
    pub fn negate(self) -> Self {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Truth::True } else { Truth::False }
    }
}
