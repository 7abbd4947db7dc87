//! Small models: enough to fall from, and little to read when something is wrong.

use gradus_engine::key::Kind;
use serde_json::{Value, json};

use super::objects::object;

/// Stages 1 to 3 ask for two capabilities each; losing one of them loses the stage.
pub(super) const LADDER: &str = "crash-ladder";
/// Levels 1 to 3 by the mean of four answers.
pub(super) const POINTS: &str = "crash-points";
/// Two domains with a stage each, and no stage of the whole.
pub(super) const DOMAINS: &str = "crash-domains";

/// What the ladder asks for, by stage.
pub(super) const CRITERIA: [(&str, u32); 6] = [
    ("power", 1),
    ("cabling", 1),
    ("wireless", 2),
    ("directory", 2),
    ("failover", 3),
    ("backup", 3),
];
/// What the points are given for.
pub(super) const ANSWERS: [&str; 4] = ["power", "cabling", "wireless", "directory"];

/// The models that no workload changes.
pub(super) fn standing() -> [Value; 3] {
    [ladder(LADDER, &CRITERIA), points(), domains()]
}

/// A ladder of criteria with their stages.
pub(super) fn ladder(name: &str, criteria: &[(&str, u32)]) -> Value {
    let criteria = criteria.iter().map(
        |(name, stage)| json!({"name": name, "title": name, "stage": stage, "waivable": true}),
    );
    model(
        name,
        json!({
            "stages": stages(0..=3),
            "criteria": criteria.collect::<Value>(),
            "scoring": {
                "walk": {"threshold": {"numerator": 7, "denominator": 10}, "emptyStage": "Skip"},
                "overall": {"over": "Criteria", "by": "Walk"},
            },
        }),
    )
}

fn points() -> Value {
    let criteria = ANSWERS.map(|name| {
        json!({
            "name": name,
            "title": name,
            "domain": "site",
            "requires": {"capability": name, "grade": {"fact": "level", "min": 1, "max": 3}},
        })
    });
    let level = |rank: u32| json!({"rank": rank, "from": {"numerator": rank, "denominator": 1}});
    model(
        POINTS,
        json!({
            "stages": stages(1..=3),
            "domains": [{"name": "site", "title": "Site", "report": true}],
            "criteria": criteria,
            "scoring": {
                "leaf": "Mean",
                "inner": "None",
                "overall": {"over": "Domains", "by": "Mean"},
                "unknown": "Lowest",
                "display": {"digits": 1},
                "levels": [level(1), level(2), level(3)],
            },
        }),
    )
}

fn domains() -> Value {
    let criteria = CRITERIA.map(|(name, stage)| {
        let domain = match name {
            "power" | "wireless" | "failover" => "network",
            _ => "records",
        };
        json!({"name": name, "title": name, "stage": stage, "domain": domain})
    });
    model(
        DOMAINS,
        json!({
            "stages": stages(0..=3),
            "domains": [
                {"name": "network", "title": "Network", "report": true},
                {"name": "records", "title": "Records", "report": true},
            ],
            "criteria": criteria,
            "scoring": {
                "walk": {"threshold": {"numerator": 1, "denominator": 1}, "emptyStage": "Skip"},
                "leaf": "Walk",
                "overall": {"over": "Criteria", "by": "None"},
            },
        }),
    )
}

fn stages(ranks: std::ops::RangeInclusive<u32>) -> Value {
    ranks
        .map(|rank| json!({"rank": rank, "name": format!("Stage {rank}")}))
        .collect()
}

fn model(name: &str, mut spec: Value) -> Value {
    spec["title"] = json!("A small model");
    spec["version"] = json!("1");
    spec["owner"] = json!({"team": "tests", "contact": "tests"});
    spec["source"] = json!({
        "url": "https://models.example/small",
        "licence": "Apache-2.0",
        "attribution": "Made for tests.",
        "completeness": "all of it",
        "disclaimer": "Nobody is assessed by it.",
    });
    object(Kind::MaturityModel, name, spec)
}
