//! The chart's reference is generated: its values from their schema, its rights from its roles.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;

use anyhow::Result;
use gradus_tests::chart::{folder, objects, permissions};
use gradus_tests::deployed::NAMESPACE;
use gradus_tests::running::binary::root;
use serde_json::Value;

const VALUES: &str = "<!-- Generated from charts/gradus; run the tests with GRADUS_BLESS=1 to update. -->
# Chart

`charts/gradus` installs Gradus on a cluster: [how to install](../how-to/install.md). Its values are checked against a
schema, so a misspelt one is refused by name.

## Values

| Value | Default | Means |
|---|---|---|
";

const OPERATOR: &str = "
## What the operator may do

| Where | What | Verbs |
|---|---|---|
";

const PEOPLE: &str = "
## What people may do

Each cell is a cluster role that joins the cluster's own role of the column. Who has a role of the cluster also has
those to its left.

| Cluster role | What | `view` | `edit` | `admin` |
|---|---|---|---|---|
";

/// A value that a user may set: its schema, and its default.
struct Setting {
    name: String,
    description: String,
    default: Option<Value>,
}

fn settings() -> Result<Vec<Setting>> {
    let schema = fs::read_to_string(folder().join("values.schema.json"))?;
    let defaults = fs::read_to_string(folder().join("values.yaml"))?;
    let mut settings = Vec::new();
    let schema: Value = serde_json::from_str(&schema)?;
    collect(
        &schema,
        &serde_saphyr::from_str(&defaults)?,
        "",
        &mut settings,
    );
    Ok(settings)
}

fn collect(schema: &Value, defaults: &Value, above: &str, settings: &mut Vec<Setting>) {
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        let path = format!("{above}{name}");
        let default = defaults.get(name);
        if schema["properties"].is_object() && schema["additionalProperties"] == false {
            collect(
                schema,
                default.unwrap_or(&Value::Null),
                &format!("{path}."),
                settings,
            );
        } else {
            settings.push(Setting {
                name: path,
                description: schema["description"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                default: default.cloned(),
            });
        }
    }
}

/// The paths of all defaults, as deep as the settings go.
fn defaults(value: &Value, above: &str, known: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{above}{name}");
        if known.contains(&path) || !value.is_object() {
            found.insert(path);
        } else {
            defaults(value, &format!("{path}."), known, found);
        }
    }
}

fn listed(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

fn strings(list: &Value) -> Vec<String> {
    let words = list.as_array().into_iter().flatten();
    words
        .filter_map(|word| word.as_str().map(str::to_owned))
        .collect()
}

fn reference() -> Result<String> {
    let mut text = VALUES.to_owned();
    for setting in settings()? {
        let default = setting
            .default
            .map_or_else(String::new, |value| format!("`{value}`"));
        writeln!(
            text,
            "| `{}` | {default} | {} |",
            setting.name, setting.description
        )?;
    }
    text.push_str(OPERATOR);
    for rule in permissions(&["namespaces={served}"])?.rules {
        let place = match rule.namespace.as_deref() {
            Some(NAMESPACE) => "its own namespace",
            Some(_) => "the `namespaces`, or all",
            None => "the cluster",
        };
        let named = match rule.names.as_slice() {
            [] => String::new(),
            names => format!(", named {}", listed(names)),
        };
        let (resources, groups) = (listed(&rule.resources), rule.groups.join(", "));
        let verbs = listed(&rule.verbs);
        writeln!(
            text,
            "| {place} | {resources} of `{groups}`{named} | {verbs} |"
        )?;
    }
    text.push_str(PEOPLE);
    text.push_str(&people(&objects(&[])?)?);
    Ok(text)
}

/// A line for each kind: the verbs of the roles that join view, edit and admin.
fn people(objects: &[Value]) -> Result<String> {
    let mut lines: BTreeMap<String, (String, [String; 3])> = BTreeMap::new();
    for role in objects
        .iter()
        .filter(|object| object["kind"] == "ClusterRole")
    {
        let name = role["metadata"]["name"].as_str().unwrap_or_default();
        let levels = ["view", "edit", "admin"];
        for (column, level) in levels.iter().enumerate() {
            let label = format!("rbac.authorization.k8s.io/aggregate-to-{level}");
            if role["metadata"]["labels"][label] != "true" {
                continue;
            }
            let rule = &role["rules"][0];
            let stem = name.trim_end_matches(level);
            let line = lines.entry(format!("{stem}*")).or_default();
            line.0 = listed(&strings(&rule["resources"]));
            line.1[column] = listed(&strings(&rule["verbs"]));
        }
    }
    let mut text = String::new();
    for (role, (resources, [view, edit, admin])) in lines {
        writeln!(
            text,
            "| `{role}` | {resources} | {view} | {edit} | {admin} |"
        )?;
    }
    Ok(text)
}

#[test]
fn every_value_has_a_default_and_a_description() -> Result<()> {
    let settings = settings()?;
    for setting in &settings {
        assert!(setting.description.ends_with('.'), "{}", setting.name);
        assert!(
            setting.default.is_some() || setting.name == "global",
            "{}",
            setting.name
        );
    }
    let known: BTreeSet<String> = settings.into_iter().map(|setting| setting.name).collect();
    let written = serde_saphyr::from_str(&fs::read_to_string(folder().join("values.yaml"))?)?;
    let mut found = BTreeSet::from(["global".to_owned()]);
    defaults(&written, "", &known, &mut found);
    assert_eq!(found, known);
    Ok(())
}

#[test]
fn the_generated_reference_of_the_chart_is_the_one_committed() -> Result<()> {
    let file = root().join("docs/reference/chart.md");
    let text = reference()?;
    if std::env::var_os("GRADUS_BLESS").is_some() {
        fs::write(&file, &text)?;
    }
    assert!(
        fs::read_to_string(&file).is_ok_and(|committed| committed == text),
        "docs/reference/chart.md is out of date: run the tests with GRADUS_BLESS=1"
    );
    Ok(())
}
