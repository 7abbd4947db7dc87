//! The answers of an API server that refuses.

use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::call::{Call, Verb};

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 409: the object changed since it was read.
    Conflict,
    /// 410: the resource version, or the continue token, is too old.
    Expired,
    /// 429: come again after so many seconds.
    TooManyRequests {
        /// The `Retry-After`, in seconds.
        retry_after: u32,
    },
    /// 500: something broke in the server.
    InternalError,
    /// 503: the server is not there for now.
    Unavailable,
    /// 403: RBAC does not allow it.
    Forbidden,
    /// 404: no such object, or no such kind.
    NotFound,
}

impl Refusal {
    fn code(self) -> StatusCode {
        match self {
            Self::Conflict => StatusCode::CONFLICT,
            Self::Expired => StatusCode::GONE,
            Self::TooManyRequests { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::InternalError => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::Conflict => "Conflict",
            Self::Expired => "Expired",
            Self::TooManyRequests { .. } => "TooManyRequests",
            Self::InternalError => "InternalError",
            Self::Unavailable => "ServiceUnavailable",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "NotFound",
        }
    }

    fn message(self, call: &Call) -> String {
        let resource = call.qualified_resource();
        let name = &call.name;
        match self {
            Self::Conflict => format!(
                "Operation cannot be fulfilled on {resource} \"{name}\": the object has been \
                 modified; please apply your changes to the latest version and try again"
            ),
            Self::Expired if call.verb == Verb::List => {
                "The provided continue parameter is too old to display a consistent list result. \
                 You must start a new list without the continue parameter."
                    .to_owned()
            }
            Self::Expired => "too old resource version: 1 (2)".to_owned(),
            Self::TooManyRequests { .. } => "Too many requests, please try again later.".to_owned(),
            Self::InternalError => "Internal error occurred: a fault was asked for".to_owned(),
            Self::Unavailable => "the server is currently unable to handle the request".to_owned(),
            Self::Forbidden => {
                format!("{resource} \"{name}\" is forbidden: a fault was asked for")
            }
            Self::NotFound if name.is_empty() => {
                "the server could not find the requested resource".to_owned()
            }
            Self::NotFound => format!("{resource} \"{name}\" not found"),
        }
    }

    /// The `Status` object that says so.
    pub(super) fn status(self, call: &Call) -> Value {
        let mut details = json!({
            "name": call.name,
            "group": call.group,
            "kind": call.resource,
        });
        if let Self::TooManyRequests { retry_after } = self {
            details["retryAfterSeconds"] = json!(retry_after);
        }
        json!({
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message(call),
            "reason": self.reason(),
            "details": details,
            "code": self.code().as_u16(),
        })
    }

    /// The answer that says so.
    pub(super) fn response(self, call: &Call) -> Response<Bytes> {
        let mut response = json_response(Bytes::from(self.status(call).to_string()));
        *response.status_mut() = self.code();
        if let Self::TooManyRequests { retry_after } = self {
            let retry_after = HeaderValue::from(retry_after);
            response.headers_mut().insert(RETRY_AFTER, retry_after);
        }
        response
    }
}

/// An answer in JSON, made here.
pub(super) fn json_response(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}
