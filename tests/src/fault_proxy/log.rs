//! Every request, in the order in which they came.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use http::header::CONTENT_TYPE;
use http::request::Parts;

use super::call::Call;

/// A request that came, and what it was answered.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which request of this proxy it is, counted from 1; forgetting requests does not start anew.
    pub number: usize,
    /// When it came.
    pub at: Instant,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without the question mark; empty when there is none.
    pub query: String,
    /// The content type of its body; empty when there is none.
    pub content_type: String,
    /// What it asks for.
    pub call: Call,
    /// The status that the client was sent; none when it was sent none, or not yet.
    pub status: Option<u16>,
}

/// The requests since the log was last emptied.
#[derive(Debug, Default)]
pub(super) struct Log(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    forgotten: usize,
    requests: Vec<Request>,
}

impl Log {
    /// Writes a request down, and gives it its number.
    pub(super) fn enter(&self, head: &Parts, call: &Call) -> usize {
        let content_type = head.headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = entries.forgotten + entries.requests.len() + 1;
        entries.requests.push(Request {
            number,
            at: Instant::now(),
            method: head.method.to_string(),
            path: head.uri.path().to_owned(),
            query: head.uri.query().unwrap_or_default().to_owned(),
            content_type: content_type.unwrap_or_default().to_owned(),
            call: call.clone(),
            status: None,
        });
        number
    }

    /// Writes down what a request is answered.
    pub(super) fn answered(&self, number: usize, status: u16) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was forgotten meanwhile needs no status.
        let index = number.checked_sub(entries.forgotten + 1);
        if let Some(request) = index.and_then(|index| entries.requests.get_mut(index)) {
            request.status = Some(status);
        }
    }

    pub(super) fn all(&self) -> Vec<Request> {
        let entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.requests.clone()
    }

    pub(super) fn forget(&self) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.forgotten += entries.requests.len();
        entries.requests.clear();
    }
}
