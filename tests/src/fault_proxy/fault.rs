//! Applies faults to a request and its answer.

use std::sync::{Arc, MutexGuard, PoisonError};

use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, DATE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Response};
use http_body_util::BodyExt;
use hyper::body::Bytes;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use kube::client::Body;
use tokio::time::sleep;

use super::answer::Content;
use super::call::{Call, Verb, parameter};
use super::exchange::Exchange;
use super::list::{Lists, without_items};
use super::refusal::{Refusal, json_response};
use super::rule::{Ending, Fault, Rules};

/// A request that has been read whole.
pub(super) struct Asked {
    pub(super) head: Parts,
    pub(super) body: Bytes,
    pub(super) call: Call,
}

impl Asked {
    fn query(&self) -> &str {
        self.head.uri.query().unwrap_or_default()
    }
}

/// The faults that strike one request, and the rules that they are of.
struct Struck {
    faults: Vec<Fault>,
    rules: Arc<Rules>,
    /// Which page of a list is asked for, where that matters.
    page: Option<usize>,
}

impl Struck {
    fn lists(&self) -> MutexGuard<'_, Lists> {
        self.rules
            .lists
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the answer must be read, and in plain JSON, before it is passed on.
    fn spoils_the_body(&self) -> bool {
        let spoils = |fault: &Fault| {
            matches!(
                fault,
                Fault::Drip { .. } | Fault::Truncate(_) | Fault::OlderList
            )
        };
        self.page.is_some() || self.faults.iter().any(spoils)
    }
}

/// An answer on its way to the client, or how the connection ends without one.
type Outcome = Result<Response<Content>, Ending>;

impl Exchange {
    /// Gets a request its answer, through whatever strikes either.
    pub(super) async fn through_faults(&self, asked: Asked) -> Outcome {
        let struck = self.judge(&asked).await;
        let mut outcome = match instead(&asked, &struck).await {
            Some(outcome) => outcome,
            None => self.forward(asked, &struck).await,
        };
        for fault in &struck.faults {
            match (fault, &mut outcome) {
                (Fault::Slow(delay), _) => sleep(*delay).await,
                (Fault::ClockSkew(skew), Ok(response)) => skew_date(response.headers_mut(), *skew),
                _ => {}
            }
        }
        outcome
    }

    /// Which faults strike; waits for as long as one freezes the request.
    async fn judge(&self, asked: &Asked) -> Struck {
        let mut current = self.rules.subscribe();
        loop {
            let rules = current.borrow_and_update().clone();
            let page = if rules.count_pages(&asked.call) {
                let lists = rules.lists.lock().unwrap_or_else(PoisonError::into_inner);
                lists.page(asked.query())
            } else {
                None
            };
            let faults = rules.on_request(&asked.call, page);
            if !faults.iter().any(Fault::freezes) {
                return Struck {
                    faults,
                    rules,
                    page,
                };
            }
            // The sender is in `self`: it cannot be gone.
            let _ = current.changed().await;
        }
    }

    async fn forward(&self, mut asked: Asked, struck: &Struck) -> Outcome {
        let unanswered = |fault: &Fault| matches!(fault, Fault::Unanswered);
        let is_unanswered = struck.faults.iter().any(unanswered);
        let target = asked.head.uri.to_string();
        let token = parameter(asked.query(), "continue").map(str::to_owned);
        if struck.spoils_the_body() {
            asked.head.headers.remove(ACCEPT_ENCODING);
        }
        let sent = self.upstream.send(asked.head, asked.body).await;
        // A server that does not answer is one that closes the connection.
        let response = sent.map_err(|_| Ending::Closed)?;
        if asked.call.verb == Verb::Watch {
            if is_unanswered {
                return Err(Ending::Closed);
            }
            return Ok(self.watch(asked.call, response));
        }
        if is_unanswered {
            Content::Upstream(response.into_body()).drain().await;
            return Err(Ending::Closed);
        }
        if !struck.spoils_the_body() || !response.status().is_success() {
            return Ok(response.map(Content::Upstream));
        }
        let (mut head, body) = response.into_parts();
        let body = body.collect().await.map_err(|_| Ending::Closed)?.to_bytes();
        head.headers.remove(CONTENT_LENGTH);
        let body = spoil_list(body, &target, token.as_deref(), struck);
        let content = spoil_delivery(body, &mut head.headers, struck);
        Ok(Response::from_parts(head, content))
    }

    /// A watch in lines of JSON is pumped event by event; any other is passed on as it comes.
    fn watch(&self, call: Call, response: Response<Body>) -> Response<Content> {
        let is_json = response
            .headers()
            .get(CONTENT_TYPE)
            .is_some_and(|value| value.as_bytes().starts_with(b"application/json"));
        if !is_json || !response.status().is_success() {
            return response.map(Content::Upstream);
        }
        let rules = self.rules.subscribe();
        response.map(|body| self.streams.run(call, body, rules))
    }
}

/// What happens to a request instead of reaching the server.
async fn instead(asked: &Asked, struck: &Struck) -> Option<Outcome> {
    let refused = |response: Response<Bytes>| Some(Ok(response.map(Content::from)));
    for fault in &struck.faults {
        match fault {
            Fault::Refuse => return Some(Err(Ending::Reset)),
            Fault::Hang => return std::future::pending().await,
            Fault::Answer(refusal) => return refused(refusal.response(&asked.call)),
            Fault::DropAtPage(_) => return Some(Err(Ending::Closed)),
            Fault::ExpireContinue(_) => return refused(Refusal::Expired.response(&asked.call)),
            Fault::OlderList => {
                let recorded = struck.lists().recorded(&asked.head.uri.to_string());
                if let Some(body) = recorded {
                    return refused(json_response(body));
                }
            }
            _ => {}
        }
    }
    None
}

/// The body of a list's page as the faults leave it.
fn spoil_list(body: Bytes, target: &str, token: Option<&str>, struck: &Struck) -> Bytes {
    let mut lists = struck.lists();
    if let Some(page) = struck.page {
        lists.learn(page, &body);
    }
    let mut spoiled = body;
    for fault in &struck.faults {
        match (fault, token) {
            (Fault::LosePage(_), _) => spoiled = without_items(&spoiled, None),
            (Fault::EmptyPage(_), Some(token)) if lists.empty_once(token) => {
                spoiled = without_items(&spoiled, Some(token));
            }
            (Fault::OlderList, _) => lists.record(target, &spoiled),
            _ => {}
        }
    }
    spoiled
}

/// How a body that is known whole is delivered.
fn spoil_delivery(body: Bytes, headers: &mut HeaderMap, struck: &Struck) -> Content {
    for fault in &struck.faults {
        match *fault {
            Fault::Truncate(ending) => {
                if ending != Ending::Whole {
                    headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
                }
                return Content::half(&body, ending);
            }
            Fault::Drip { bytes, every } => {
                headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
                return Content::drip(body, bytes, every);
            }
            _ => {}
        }
    }
    Content::from(body)
}

fn skew_date(headers: &mut HeaderMap, skew: SignedDuration) {
    let told = headers.get(DATE).and_then(|date| date.to_str().ok());
    let told = told.and_then(|date| rfc2822::DateTimeParser::new().parse_timestamp(date).ok());
    let skewed = told.unwrap_or_else(Timestamp::now).saturating_add(skew);
    let printed = skewed
        .ok()
        .and_then(|skewed| {
            rfc2822::DateTimePrinter::new()
                .timestamp_to_rfc9110_string(&skewed)
                .ok()
        })
        .and_then(|date| HeaderValue::try_from(date).ok());
    if let Some(date) = printed {
        headers.insert(DATE, date);
    }
}
