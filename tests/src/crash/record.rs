//! Everything that watches saw of a namespace: the lives of its assessments, and its Events.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use gradus_engine::key::Kind;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::objects::collection;
use super::tenant::Tenant;
use super::workload::Expected;
use crate::checks::history::{check_events, check_life};

/// What was seen, and is seen on.
#[derive(Debug)]
pub struct Record {
    seen: Arc<Mutex<Seen>>,
    watch: JoinHandle<()>,
}

/// What was seen.
#[derive(Debug, Default)]
struct Seen {
    /// Every observation of a life, by its uid.
    lives: BTreeMap<String, Vec<Value>>,
    /// The assessments that are there, by name.
    there: BTreeMap<String, Value>,
}

impl Record {
    /// Watches a tenant's assessments from now on: there are none yet.
    ///
    /// # Errors
    ///
    /// When the server refuses.
    pub fn begin(tenant: &Tenant<'_>) -> Result<Self> {
        let seen = Arc::<Mutex<Seen>>::default();
        let path = collection(Kind::Assessment, &tenant.namespace);
        let writes = Arc::clone(&seen);
        let watch = tenant
            .server
            .watch(&path, move |event| lock(&writes).take(&event))?;
        Ok(Self { seen, watch })
    }

    /// Whether the assessments that are there show all this, and no others are there.
    pub fn shows(&self, expected: &[Expected]) -> bool {
        let seen = lock(&self.seen);
        let shows = |expected: &Expected| {
            let assessment = seen.there.get(expected.assessment);
            assessment.is_some_and(|assessment| expected.shows(assessment))
        };
        seen.there.len() == expected.len() && expected.iter().all(shows)
    }

    /// What breaks the rules of what an assessment may remember, over all lives, Events included.
    pub fn complaints(&self, events: &[Value]) -> Vec<String> {
        let seen = lock(&self.seen);
        let of = |life: &Vec<Value>| {
            let mut complaints = check_life(life);
            complaints.extend(check_events(life, events));
            complaints
        };
        seen.lives.values().flat_map(of).collect()
    }

    /// The uids of the lives of an assessment, oldest first.
    pub fn lives(&self) -> Vec<(String, String)> {
        let seen = lock(&self.seen);
        let mut lives: Vec<(u64, String, String)> = seen
            .lives
            .iter()
            .filter_map(|(uid, life)| {
                let metadata = &life.first()?["metadata"];
                let version = metadata["resourceVersion"].as_str()?.parse().ok()?;
                let name = metadata["name"].as_str()?.to_owned();
                Some((version, name, uid.clone()))
            })
            .collect();
        lives.sort();
        let lives = lives.into_iter();
        lives.map(|(_, name, uid)| (name, uid)).collect()
    }

    /// How often any assessment was written since the beginning.
    pub fn observations(&self) -> usize {
        lock(&self.seen).lives.values().map(Vec::len).sum()
    }

    /// The assessments that are there, for whoever must say what is wrong.
    pub fn statuses(&self) -> Vec<Value> {
        let seen = lock(&self.seen);
        let status = |assessment: &Value| assessment["status"].clone();
        seen.there.values().map(status).collect()
    }
}

impl Seen {
    fn take(&mut self, event: &Value) {
        let object = &event["object"];
        let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
        let (Some(name), Some(uid)) = (text("/metadata/name"), text("/metadata/uid")) else {
            return;
        };
        if event["type"] == "DELETED" {
            self.there.remove(name);
            return;
        }
        let life = self.lives.entry(uid.to_owned()).or_default();
        life.push(object.clone());
        self.there.insert(name.to_owned(), object.clone());
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        self.watch.abort();
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
