//! Where things are found: the stable deep links of the page.

use std::fmt::Write;

use gradus_engine::key::ObjectKey;

/// The page of an assessment.
pub(super) fn assessment(key: &ObjectKey) -> String {
    format!(
        "/assessments/{}/{}",
        segment(&key.namespace),
        segment(&key.name)
    )
}

/// The page of a capability.
pub(super) fn capability(namespace: &str, name: &str) -> String {
    format!("/capabilities/{}/{}", segment(namespace), segment(name))
}

/// The page of a model.
pub(super) fn model(name: &str) -> String {
    format!("/models/{}", segment(name))
}

/// A criterion on the page that it stands on.
pub(super) fn criterion(name: &str) -> String {
    format!("#criterion-{}", segment(name))
}

/// One segment of a path: everything but unreserved characters is percent-encoded.
fn segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
