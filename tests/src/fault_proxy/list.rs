//! The state of paged lists, and faults of one page.

use std::collections::{HashMap, HashSet};

use hyper::body::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::call::parameter;

/// What is known of the lists that passed since the rules were set.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pages: HashMap<String, usize>,
    emptied: HashSet<String>,
    recorded: HashMap<String, Bytes>,
}

impl Lists {
    /// Which page a query asks for, counted from 1; nothing when its token was never seen.
    pub(super) fn page(&self, query: &str) -> Option<usize> {
        match parameter(query, "continue").filter(|token| !token.is_empty()) {
            Some(token) => self.pages.get(token).copied(),
            None => Some(1),
        }
    }

    /// Learns from a page where its continue token leads.
    pub(super) fn learn(&mut self, page: usize, body: &[u8]) {
        if let Some(token) = continue_token(body) {
            self.pages.insert(token, page + 1);
        }
    }

    /// Whether an empty page is still to come before the page of a token; it is from now on not.
    pub(super) fn empty_once(&mut self, token: &str) -> bool {
        self.emptied.insert(token.to_owned())
    }

    /// The first answer to a request.
    pub(super) fn recorded(&self, target: &str) -> Option<Bytes> {
        self.recorded.get(target).cloned()
    }

    /// Keeps the first answer to a request.
    pub(super) fn record(&mut self, target: &str, body: &Bytes) {
        self.recorded.insert(target.to_owned(), body.clone());
    }
}

fn continue_token(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct List {
        metadata: Metadata,
    }
    #[derive(Deserialize)]
    struct Metadata {
        #[serde(rename = "continue", default)]
        token: String,
    }
    let list: List = serde_json::from_slice(body).ok()?;
    Some(list.metadata.token).filter(|token| !token.is_empty())
}

/// The page without its items, and with another continue token if one is given.
pub(super) fn without_items(body: &Bytes, token: Option<&str>) -> Bytes {
    let Ok(mut page) = serde_json::from_slice::<Value>(body) else {
        return body.clone();
    };
    page["items"] = json!([]);
    if let Some(token) = token {
        page["metadata"]["continue"] = json!(token);
    }
    Bytes::from(page.to_string())
}
