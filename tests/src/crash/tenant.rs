//! A namespace of its own, and the account of an operator that is limited to it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use gradus_engine::key::Kind;
use serde_json::{Value, json};

use super::objects::{collection, path};
use super::rights;
use super::server::Server;
use super::workload::{Edit, NAMESPACE};
use crate::checks::promises::check_promises;

/// A namespace, and who operates in it.
#[derive(Debug)]
pub struct Tenant<'a> {
    /// The way to the API server.
    pub server: &'a Server,
    /// The namespace; the account and the lease in it have its name.
    pub namespace: String,
    token: String,
}

impl<'a> Tenant<'a> {
    /// Makes a namespace with an account that has the chart's rights in it, and waits until they are in
    /// force.
    ///
    /// # Errors
    ///
    /// When the server refuses something, or the rights are not in force in time.
    pub fn new(server: &'a Server) -> Result<Self> {
        let namespace = server.plane.namespace("crash")?;
        let accounts = format!("/api/v1/namespaces/{namespace}/serviceaccounts");
        server.create(&accounts, &json!({"metadata": {"name": namespace}}))?;
        for right in rights::rights()? {
            let right = named(right, &namespace);
            server.apply(&rights::path(&right)?, &right)?;
        }
        let token = server.plane.service_account_token(&namespace, &namespace)?;
        let tenant = Self {
            server,
            namespace,
            token,
        };
        tenant.wait_for_rights()?;
        Ok(tenant)
    }

    /// A kubeconfig of its operator for a server's URL, which may be a proxy's.
    ///
    /// # Errors
    ///
    /// When it cannot be written.
    pub fn kubeconfig(&self, url: &str) -> Result<PathBuf> {
        self.server.plane.kubeconfig_through(url, &self.token)
    }

    /// Puts an object there, in this namespace or for all of them.
    ///
    /// An approved waiver is asked for first, as by two people: nobody may create one approved.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn apply(&self, object: &Value) -> Result<Value> {
        let mut object = named(object, &self.namespace);
        let kind = kind_of(&object)?;
        let name = object["metadata"]["name"].as_str().context("a name")?;
        let path = path(kind, &self.namespace, name);
        let spec = object["spec"].as_object_mut().context("a spec")?;
        let Some(approver) = spec.remove("approvedBy") else {
            return self.server.apply(&path, &object);
        };
        self.server.apply(&path, &object)?;
        object["spec"]["approvedBy"] = approver;
        self.server.apply(&path, &object)
    }

    /// Does what people do.
    ///
    /// # Errors
    ///
    /// When the server refuses it.
    pub fn edit(&self, edit: &Edit) -> Result<()> {
        match edit {
            Edit::Apply(object) => self.apply(object).map(drop),
            Edit::Delete(kind, name) => self.server.delete(&path(*kind, &self.namespace, name)),
        }
    }

    /// Every object of our kinds that is its own, models included.
    ///
    /// # Errors
    ///
    /// When the server fails.
    pub fn objects(&self) -> Result<Vec<Value>> {
        let mut objects = Vec::new();
        for kind in Kind::ALL {
            let listed = self.server.list(&collection(kind, &self.namespace))?;
            let own = listed.into_iter().filter(|object| {
                kind.namespaced() || self.names(object["metadata"]["name"].as_str())
            });
            // A list leaves out what its items are.
            objects.extend(own.map(|mut object| {
                object["kind"] = kind.as_str().into();
                object
            }));
        }
        Ok(objects)
    }

    /// What its objects break of what is promised of all, once the operator is at rest.
    ///
    /// # Errors
    ///
    /// When the server fails.
    pub fn broken_promises(&self) -> Result<Vec<String>> {
        Ok(self.objects()?.iter().flat_map(check_promises).collect())
    }

    /// The Events in it.
    ///
    /// # Errors
    ///
    /// When the server fails.
    pub fn events(&self) -> Result<Vec<Value>> {
        let path = format!(
            "/apis/events.k8s.io/v1/namespaces/{}/events",
            self.namespace
        );
        self.server.list(&path)
    }

    /// Whether a name is one of its own.
    pub fn names(&self, name: Option<&str>) -> bool {
        name.is_some_and(|name| name.contains(&self.namespace))
    }

    fn wait_for_rights(&self) -> Result<()> {
        let namespace = self.namespace.as_str();
        let user = format!("system:serviceaccount:{namespace}:{namespace}");
        for (right, namespace) in [
            (("watch", "gradus.dev", "profiles"), ""),
            (("watch", "gradus.dev", "waivers"), namespace),
            (("create", "coordination.k8s.io", "leases"), namespace),
        ] {
            self.server.plane.until_allowed(&user, right, namespace)?;
        }
        Ok(())
    }
}

impl Drop for Tenant<'_> {
    /// Models are everybody's: what is over must not be read by those who go on.
    fn drop(&mut self) {
        let Ok(objects) = self.objects() else { return };
        for object in objects {
            let name = object["metadata"]["name"].as_str().unwrap_or_default();
            if let Ok(kind) = kind_of(&object)
                && !kind.namespaced()
            {
                // Another run does not fail of it.
                let _ = self.server.delete(&path(kind, "", name));
            }
        }
    }
}

/// An object in which [`NAMESPACE`] is the namespace's name.
fn named(object: &Value, namespace: &str) -> Value {
    match object {
        Value::String(text) => text.replace(NAMESPACE, namespace).into(),
        Value::Array(items) => items.iter().map(|item| named(item, namespace)).collect(),
        Value::Object(fields) => fields
            .iter()
            .map(|(field, value)| (field.clone(), named(value, namespace)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        plain => plain.clone(),
    }
}

fn kind_of(object: &Value) -> Result<Kind> {
    let word = object["kind"].as_str().unwrap_or_default();
    let kind = Kind::ALL.into_iter().find(|kind| kind.as_str() == word);
    kind.with_context(|| format!("{word:?} is no kind of ours"))
}
