//! Objects that are really stored, for what has to be asked of one that is there.

use gradus_engine::key::Kind;
use gradus_tests::agreement::server::{Fields, Question, Server};
use http::Method;
use serde_json::{Value, json};

/// Stores objects, one in the place of the other, and gives the last as it is stored.
pub(crate) async fn store(server: &Server, kind: Kind, objects: &[Value]) -> Value {
    let mut stored = Value::Null;
    for object in objects {
        let mut question = if stored.is_null() {
            server.creation(kind, object)
        } else {
            replacing(server, kind, &stored, object)
        };
        question.dry = false;
        let answer = server.ask(&question).await;
        let size = object.to_string().len();
        assert!(answer.accepted, "{kind} of {size} bytes: {}", answer.body);
        stored = answer.body;
    }
    stored
}

/// The question whether an object may stand where another stands.
pub(crate) fn replacing(server: &Server, kind: Kind, stored: &Value, object: &Value) -> Question {
    let mut object = object.clone();
    for field in ["name", "resourceVersion"] {
        object["metadata"][field] = stored["metadata"][field].clone();
    }
    let name = stored["metadata"]["name"].as_str().expect("a name");
    server.replacement(kind, name, "", &object)
}

/// Takes an object away.
pub(crate) async fn remove(server: &Server, kind: Kind, name: &str) {
    let question = Question {
        method: Method::DELETE,
        path: format!("{}/{name}", server.collection(kind)),
        dry: false,
        fields: Fields::Warn,
        object: json!({}),
    };
    let answer = server.ask(&question).await;
    assert!(answer.accepted, "{kind}: {}", answer.body);
}
