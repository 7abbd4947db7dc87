//! The labels and queries in the templates of annotations.

/// The labels of the alert that a template uses.
pub(crate) fn labels(text: &str) -> Vec<String> {
    let named = text.split("$labels.").skip(1);
    named
        .map(|rest| {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            rest.get(..end.unwrap_or(rest.len()))
                .unwrap_or_default()
                .to_owned()
        })
        .collect()
}

/// The series that a template queries: the texts of `printf` without their matchers.
pub(crate) fn queries(text: &str) -> Vec<String> {
    let asked = text.split("with printf `").skip(1);
    asked
        .filter_map(|rest| rest.split_once("%s` $of | query"))
        .map(|(series, _)| series.to_owned())
        .collect()
}

/// The template without its queries, as a ruler that does not run them would need it.
pub(crate) fn without_queries(text: &str) -> String {
    let Some(start) = text.find("{{ with printf") else {
        return text.to_owned();
    };
    let (before, block) = text.split_at(start);
    let mut depth = 0_i32;
    let mut at = 0;
    while let Some(open) = block[at..].find("{{") {
        let action = &block[at + open + 2..];
        let word = action.trim_start();
        let end = action
            .find("}}")
            .map_or(block.len(), |end| at + open + 2 + end + 2);
        if word.starts_with("with") || word.starts_with("if") || word.starts_with("range") {
            depth += 1;
        } else if word.starts_with("end") {
            depth -= 1;
        }
        at = end;
        if depth == 0 {
            break;
        }
    }
    [before, &without_queries(&block[at..])].concat()
}

#[test]
fn labels_and_queries_are_found_in_a_template() {
    let text = "Of {{ $labels.a_b }}.{{ with printf `x%s` $of | query }}{{ with first . }} It is {{ .Value }}.\
                {{ end }}{{ end }}{{ with printf `y%s` $of | query }}{{ . }}{{ end }}";
    assert_eq!(labels(text), ["a_b"]);
    assert_eq!(queries(text), ["x", "y"]);
    assert_eq!(without_queries(text), "Of {{ $labels.a_b }}.");
}
