//! Where two values differ, in lines that a person can read.

use serde_json::Value;

/// A line for each place in which two values differ: the path, what was due, what there is.
pub(super) fn difference(due: &Value, there: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    compare("", due, there, &mut lines);
    lines
}

fn compare(path: &str, due: &Value, there: &Value, lines: &mut Vec<String>) {
    match (due, there) {
        (Value::Object(due), Value::Object(there)) => {
            let mut fields: Vec<&String> = due.keys().chain(there.keys()).collect();
            fields.sort();
            fields.dedup();
            for field in fields {
                let of = |map: &serde_json::Map<_, _>| map.get(field).cloned().unwrap_or_default();
                compare(&format!("{path}/{field}"), &of(due), &of(there), lines);
            }
        }
        (Value::Array(due), Value::Array(there)) => {
            for index in 0..due.len().max(there.len()) {
                let of = |items: &[Value]| items.get(index).cloned().unwrap_or_default();
                compare(&format!("{path}/{index}"), &of(due), &of(there), lines);
            }
        }
        (due, there) if due != there => {
            lines.push(format!("{path}: {due} was due, there is {there}"));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_place_that_differs_has_a_line() {
        let due = json!({"stage": 3, "history": [{"to": 1}, {"to": 2}], "same": true});
        let there = json!({"stage": 2, "history": [{"to": 1}], "same": true});
        assert_eq!(
            difference(&due, &there),
            [
                r#"/history/1: {"to":2} was due, there is null"#,
                "/stage: 3 was due, there is 2",
            ]
        );
        assert_eq!(difference(&due, &due), Vec::<String>::new());
    }
}
