//! Objects that nearly every test begins with: a namespace, an account, our definitions.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use gradus_crds::schema::{definition, plural};
use gradus_engine::key::Kind;
use serde_json::{Value, json};

use super::ControlPlane;
use super::request::{self, Reply, Request};

impl ControlPlane {
    /// Makes a namespace that nobody else has, its name beginning with the prefix.
    ///
    /// # Errors
    ///
    /// When the API server refuses.
    pub fn namespace(&self, prefix: &str) -> Result<String> {
        let namespace = json!({
            "apiVersion": "v1", "kind": "Namespace", "metadata": {"generateName": format!("{prefix}-")},
        });
        let made = self.post("/api/v1/namespaces", &namespace)?;
        let name = made["metadata"]["name"].as_str();
        Ok(name.context("a name")?.to_owned())
    }

    /// A token of a ServiceAccount that is there, as its pod would have it, for a day.
    ///
    /// # Errors
    ///
    /// When there is no such account.
    pub fn service_account_token(&self, namespace: &str, name: &str) -> Result<String> {
        let path = format!("/api/v1/namespaces/{namespace}/serviceaccounts/{name}/token");
        let wanted = json!({
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
            "spec": {"expirationSeconds": 24 * 60 * 60},
        });
        let made = self.post(&path, &wanted)?;
        Ok(made["status"]["token"]
            .as_str()
            .context("a token")?
            .to_owned())
    }

    /// Waits until a user may do something, in a namespace or, when that is empty, everywhere: rights are in
    /// force a moment after they are given.
    ///
    /// # Errors
    ///
    /// When the user may not within half a minute.
    pub fn until_allowed(
        &self,
        user: &str,
        (verb, group, resource): (&str, &str, &str),
        namespace: &str,
    ) -> Result<()> {
        let review = json!({
            "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
            "spec": {"user": user, "resourceAttributes": {
                "verb": verb, "group": group, "resource": resource, "namespace": namespace,
            }},
        });
        let reviews = "/apis/authorization.k8s.io/v1/subjectaccessreviews";
        let until = Instant::now() + Duration::from_secs(30);
        while self.post(reviews, &review)?["status"]["allowed"] != true {
            ensure!(Instant::now() < until, "{user} may not {verb} {resource}");
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Installs the definitions of our kinds, and waits until the API server serves them.
    ///
    /// # Errors
    ///
    /// When one is refused, or not served within half a minute.
    pub fn install_definitions(&self) -> Result<()> {
        for kind in Kind::ALL {
            self.apply_definition(kind)?;
        }
        let until = Instant::now() + Duration::from_secs(30);
        for kind in Kind::ALL {
            let path = format!("/apis/gradus.dev/v1alpha1/{}?limit=1", plural(kind));
            while self.get(&path)?.code != 200 {
                ensure!(Instant::now() < until, "{} is not served", kind.as_str());
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        Ok(())
    }

    fn apply_definition(&self, kind: Kind) -> Result<()> {
        let path = format!(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{}.gradus.dev\
             ?fieldManager=tests&force=true",
            plural(kind)
        );
        let reply = self.send(&Request {
            method: "PATCH",
            path: &path,
            content_type: "application/apply-patch+yaml",
            body: &definition(kind).to_string(),
        })?;
        object(&reply)?;
        Ok(())
    }

    pub(super) fn get(&self, path: &str) -> Result<Reply> {
        self.send(&Request {
            method: "GET",
            path,
            content_type: "application/json",
            body: "",
        })
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        object(&self.send(&Request {
            method: "POST",
            path,
            content_type: "application/json",
            body: &body.to_string(),
        })?)
    }

    fn send(&self, request: &Request) -> Result<Reply> {
        request::send(self.port, self.certificate(), self.admin_token(), request)
    }
}

/// The object of a reply that is no refusal.
fn object(reply: &Reply) -> Result<Value> {
    ensure!(reply.code < 300, "{}: {}", reply.code, reply.body);
    Ok(serde_json::from_str(&reply.body)?)
}
