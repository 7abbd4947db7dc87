//! The right name for a wrong one.

/// The known name that was most likely meant, if one is near enough.
pub(super) fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(wrong);
    let farthest = (wrong.chars().count() / 3).clamp(1, 3);
    known
        .map(|name| (strsim::damerau_levenshtein(&folded, &fold(name)), name))
        .filter(|(distance, _)| *distance <= farthest)
        .min()
        .map(|(_, name)| name)
}

/// Case and separators are the usual slips: `depends_on` and `DependsOn` mean `dependsOn`.
fn fold(name: &str) -> String {
    name.chars()
        .take(64)
        .filter(|c| !matches!(c, '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// A way to mend a wrong name: the one that was meant, or all there are.
pub(super) fn instead<'a>(wrong: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    match nearest(wrong, known.clone()) {
        Some(name) => format!("did you mean {name}?"),
        None => format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_of_case_and_of_two_letters_find_the_right_name() {
        let known = ["dependsOn", "evidence", "owner"];
        assert_eq!(nearest("depends_on", known.into_iter()), Some("dependsOn"));
        assert_eq!(nearest("evidnece", known.into_iter()), Some("evidence"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}
