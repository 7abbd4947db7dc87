//! Assessments as Kubernetes tools read them: a `List` with full status.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_crds::Resource;
use gradus_crds::status::{Before, Beside, assessment_status};
use gradus_engine::key::ObjectKey;
use gradus_engine::view::AssessmentView;
use serde_json::{Value, json};

/// A list of assessments: metadata and spec as they are stated, and the status that follows.
pub(crate) fn list<'a>(
    views: impl IntoIterator<Item = &'a AssessmentView>,
    stated: &BTreeMap<ObjectKey, Arc<Resource>>,
) -> Value {
    let items: Vec<Value> = views
        .into_iter()
        .filter_map(|view| {
            let status = assessment_status(view, Beside::of(view), Before::nothing(view.at));
            Some(stated.get(&view.key)?.document_with(&status))
        })
        .collect();
    json!({"apiVersion": "v1", "kind": "List", "items": items})
}
