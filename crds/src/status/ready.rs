//! Whether an object is ready: valid and evaluated, never "mature". One answer for the status, which says
//! it in words, and for whoever only counts.

use gradus_engine::delta::Standing;
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Name;
use gradus_engine::verdict::{CapabilityState, NotScored, Reason};
use gradus_engine::view::{AssessmentView, ModelView};
use jiff::Timestamp;

/// Why an object is not ready.
#[derive(Debug, Clone, Copy)]
pub enum Hindrance<'v> {
    /// Its text cannot be used since then, and its last good state is; which source.
    Stale(Timestamp, &'v str),
    /// It cannot be read since then; which source.
    Unavailable(Timestamp, &'v str),
    /// It cannot be scored: why, and in a sentence.
    Problem(NotScored, &'v str),
    /// It depends on itself.
    Cycle,
    /// What it depends on is not there.
    Missing(&'v [Name]),
    /// It cannot be used.
    Invalid(&'v [Diagnostic]),
}

impl<'v> Hindrance<'v> {
    /// Of an assessment; none when it is ready.
    pub fn of_assessment(view: &'v AssessmentView) -> Option<Self> {
        match &view.problem {
            Some(problem) => Some(Self::Problem(problem.reason, &problem.message)),
            None => Self::of_source(&view.standing),
        }
    }

    /// Of a capability of which this is believed, for this reason; none when it is ready.
    pub fn of_capability(
        standing: &'v Standing,
        (state, reason): (CapabilityState, Option<Reason>),
        missing: &'v [Name],
    ) -> Option<Self> {
        let cycles = state == CapabilityState::Unknown && reason == Some(Reason::DependencyCycle);
        Self::of_source(standing)
            .or_else(|| cycles.then_some(Self::Cycle))
            .or_else(|| (!missing.is_empty()).then_some(Self::Missing(missing)))
    }

    /// Of a model; none when it is ready.
    pub fn of_model(view: &'v ModelView) -> Option<Self> {
        view.program
            .as_ref()
            .err()
            .map(|findings| Self::Invalid(findings))
    }

    /// Of what is valid as soon as it is read; none when it is ready.
    pub fn of_source(standing: &'v Standing) -> Option<Self> {
        match standing {
            Standing::Live => None,
            Standing::Stale { since, source } => Some(Self::Stale(*since, source)),
            Standing::Unavailable { since, source } => Some(Self::Unavailable(*since, source)),
        }
    }

    /// The reason and the message of the condition.
    pub(super) fn said(self) -> (&'static str, String) {
        match self {
            Self::Stale(since, source) => (
                "SourceStale",
                format!(
                    "the text in {source} cannot be used since {since}; its last good state stays"
                ),
            ),
            Self::Unavailable(since, source) => (
                "SourceUnavailable",
                format!("{source} cannot be read since {since}"),
            ),
            Self::Problem(reason, message) => (reason.as_str(), message.to_owned()),
            Self::Cycle => (
                "DependencyCycle",
                "it depends on itself, through others".to_owned(),
            ),
            Self::Missing(names) => {
                let names: Vec<&str> = names.iter().map(|name| &**name).collect();
                let message = format!("there is no capability {}", names.join(", "));
                ("DependencyNotFound", message)
            }
            Self::Invalid(findings) => {
                let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
                ("Invalid", findings.join("; "))
            }
        }
    }
}
