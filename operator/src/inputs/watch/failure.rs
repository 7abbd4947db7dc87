//! Why a source cannot be read, as a closed enum. The server's own text goes to the log only.

use std::fmt;
use std::time::Duration;

use kube::Error;

use crate::timing::Timing;

/// A server that asks for time gets no more than this.
const LONGEST_RETRY_AFTER: Duration = Duration::from_mins(1);

/// Why a request of a source failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// 401 or 403: this account may not read it.
    Denied,
    /// 404: the kind is not there.
    Absent,
    /// 410: the version asked for is not kept any more, so everything must be listed anew.
    Expired,
    /// 429: the server throttles this client.
    Throttled(Option<Duration>),
    /// The server says that what was asked is wrong.
    Refused(u16),
    /// The server failed.
    Failed(u16),
    /// Nobody answered in time.
    Silent,
    /// An older state than was shown before, a moment after another one.
    Outdated,
    /// The connection failed, or what came was no answer.
    Broken,
}

impl Failure {
    pub(crate) fn of(error: &Error) -> Self {
        match error {
            Error::Api(status) => Self::of_code(
                status.code,
                &status.reason,
                status
                    .details
                    .as_ref()
                    .map_or(0, |details| details.retry_after_seconds),
            ),
            _ => Self::Broken,
        }
    }

    /// Why a request failed; what the server said goes to the log.
    pub(crate) fn logged(error: &Error) -> Self {
        tracing::debug!(%error, "a source was answered with an error");
        Self::of(error)
    }

    fn of_code(code: u16, reason: &str, retry_after: u32) -> Self {
        match code {
            401 | 403 => Self::Denied,
            404 => Self::Absent,
            410 => Self::Expired,
            _ if reason == "Expired" || reason == "Gone" => Self::Expired,
            429 => Self::Throttled(
                (retry_after > 0).then(|| Duration::from_secs(u64::from(retry_after))),
            ),
            500.. => Self::Failed(code),
            _ => Self::Refused(code),
        }
    }

    /// Whether what is held can no longer be said to be there: nobody may look, or there is nowhere to.
    pub(crate) fn hides(self) -> bool {
        matches!(self, Self::Denied | Self::Absent)
    }

    /// How long to wait after this many failures in a row.
    pub(crate) fn wait(self, failures: u32, timing: &Timing) -> Duration {
        match self {
            Self::Throttled(Some(asked)) => asked.clamp(timing.retry.first, LONGEST_RETRY_AFTER),
            _ if self.hides() => timing.rights_retry.wait(failures),
            _ => timing.retry.wait(failures),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Denied => formatter.write_str(
                "access is denied; the account needs the rights that the chart gives: get, list, watch",
            ),
            Self::Absent => formatter.write_str(
                "the kind is not there; install the custom resource definitions (`gradus crds | kubectl \
                 apply --server-side -f -`)",
            ),
            Self::Expired => formatter.write_str("the version is not kept any more"),
            Self::Throttled(_) => formatter.write_str("the API server is busy (429)"),
            Self::Refused(code) => write!(formatter, "the API server refuses the request ({code})"),
            Self::Failed(code) => write!(formatter, "the API server failed ({code})"),
            Self::Silent => formatter.write_str("the API server does not answer"),
            Self::Outdated => {
                formatter.write_str("the API server shows an older state than before")
            }
            Self::Broken => formatter.write_str("the connection to the API server broke"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_that_asks_for_time_gets_it_and_rights_are_asked_for_more_often() {
        let timing = Timing::default();
        let wait = |failure: Failure, failures| failure.wait(failures, &timing);
        assert_eq!(wait(Failure::Broken, 99), timing.retry.longest);
        assert_eq!(wait(Failure::Denied, 99), timing.rights_retry.longest);
        let asked = Duration::from_secs(7);
        assert_eq!(wait(Failure::Throttled(Some(asked)), 1), asked);
        let forever = Duration::from_hours(1);
        assert_eq!(
            wait(Failure::Throttled(Some(forever)), 1),
            LONGEST_RETRY_AFTER
        );
    }

    #[test]
    fn answers_are_told_apart_by_code_and_reason() {
        assert_eq!(Failure::of_code(403, "Forbidden", 0), Failure::Denied);
        assert_eq!(Failure::of_code(410, "", 0), Failure::Expired);
        assert_eq!(Failure::of_code(504, "Expired", 0), Failure::Expired);
        assert_eq!(Failure::of_code(503, "", 0), Failure::Failed(503));
        let patience = Some(Duration::from_secs(2));
        assert_eq!(Failure::of_code(429, "", 2), Failure::Throttled(patience));
    }
}
