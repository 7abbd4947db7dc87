//! The built-in model library. A MaturityModel object of the same name takes precedence over it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::model::Model;
use serde_json::Value;

use crate::resource::{Resource, decode};

/// One model of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LibraryModel {
    /// Its name, which carries the edition.
    pub name: &'static str,
    /// Its YAML.
    pub text: &'static str,
}

/// Every model of the library, by name.
pub fn library() -> &'static [LibraryModel] {
    &[
        LibraryModel {
            name: "core-io",
            text: include_str!("../../library/models/core-io.yaml"),
        },
        LibraryModel {
            name: "emram-2018",
            text: include_str!("../../library/models/emram-2018.yaml"),
        },
        LibraryModel {
            name: "infram-2018",
            text: include_str!("../../library/models/infram-2018.yaml"),
        },
        LibraryModel {
            name: "nimm-2011",
            text: include_str!("../../library/models/nimm-2011.yaml"),
        },
    ]
}

/// The model of this name; none when the library has no such model. Each is parsed once, at its first use.
pub fn find(name: &str) -> Option<Arc<Model>> {
    static PARSED: OnceLock<BTreeMap<&'static str, OnceLock<Option<Arc<Model>>>>> = OnceLock::new();
    let parsed = PARSED.get_or_init(|| {
        library()
            .iter()
            .map(|model| (model.name, OnceLock::new()))
            .collect()
    });
    let slot = parsed.get(name)?;
    slot.get_or_init(|| {
        // A test holds that every text of the library parses.
        let model = library().iter().find(|model| model.name == name)?;
        parse(model.text).ok()
    })
    .clone()
}

/// Parses the text of one model.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn parse(text: &str) -> Result<Arc<Model>, Vec<Diagnostic>> {
    let value: Value = serde_saphyr::from_str(text)
        .map_err(|error| vec![Diagnostic::error("Unreadable", "", error.to_string())])?;
    match decode(&value)? {
        Resource::MaturityModel(document) => crate::convert::model(&document).map(Arc::new),
        other => Err(vec![Diagnostic::error(
            "UnknownKind",
            "kind",
            format!("a {} is not a MaturityModel", other.kind()),
        )]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_models_parse_under_their_own_names() {
        for entry in library() {
            let model =
                parse(entry.text).unwrap_or_else(|wrong| panic!("{}: {wrong:#?}", entry.name));
            assert_eq!(&*model.name, entry.name);
            assert_eq!(model.digest.len(), 64);
            assert!(find(entry.name).is_some());
        }
        assert!(find("no-such-model").is_none());
    }
}
