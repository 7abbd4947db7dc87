//! The engine beside the naive judge, the engine beside itself, and the smallest scene on which
//! two of them differ.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use gradus_engine::delta::{Delta, Settled, Standing};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::model::{Aggregate, Item, Model, Requires};
use gradus_engine::object::Object;
use gradus_engine::verdict::Verdict;
use gradus_engine::view::{AssessmentView, Snapshot};
use gradus_engine::world::World;
use jiff::Timestamp;

use crate::naive::{Judgement, judge};
use crate::scene::Scene;

/// A world that was told these changes and settled.
pub fn world(deltas: impl IntoIterator<Item = Delta>, now: Timestamp) -> World {
    let mut world = World::new();
    for delta in deltas {
        world.apply(delta);
    }
    settle(&mut world, now);
    world
}

/// Settles to the end.
///
/// # Panics
///
/// When something remains without a budget.
pub fn settle(world: &mut World, now: Timestamp) -> Settled {
    let settled = world.settle(now, usize::MAX);
    assert_eq!(settled.remaining, 0, "nothing remains without a budget");
    settled
}

/// The engine's views of a scene.
pub fn snapshot(scene: &Scene, now: Timestamp) -> Snapshot {
    world(scene.deltas(), now).snapshot()
}

/// Where the engine and the naive judge differ, a line each.
pub fn disagreements(scene: &Scene, snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, _, _) in scene.assessments() {
        let Some(view) = snapshot.assessments.get(key) else {
            lines.push(format!("{key}: the engine has no view of it"));
            continue;
        };
        let said = match judge(scene, key, now) {
            Some(judgement) => beside(&judgement, view),
            None if view.assessed => vec!["the engine assesses what cannot be scored".to_owned()],
            None => Vec::new(),
        };
        lines.extend(said.into_iter().map(|line| format!("{key}: {line}")));
    }
    lines
}

fn beside(naive: &Judgement, view: &AssessmentView) -> Vec<String> {
    let mut lines = Vec::new();
    let mut differ = |what: &str, naive: String, engine: String| {
        if naive != engine {
            lines.push(format!("{what}: naive {naive}, engine {engine}"));
        }
    };
    differ(
        "assessed",
        format!("{:?}", naive.assessed),
        format!("{:?}", view.assessed),
    );
    if !naive.assessed || !view.assessed {
        return lines;
    }
    for row in &view.criteria {
        differ(
            &row.name,
            format!("{:?}", naive.verdicts.get(&*row.name)),
            format!("{:?}", Some(row.verdict)),
        );
        if let (Some(class), None, Verdict::Met) =
            (naive.classes.get(&*row.name), &row.met_by, row.verdict)
        {
            differ(
                &format!("class of {}", row.name),
                format!("{:?}", Some(class)),
                format!("{:?}", row.class.as_ref()),
            );
        }
    }
    differ(
        "stage",
        format!("{:?}", naive.stage.proven),
        format!("{:?}", view.stage),
    );
    differ(
        "potential stage",
        format!("{:?}", naive.stage.potential),
        format!("{:?}", view.potential_stage),
    );
    differ(
        "stage without waivers",
        format!("{:?}", naive.stage.without_waivers),
        format!("{:?}", view.stage_without_waivers),
    );
    let domains: BTreeMap<String, Option<u32>> = view
        .domains
        .iter()
        .map(|domain| (domain.name.to_string(), domain.stage))
        .collect();
    differ(
        "domains",
        format!("{:?}", naive.domain_stages),
        format!("{domains:?}"),
    );
    let exact = naive
        .score
        .proven
        .as_ref()
        .map(|score| format!("{}/{}", score.numer(), score.denom()));
    differ(
        "score",
        format!("{exact:?}"),
        format!(
            "{:?}",
            view.score
                .as_ref()
                .map(|score| format!("{}/{}", score.numerator, score.denominator))
        ),
    );
    differ(
        "shown",
        format!("{:?}", naive.shown),
        format!("{:?}", view.score.as_ref().map(|score| score.shown.clone())),
    );
    differ(
        "tally",
        format!("{:?}", naive.tally),
        format!("{:?}", tally(view)),
    );
    if let Some(missing) = naive.missing {
        differ("missing", missing.to_string(), view.missing.to_string());
    }
    lines
}

fn tally(view: &AssessmentView) -> BTreeMap<Verdict, u64> {
    let tally = view.tally;
    let counts = [
        (Verdict::Met, tally.met),
        (Verdict::Held, tally.held),
        (Verdict::Unmet, tally.unmet),
        (Verdict::Unknown, tally.unknown),
        (Verdict::NotApplicable, tally.not_applicable),
        (Verdict::Waived, tally.waived),
    ];
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// Everything a snapshot says but what it remembers (ledgers, and since when), as text by object.
pub fn said(snapshot: &Snapshot) -> BTreeMap<String, String> {
    let mut said = BTreeMap::from([("next due".to_owned(), format!("{:?}", snapshot.next_due))]);
    for (key, view) in &snapshot.assessments {
        let AssessmentView {
            problem,
            assessed,
            stage,
            potential_stage,
            stage_without_waivers,
            next_stage,
            missing,
            score,
            stages,
            ..
        } = &**view;
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{problem:?} {assessed} {stage:?} {potential_stage:?} {stage_without_waivers:?}"
        );
        let _ = writeln!(
            text,
            "{next_stage:?} {missing} {score:?}\n{stages:?}\n{:?}\n{:?}",
            view.domains, view.criteria
        );
        let _ = writeln!(
            text,
            "{:?} {:?}\n{:?}\n{:?}",
            view.tally, view.confidence, view.gaps, view.next_steps
        );
        let _ = writeln!(
            text,
            "{:?} {:?}\n{:?}",
            view.awarded, view.forecast, view.ends
        );
        let _ = writeln!(
            text,
            "{} {} {:?}",
            view.target_at_risk, view.paused, view.stale_sources
        );
        let _ = writeln!(
            text,
            "{:?} {}\n{:?}",
            view.standing, view.inputs_digest, view.impacts
        );
        said.insert(key.to_string(), text);
    }
    for view in snapshot.capabilities.iter() {
        let mut text = String::new();
        let _ = writeln!(
            text,
            "{:?} {:?} {:?} {:?}",
            view.kind, view.state, view.reason, view.class
        );
        let _ = writeln!(
            text,
            "{:?} {:?}\n{:?}",
            view.facts, view.disagreeing, view.evidence
        );
        let _ = writeln!(
            text,
            "{:?} {:?} {:?}",
            view.valid_until, view.missing_dependencies, view.standing
        );
        said.insert(view.key.to_string(), text);
    }
    for (key, view) in &snapshot.attestations {
        said.insert(
            key.to_string(),
            format!("{:?} {:?}", view.counted, view.valid_until),
        );
    }
    for (key, view) in &snapshot.waivers {
        said.insert(
            key.to_string(),
            format!(
                "{:?} {:?} {:?}",
                view.effective, view.would_pass_now, view.until
            ),
        );
    }
    said
}

/// The lines that two texts by object do not share.
pub fn unlike(left: &BTreeMap<String, String>, right: &BTreeMap<String, String>) -> Vec<String> {
    let mut lines = Vec::new();
    for key in left
        .keys()
        .chain(right.keys().filter(|key| !left.contains_key(*key)))
    {
        let texts = [left.get(key), right.get(key)].map(|text| text.map_or("", String::as_str));
        let [mut here, mut there] = texts.map(str::lines);
        loop {
            match (here.next(), there.next()) {
                (None, None) => break,
                (one, other) if one == other => {}
                (one, other) => lines.push(format!(
                    "{key}:\n  {}\n  {}",
                    one.unwrap_or("-"),
                    other.unwrap_or("-")
                )),
            }
        }
    }
    lines
}

/// The smallest scene that still fails: without every object, criterion, gate, successor, fact and
/// evidence that it does not take.
pub fn shrink(scene: &Scene, fails: &dyn Fn(&Scene) -> bool) -> Scene {
    let mut smallest = scene.clone();
    loop {
        let smaller = smaller(&smallest)
            .into_iter()
            .find(|candidate| fails(candidate));
        match smaller {
            Some(scene) => smallest = scene,
            None => return smallest,
        }
    }
}

fn smaller(scene: &Scene) -> Vec<Scene> {
    let mut candidates = Vec::new();
    for (key, placed) in &scene.objects {
        let used = scene
            .assessments()
            .any(|(_, _, assessment)| assessment.model == key.name);
        if key.kind != Kind::MaturityModel || !used {
            let mut candidate = scene.clone();
            candidate.apply(&Delta::Remove {
                key: key.clone(),
                uid: placed.life.uid.clone(),
            });
            candidates.push(candidate);
        }
        if placed.standing != Standing::Live {
            let mut candidate = scene.clone();
            candidate.apply(&Delta::Source {
                key: key.clone(),
                standing: Standing::Live,
            });
            candidates.push(candidate);
        }
        candidates.extend(
            simpler(&placed.object)
                .into_iter()
                .map(|object| with(scene, key, object)),
        );
    }
    for uid in scene.ledgers.keys() {
        let mut candidate = scene.clone();
        candidate.ledgers.remove(uid);
        candidates.push(candidate);
    }
    candidates
}

fn with(scene: &Scene, key: &ObjectKey, object: Object) -> Scene {
    let mut candidate = scene.clone();
    if let Some(placed) = candidate.objects.get_mut(key) {
        placed.object = object;
    }
    candidate
}

fn simpler(object: &Object) -> Vec<Object> {
    match object {
        Object::Model(model) => simpler_models(model)
            .into_iter()
            .map(|model| Object::Model(Arc::new(model)))
            .collect(),
        Object::Capability(capability) => {
            let mut simpler = Vec::new();
            for index in 0..capability.evidence.len() {
                let mut other = capability.clone();
                other.evidence.remove(index);
                simpler.push(other);
            }
            for index in 0..capability.depends_on.len() {
                let mut other = capability.clone();
                other.depends_on.remove(index);
                simpler.push(other);
            }
            for fact in capability.facts.keys() {
                let mut other = capability.clone();
                other.facts.remove(fact);
                simpler.push(other);
            }
            if capability.units.is_some() {
                simpler.push(gradus_engine::object::Capability {
                    units: None,
                    ..capability.clone()
                });
            }
            simpler.into_iter().map(Object::Capability).collect()
        }
        Object::Assessment(assessment) => {
            let mut plain = (**assessment).clone();
            plain.not_applicable.clear();
            plain.capabilities = None;
            if plain == **assessment {
                Vec::new()
            } else {
                vec![Object::Assessment(plain.into())]
            }
        }
        Object::Attestation(_) | Object::Waiver(_) => Vec::new(),
    }
}

fn simpler_models(model: &Model) -> Vec<Model> {
    let mut simpler = Vec::new();
    for index in 0..model.criteria.len() {
        let mut other = model.clone();
        let gone = other.criteria.remove(index).name;
        for criterion in &mut other.criteria {
            criterion.superseded_by.retain(|name| *name != gone);
            criterion.depends_on.retain(|edge| edge.criterion != gone);
        }
        simpler.push(other);
        for edge in 0..model.criteria[index].depends_on.len() {
            let mut other = model.clone();
            other.criteria[index].depends_on.remove(edge);
            simpler.push(other);
        }
        for requires in simpler_requirements(&model.criteria[index].requires) {
            let mut other = model.clone();
            other.criteria[index].requires = requires;
            simpler.push(other);
        }
        if !model.criteria[index].applies_to.is_empty() {
            let mut other = model.clone();
            other.criteria[index].applies_to.clear();
            simpler.push(other);
        }
    }
    if !model.domains.is_empty() && model.scoring.by == Aggregate::Walk {
        let mut other = model.clone();
        other.domains.clear();
        other
            .criteria
            .iter_mut()
            .for_each(|criterion| criterion.domain = None);
        simpler.push(other);
    }
    let compiles =
        |model: &Model| gradus_engine::program::Program::compile(Arc::new(model.clone())).is_ok();
    simpler.into_iter().filter(compiles).collect()
}

fn simpler_requirements(requires: &Requires) -> Vec<Requires> {
    match requires {
        Requires::Leaf(_) => Vec::new(),
        Requires::AllOf(items) | Requires::AnyOf(items) | Requires::AtLeast { of: items, .. } => {
            items
                .iter()
                .flat_map(|item| match item {
                    Item::Leaf(leaf) => vec![leaf.clone()],
                    Item::AnyOf(leaves) => leaves.clone(),
                })
                .map(Requires::Leaf)
                .collect()
        }
    }
}

/// A scene in a line for each of its parts, with what is left out left out.
pub fn described(scene: &Scene) -> String {
    let mut text = String::new();
    for (key, placed) in &scene.objects {
        let _ = match &placed.object {
            Object::Model(model) => {
                let _ = writeln!(text, "{key}: {:?}", model.scoring);
                for stage in &model.stages {
                    let _ = write!(text, "  stage {} {:?}", stage.rank, stage.gate);
                }
                let _ = writeln!(text);
                for domain in &model.domains {
                    let _ = writeln!(
                        text,
                        "  {} below {:?}, weight {}",
                        domain.name, domain.parent, domain.weight
                    );
                }
                for one in &model.criteria {
                    let _ = writeln!(
                        text,
                        "  {} {:?} stage {:?} domain {:?} weight {} scored {} at least {} external {} waivable {}\n    \
                         successors {:?} depends {:?} negates {:?} applies {:?}\n    {:?}",
                        one.name,
                        one.kind,
                        one.stage,
                        one.domain,
                        one.weight,
                        one.scored,
                        one.at_least,
                        one.external,
                        one.waivable,
                        one.superseded_by,
                        one.depends_on,
                        one.negates,
                        one.applies_to,
                        one.requires
                    );
                }
                Ok(())
            }
            Object::Assessment(assessment) => writeln!(
                text,
                "{key}: of {} selects {:?} attributes {:?} not applicable {:?}",
                assessment.model,
                assessment.capabilities,
                assessment.attributes,
                assessment.not_applicable
            ),
            other => writeln!(
                text,
                "{key} ({}): {other:?} {:?}",
                placed.life.uid, placed.standing
            ),
        };
    }
    for ((uid, item), look) in &scene.looks {
        let _ = writeln!(text, "{uid} {item}: {look:?}");
    }
    for (uid, ledger) in &scene.ledgers {
        let _ = writeln!(text, "{uid}: {:?}", ledger.high_water);
    }
    text
}
