//! Asks a real API server what it says of objects, many at once.

use std::sync::Arc;

use gradus_crds::schema::plural;
use gradus_crds::{GROUP, VERSION};
use gradus_engine::key::Kind;
use http::{Method, Request};
use http_body_util::BodyExt;
use kube::Client;
use kube::client::Body;
use serde_json::{Number, Value};
use tokio::task::JoinSet;

/// How many requests are on their way at once: more do not make two cores faster.
const AT_ONCE: usize = 8;

/// What an API server does with fields that it does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fields {
    /// It refuses the object.
    Strict,
    /// It drops them, and warns.
    Warn,
}

/// A question: one request.
#[derive(Debug, Clone)]
pub struct Question {
    /// The method.
    pub method: Method,
    /// The address, without its parameters.
    pub path: String,
    /// Whether the answer is all that is wanted, and nothing is to be stored.
    pub dry: bool,
    /// What is to be done with unknown fields.
    pub fields: Fields,
    /// The object.
    pub object: Value,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Whether the server took the object.
    pub accepted: bool,
    /// The object as it is stored then, or a status.
    pub body: Value,
    /// The warnings that came along.
    pub warnings: Vec<String>,
}

/// An API server, with a namespace for what has one.
#[derive(Clone)]
pub struct Server {
    client: Client,
    namespace: String,
}

impl Server {
    /// A server as this client knows it.
    pub fn new(client: Client, namespace: impl Into<String>) -> Self {
        Self {
            client,
            namespace: namespace.into(),
        }
    }

    /// Where the objects of a kind are.
    pub fn collection(&self, kind: Kind) -> String {
        let plural = plural(kind);
        if kind.namespaced() {
            format!(
                "/apis/{GROUP}/{VERSION}/namespaces/{}/{plural}",
                self.namespace
            )
        } else {
            format!("/apis/{GROUP}/{VERSION}/{plural}")
        }
    }

    /// Whether an object could be created.
    pub fn creation(&self, kind: Kind, object: &Value) -> Question {
        Question {
            method: Method::POST,
            path: self.collection(kind),
            dry: true,
            fields: Fields::Strict,
            object: object.clone(),
        }
    }

    /// Whether an object of this name could be put in place of the one that is there, or its status.
    pub fn replacement(&self, kind: Kind, name: &str, below: &str, object: &Value) -> Question {
        Question {
            method: Method::PUT,
            path: format!("{}/{name}{below}", self.collection(kind)),
            dry: true,
            fields: Fields::Strict,
            object: object.clone(),
        }
    }

    /// Asks one thing.
    ///
    /// # Panics
    ///
    /// When the server cannot be asked.
    pub async fn ask(&self, question: &Question) -> Answer {
        let Question {
            method,
            path,
            dry,
            fields,
            object,
        } = question;
        let dry = if *dry { "dryRun=All&" } else { "" };
        let request = Request::builder()
            .method(method)
            .uri(format!("{path}?{dry}fieldValidation={fields:?}"))
            .header("Content-Type", "application/json")
            .body(Body::from(sent(object).to_string().into_bytes()))
            .expect("a request");
        let response = self.client.send(request).await.expect("the server answers");
        let accepted = response.status().is_success();
        let warnings = response.headers().get_all("Warning").iter();
        let warnings = warnings.map(|text| String::from_utf8_lossy(text.as_bytes()).into_owned());
        let warnings = warnings.collect();
        let body = response
            .into_body()
            .collect()
            .await
            .expect("a whole answer");
        Answer {
            accepted,
            body: serde_json::from_slice(&body.to_bytes()).expect("the server answers in JSON"),
            warnings,
        }
    }

    /// Asks many things, and gives the answers in the order of the questions.
    ///
    /// # Panics
    ///
    /// When the server cannot be asked.
    pub async fn ask_all(&self, questions: Vec<Question>) -> Vec<Answer> {
        let count = questions.len();
        let waiting = Arc::new(tokio::sync::Mutex::new(questions.into_iter().enumerate()));
        let mut workers = JoinSet::new();
        for _ in 0..AT_ONCE {
            let (server, waiting) = (self.clone(), waiting.clone());
            workers.spawn(async move {
                let mut answers = Vec::new();
                loop {
                    let next = waiting.lock().await.next();
                    let Some((number, question)) = next else {
                        return answers;
                    };
                    answers.push((number, server.ask(&question).await));
                }
            });
        }
        let answers = workers.join_all().await.into_iter();
        let mut answers: Vec<_> = answers.flatten().collect();
        answers.sort_by_key(|(number, _)| *number);
        assert_eq!(answers.len(), count, "every question has its answer");
        answers.into_iter().map(|(_, answer)| answer).collect()
    }
}

/// The object as kubectl sends it: whole numbers without a point, also where 4.0 is written. An API
/// server counts both as whole, but a rule in CEL would refuse to read the one with the point.
fn sent(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(sent).collect(),
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, field)| (name.clone(), sent(field)));
            Value::Object(fields.collect())
        }
        Value::Number(number) if number.is_f64() => {
            whole(number).map_or_else(|| value.clone(), Value::from)
        }
        _ => value.clone(),
    }
}

/// The whole number that a number with a point is, where JSON carries it exactly.
fn whole(number: &Number) -> Option<i64> {
    let text = format!("{:.0}", number.as_f64()?);
    let whole: i64 = text.parse().ok()?;
    let exact = whole.unsigned_abs() < 1 << 53 && number.as_f64()?.fract() == 0.0;
    exact.then_some(whole)
}
