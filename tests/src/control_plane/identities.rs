//! A token-authentication webhook for the API server.
//!
//! A token file is read only at start, and a ServiceAccount is nobody but itself. Asked by webhook, any user
//! in any groups has a token at any time.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::running::{answers, unique};

/// Answers the API server for as long as this process lives.
#[derive(Debug)]
pub(super) struct Identities {
    /// Only who was given a token has one.
    secret: String,
    url: String,
}

impl Identities {
    pub(super) fn start() -> Result<Self> {
        let secret = format!("{:016x}", unique());
        let known = secret.clone();
        let url = answers::start(move |review| answer(&review, &known))?;
        Ok(Self { secret, url })
    }

    /// The token of a user. It holds the name and the groups, so that nothing has to be remembered.
    pub(super) fn token(&self, user: &str, groups: &[&str]) -> Result<String> {
        let mut token = self.secret.clone();
        for name in [user].iter().chain(groups) {
            ensure!(
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b'|'),
                "{name:?} cannot be part of a token"
            );
            token.push('|');
            token.push_str(name);
        }
        Ok(token)
    }

    /// The kubeconfig that tells the API server where to ask.
    pub(super) fn webhook(&self) -> Value {
        json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "identities",
            "clusters": [{"name": "identities", "cluster": {"server": self.url}}],
            "users": [{"name": "api-server", "user": {}}],
            "contexts": [{"name": "identities", "context": {"cluster": "identities", "user": "api-server"}}],
        })
    }
}

/// Reads a TokenReview, and says who it is.
fn answer(review: &Value, secret: &str) -> Result<Value> {
    let token = review["spec"]["token"].as_str().context("a token")?;
    Ok(json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenReview", "status": status(token, secret),
    }))
}

fn status(token: &str, secret: &str) -> Value {
    let mut parts = token.split('|');
    match (parts.next(), parts.next()) {
        (Some(first), Some(user)) if first == secret => {
            let groups: Vec<&str> = parts.collect();
            json!({"authenticated": true, "user": {"username": user, "groups": groups}})
        }
        _ => json!({"authenticated": false}),
    }
}
