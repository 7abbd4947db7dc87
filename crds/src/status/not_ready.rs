//! Why an object is not `Ready`, that is not valid or not evaluated; never "not mature". One answer for the
//! status, which words it, and for the metrics, which count it.

use gradus_engine::delta::Standing;
use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::Name;
use gradus_engine::verdict::{CapabilityState, NotScored, Reason};
use gradus_engine::view::{AssessmentView, ModelView};
use jiff::Timestamp;

/// Why an object is not ready.
#[derive(Debug, Clone, Copy)]
pub enum NotReady<'v> {
    /// Its document has been invalid since then, and its last valid version is in use; which source.
    Stale(Timestamp, &'v str),
    /// Its source has been unreadable since then; which source.
    Unavailable(Timestamp, &'v str),
    /// It cannot be scored: the reason, and the message.
    Problem(NotScored, &'v str),
    /// The capability depends on itself.
    Cycle,
    /// Capabilities that it depends on do not exist.
    Missing(&'v [Name]),
    /// It is invalid.
    Invalid(&'v [Diagnostic]),
}

impl<'v> NotReady<'v> {
    /// Why an assessment is not ready; none when it is.
    pub fn of_assessment(view: &'v AssessmentView) -> Option<Self> {
        match &view.problem {
            Some(problem) => Some(Self::Problem(problem.reason, &problem.message)),
            None => Self::of_source(&view.standing),
        }
    }

    /// Why a capability of this state, for this reason, is not ready; none when it is.
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

    /// Why a model is not ready; none when it is.
    pub fn of_model(view: &'v ModelView) -> Option<Self> {
        view.program
            .as_ref()
            .err()
            .map(|findings| Self::Invalid(findings))
    }

    /// Why an object that is valid as soon as it is read is not ready; none when it is.
    pub fn of_source(standing: &'v Standing) -> Option<Self> {
        match standing {
            Standing::Live => None,
            Standing::Stale { since, source } => Some(Self::Stale(*since, source)),
            Standing::Unavailable { since, source } => Some(Self::Unavailable(*since, source)),
        }
    }

    /// The reason and the message of the condition.
    pub(super) fn reason_and_message(self) -> (&'static str, String) {
        match self {
            Self::Stale(since, source) => (
                "SourceStale",
                format!(
                    "{source} has been invalid since {since}; its last valid version is in use"
                ),
            ),
            Self::Unavailable(since, source) => (
                "SourceUnavailable",
                format!("{source} has been unreadable since {since}"),
            ),
            Self::Problem(reason, message) => (reason.as_str(), message.to_owned()),
            Self::Cycle => (
                "DependencyCycle",
                "the capability depends on itself through other capabilities".to_owned(),
            ),
            Self::Missing(names) => {
                let names: Vec<&str> = names.iter().map(|name| &**name).collect();
                let message = format!(
                    "it depends on capabilities that do not exist: {}",
                    names.join(", ")
                );
                ("DependencyNotFound", message)
            }
            Self::Invalid(findings) => {
                let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
                ("Invalid", findings.join("; "))
            }
        }
    }
}
