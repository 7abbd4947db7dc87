//! Authorizes scrapes: authenticates the token by TokenReview, then checks `get /metrics` by SubjectAccessReview.
//!
//! ```text
//! token ──TokenReview──▶ who ──SubjectAccessReview: get /metrics──▶ yes, for a few seconds
//! ```

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use k8s_openapi::api::authentication::v1::{TokenReview, TokenReviewSpec, UserInfo};
use k8s_openapi::api::authorization::v1::{
    NonResourceAttributes, SubjectAccessReview, SubjectAccessReviewSpec,
};
use kube::Client;
use kube::api::{Api, PostParams};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::connection::Connection;

/// How long a yes is believed.
// See D-103.
const YES: Duration = Duration::from_secs(10);
/// How long a no is believed: rights that were just given are not waited for.
const NO: Duration = Duration::from_secs(2);
/// Tokens that are remembered; more are asked about each time.
const REMEMBERED: usize = 256;
/// Questions under way at once: whoever sends made-up tokens gets no further than this.
const AT_ONCE: usize = 8;
/// How long an answer is waited for.
const REVIEW_TIMEOUT: Duration = Duration::from_secs(5);
/// What must be allowed.
const PATH: &str = "/metrics";

/// Authorizes scrapes by asking the API server.
pub struct ScrapeAuthorizer {
    client: Client,
    /// By digest: a token that lies in memory can be stolen from there.
    known: Mutex<HashMap<TokenDigest, Known>>,
    asking: Semaphore,
}

/// SHA-256 of a token.
type TokenDigest = [u8; 32];

/// What was answered, and until when it is believed.
type Known = (Instant, Result<(), Refusal>);

/// Why somebody is not let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// There is no token, or nobody knows it.
    Unknown,
    /// The token's owner may not read them.
    Forbidden,
    /// The API server does not say.
    Unanswered,
}

impl ScrapeAuthorizer {
    /// Asks this API server. The account needs the right to create both reviews.
    pub fn of(connection: &Connection) -> Self {
        Self {
            client: connection.client.clone(),
            known: Mutex::default(),
            asking: Semaphore::new(AT_ONCE),
        }
    }

    /// Admits a request, or says why not.
    pub(super) async fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let token = bearer(headers).ok_or(Refusal::Unknown)?;
        let digest: TokenDigest = Sha256::digest(token.as_bytes()).into();
        if let Some(known) = self.remembered(&digest) {
            return known;
        }
        let asked = async {
            // The semaphore is never closed.
            let _turn = self.asking.acquire().await;
            self.ask(token).await
        };
        let answer = match tokio::time::timeout(REVIEW_TIMEOUT, asked).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the API server cannot be asked whether a scrape is allowed");
                return Err(Refusal::Unanswered);
            }
            Err(_) => {
                tracing::warn!("the API server did not answer in time whether a scrape is allowed");
                return Err(Refusal::Unanswered);
            }
        };
        self.remember(digest, answer);
        answer
    }

    async fn ask(&self, token: &str) -> kube::Result<Result<(), Refusal>> {
        let review = TokenReview {
            spec: TokenReviewSpec {
                token: token.to_owned(),
                ..TokenReviewSpec::default()
            },
            ..TokenReview::default()
        };
        let reviews: Api<TokenReview> = Api::all(self.client.clone());
        let reviewed = reviews.create(&PostParams::default(), &review).await?;
        let status = reviewed.status.unwrap_or_default();
        let user = status.user.filter(|_| status.authenticated == Some(true));
        let Some(user) = user else {
            return Ok(Err(Refusal::Unknown));
        };
        let review = SubjectAccessReview {
            spec: asks_for_metrics(user),
            ..SubjectAccessReview::default()
        };
        let reviews: Api<SubjectAccessReview> = Api::all(self.client.clone());
        let reviewed = reviews.create(&PostParams::default(), &review).await?;
        let allowed = reviewed
            .status
            .is_some_and(|status| status.allowed && status.denied != Some(true));
        Ok(if allowed {
            Ok(())
        } else {
            Err(Refusal::Forbidden)
        })
    }

    fn remembered(&self, digest: &TokenDigest) -> Option<Result<(), Refusal>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, answer) = known.get(digest)?;
        (Instant::now() < *until).then_some(*answer)
    }

    fn remember(&self, digest: TokenDigest, answer: Result<(), Refusal>) {
        let now = Instant::now();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (until, _)| now < *until);
        if known.len() < REMEMBERED {
            let lasts = if answer.is_ok() { YES } else { NO };
            known.insert(digest, (now + lasts, answer));
        }
    }
}

impl fmt::Debug for ScrapeAuthorizer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ScrapeAuthorizer")
    }
}

fn asks_for_metrics(user: UserInfo) -> SubjectAccessReviewSpec {
    SubjectAccessReviewSpec {
        user: user.username,
        uid: user.uid,
        groups: user.groups,
        extra: user.extra,
        non_resource_attributes: Some(NonResourceAttributes {
            path: Some(PATH.to_owned()),
            verb: Some("get".to_owned()),
        }),
        ..SubjectAccessReviewSpec::default()
    }
}

/// The token that somebody shows.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = shown.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, why) = match self {
            Refusal::Unknown => (
                StatusCode::UNAUTHORIZED,
                "show a token of this cluster: Authorization: Bearer TOKEN\n",
            ),
            Refusal::Forbidden => (
                StatusCode::FORBIDDEN,
                "this account may not get /metrics; bind it to the ClusterRole for readers of metrics\n",
            ),
            Refusal::Unanswered => (
                StatusCode::SERVICE_UNAVAILABLE,
                "the API server cannot be asked just now whether a scrape is allowed\n",
            ),
        };
        let mut answer = (status, why).into_response();
        if self == Refusal::Unknown {
            let how = HeaderValue::from_static("Bearer");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, how);
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn only_a_bearer_shows_a_token() {
        assert_eq!(bearer(&shown("Bearer abc")), Some("abc"));
        assert_eq!(bearer(&shown("bearer  abc ")), Some("abc"));
        assert_eq!(bearer(&shown("Basic abc")), None);
        assert_eq!(bearer(&shown("Bearer ")), None);
        assert_eq!(bearer(&shown("Bearer")), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
