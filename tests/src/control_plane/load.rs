//! Documents of a folder, put into a cluster as people would.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::ControlPlane;

impl ControlPlane {
    /// Applies every document of a folder, its namespaces made first. A waiver is created as its requester
    /// would, and approved by an update of its own: nobody may create one approved.
    ///
    /// # Errors
    ///
    /// When the API server refuses one.
    pub fn load(&self, folder: &Path) -> Result<()> {
        let documents = documents(folder)?;
        let namespaces = documents.iter().filter_map(namespace);
        for namespace in namespaces.collect::<std::collections::BTreeSet<_>>() {
            let made =
                json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
            self.apply(&made.to_string())?;
        }
        let requested: Vec<Value> = documents.iter().map(requested).collect();
        self.apply(&list(&requested))?;
        let approved: Vec<Value> = documents
            .iter()
            .filter(|document| !document["spec"]["approvedBy"].is_null())
            .cloned()
            .collect();
        if !approved.is_empty() {
            self.apply(&list(&approved))?;
        }
        Ok(())
    }

    /// All objects of a resource, in all namespaces or in one.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn objects(&self, resource: &str, namespace: Option<&str>) -> Result<Vec<Value>> {
        let mut arguments = vec!["get", resource, "-o", "json"];
        match namespace {
            Some(namespace) => arguments.extend(["-n", namespace]),
            None => arguments.push("-A"),
        }
        let list: Value = serde_json::from_str(&self.kubectl(&arguments)?)?;
        Ok(list["items"].as_array().context("a list")?.clone())
    }

    /// One object.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn object(&self, resource: &str, namespace: &str, name: &str) -> Result<Value> {
        let arguments = ["get", resource, name, "-n", namespace, "-o", "json"];
        Ok(serde_json::from_str(&self.kubectl(&arguments)?)?)
    }

    /// Waits until an object fits, and returns it.
    ///
    /// # Errors
    ///
    /// When it does not within half a minute; how it was last is in the error.
    pub fn until(
        &self,
        resource: &str,
        namespace: &str,
        name: &str,
        fits: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let object = self.object(resource, namespace, name);
            if let Ok(object) = &object
                && fits(object)
            {
                return Ok(object.clone());
            }
            if Instant::now() > end {
                bail!("{resource} {namespace}/{name} never fitted; last: {object:#?}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The documents of a folder's YAML files, in the order of the files' paths.
///
/// # Errors
///
/// When a file cannot be read, or is no YAML.
pub fn documents(folder: &Path) -> Result<Vec<Value>> {
    let mut files = Vec::new();
    gather(folder, &mut files)?;
    files.sort();
    let mut documents = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        for document in serde_saphyr::from_multiple::<Value>(&text)? {
            ensure!(document["kind"].is_string(), "{}: no kind", file.display());
            documents.push(document);
        }
    }
    Ok(documents)
}

fn gather(folder: &Path, files: &mut Vec<std::path::PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() && !hidden {
            gather(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push(path);
        }
    }
    Ok(())
}

fn namespace(document: &Value) -> Option<&str> {
    document["metadata"]["namespace"].as_str()
}

fn requested(document: &Value) -> Value {
    let mut document = document.clone();
    if let Some(spec) = document["spec"].as_object_mut() {
        spec.remove("approvedBy");
    }
    document
}

fn list(items: &[Value]) -> String {
    json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()
}
