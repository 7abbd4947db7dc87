//! The name that was meant by a misspelt one.

/// The known name that was most likely meant, if one is near enough: a third of the letters may differ, three at most.
fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(wrong);
    let farthest = (wrong.chars().count() / 3).clamp(1, 3);
    known
        .map(|name| (strsim::damerau_levenshtein(&folded, &fold(name)), name))
        .filter(|(distance, _)| *distance <= farthest)
        .min()
        .map(|(_, name)| name)
}

/// Without case and separators, the most common slips: `depends_on` and `DependsOn` mean `dependsOn`.
fn fold(name: &str) -> String {
    name.chars()
        .take(64)
        .filter(|c| !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// What to write instead of a wrong name: the nearest known one, or all of them.
pub(super) fn suggestion<'a>(wrong: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(wrong, known.clone()) {
        Some(name) => format!("did you mean {name}?"),
        None => format!("use one of {}", known.collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn misspelt_name_finds_the_right_one() {
        let known = ["dependsOn", "evidence", "owner"];
        assert_eq!(nearest("depends_on", known.into_iter()), Some("dependsOn"));
        assert_eq!(nearest("evidnece", known.into_iter()), Some("evidence"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}
