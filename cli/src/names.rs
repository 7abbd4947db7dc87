//! Names on the command line, and the ones that were meant by misspelt ones.

use std::fmt::Display;

use anyhow::anyhow;
use gradus_engine::key::ObjectKey;
use gradus_engine::view::{AssessmentView, Snapshot};

/// Names that an error lists at most.
const LISTED: usize = 12;

/// The known name that was most likely meant, if one is near enough.
pub(crate) fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let farthest = (wrong.chars().count() / 3).clamp(1, 4);
    known
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, name)| *distance <= farthest || name.starts_with(wrong))
        .min()
        .map(|(_, name)| name)
}

/// An error that says that there is no such thing, and names the nearest one, or all of them.
pub(crate) fn unknown<'a>(
    what: &str,
    wrong: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> anyhow::Error {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(wrong, known.iter().copied()) {
        Some(name) => anyhow!("there is no {what} {wrong}; did you mean {name}?"),
        None => anyhow!("there is no {what} {wrong}; use one of {}", listed(&known)),
    }
}

/// Names, separated by commas; those beyond the limit are counted.
pub(crate) fn listed(names: &[impl AsRef<str>]) -> String {
    let mut first: Vec<&str> = names.iter().take(LISTED).map(AsRef::as_ref).collect();
    let rest = format!("and {} more", names.len().saturating_sub(LISTED));
    if names.len() > LISTED {
        first.push(&rest);
    }
    if first.is_empty() {
        "none".to_owned()
    } else {
        first.join(", ")
    }
}

/// An object as `namespace/name`.
pub(crate) fn of(key: &ObjectKey) -> String {
    format!("{}/{}", key.namespace, key.name)
}

/// The assessment of a name: `namespace/name`, or the name alone while it is unique.
pub(crate) fn assessment<'a>(
    snapshot: &'a Snapshot,
    name: &str,
) -> anyhow::Result<&'a AssessmentView> {
    let matches = |key: &ObjectKey| of(key) == name || &*key.name == name;
    let mut found = snapshot.assessments.iter().filter(|(key, _)| matches(key));
    let all = || -> Vec<String> { snapshot.assessments.keys().map(of).collect() };
    match (found.next(), found.next()) {
        (Some((_, view)), None) => Ok(view),
        (None, _) => {
            let all = all();
            let short = snapshot.assessments.keys().map(|key| &*key.name);
            let near =
                nearest(name, all.iter().map(String::as_str)).or_else(|| nearest(name, short));
            Err(match near {
                Some(near) => anyhow!("there is no assessment {name}; did you mean {near}?"),
                None => anyhow!("there is no assessment {name}; use one of {}", listed(&all)),
            })
        }
        (Some(_), Some(_)) => {
            let same: Vec<String> = all()
                .into_iter()
                .filter(|full| full.rsplit('/').next() == Some(name))
                .collect();
            Err(anyhow!(
                "{name} is the name of several assessments; write {}",
                or(&same)
            ))
        }
    }
}

/// `a`, `a or b`, `a, b or c`.
fn or(names: &[impl Display]) -> String {
    let texts: Vec<String> = names.iter().map(ToString::to_string).collect();
    match texts.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn misspelt_name_finds_the_right_one() {
        let known = ["infram-2018", "emram-2018", "core-io"];
        assert_eq!(
            nearest("infarm-2018", known.into_iter()),
            Some("infram-2018")
        );
        assert_eq!(nearest("infram", known.into_iter()), Some("infram-2018"));
        assert_eq!(nearest("cmmi", known.into_iter()), None);
    }

    #[test]
    fn name_unlike_any_other_lists_all() {
        let wrong = unknown("model", "cmmi", ["core-io", "nimm-2011"]);
        assert_eq!(
            wrong.to_string(),
            "there is no model cmmi; use one of core-io, nimm-2011"
        );
    }
}
