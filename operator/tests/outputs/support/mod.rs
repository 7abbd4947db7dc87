//! A small published world, made by hand: every output reads views alone, so that is enough.

mod assessments;
mod model;
pub(crate) mod objects;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};

use gradus_engine::diagnostic::Diagnostic;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::object as o;
use gradus_engine::program::Program;
use gradus_engine::verdict::NotEffective;
use gradus_engine::view as v;
use gradus_manifests::finding::Finding;
use gradus_manifests::lines::Lines;
use gradus_operator::outputs::metrics::Labelled;
use gradus_operator::outputs::web::PublishedState;
use jiff::Timestamp;
use tokio::sync::watch;

use self::assessments::{broken, fallen, graded, paused, silent, spec, standing};
use self::model::model;
use self::objects::{attestation, capabilities, life, waiver};

/// A text that tries to break out of wherever it is put.
pub(crate) const HOSTILE: &str = "<script>alert(\"x\")</script>\\ & 'quoted'\nnext line";

/// What is published, changed by hand.
pub(crate) struct Published {
    snapshot: RwLock<Arc<v::Snapshot>>,
    findings: Arc<[Finding]>,
    versions: watch::Sender<u64>,
    is_heard: AtomicBool,
}

impl Published {
    pub(crate) fn new(snapshot: v::Snapshot) -> Arc<Self> {
        Self::with_findings(snapshot, 1)
    }

    /// With the same finding so many times.
    pub(crate) fn with_findings(snapshot: v::Snapshot, number: usize) -> Arc<Self> {
        Arc::new(Self {
            snapshot: RwLock::new(Arc::new(snapshot)),
            findings: vec![finding(); number].into(),
            versions: watch::Sender::new(1),
            is_heard: AtomicBool::new(true),
        })
    }

    /// Nothing is heard any more of what it publishes.
    pub(crate) fn falls_silent(&self) {
        self.is_heard.store(false, Ordering::SeqCst);
    }

    pub(crate) fn publish(&self, snapshot: v::Snapshot) {
        *self.snapshot.write().unwrap() = Arc::new(snapshot);
        self.versions.send_modify(|version| *version += 1);
    }
}

impl PublishedState for Published {
    fn snapshot(&self) -> Arc<v::Snapshot> {
        Arc::clone(&self.snapshot.read().unwrap())
    }

    fn labelled(&self) -> Labelled {
        Labelled::of(v::Snapshot::clone(&self.snapshot()))
    }

    fn findings(&self) -> Arc<[Finding]> {
        Arc::clone(&self.findings)
    }

    fn versions(&self) -> watch::Receiver<u64> {
        self.versions.subscribe()
    }

    fn shows_state(&self) -> bool {
        self.is_heard.load(Ordering::SeqCst)
    }

    fn liveness(&self) -> Result<(), String> {
        Ok(())
    }

    fn readiness(&self) -> Result<String, String> {
        if *self.versions.borrow() > 0 {
            Ok("ok".to_owned())
        } else {
            Err("nothing is read yet".to_owned())
        }
    }
}

pub(crate) fn at(text: &str) -> Timestamp {
    format!("{text}T09:00:00Z").parse().unwrap()
}

fn midnight(text: &str) -> Timestamp {
    format!("{text}T00:00:00Z").parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-11-23")
}

/// Two assessments that matter, three that stand aside.
pub(crate) fn snapshot() -> v::Snapshot {
    let program = Arc::new(Program::compile(Arc::new(model())).unwrap());
    let model_view = v::ModelView {
        name: "harbour-2026".into(),
        life: Some(life()),
        program: Ok(Arc::clone(&program)),
    };
    let assessments = [
        fallen(&program),
        standing(&program),
        paused(&program),
        graded(&program),
        silent(&program),
        broken(),
    ];
    v::Snapshot {
        at: now(),
        next_due: None,
        models: [(model_view.name.clone(), Arc::new(model_view))]
            .into_iter()
            .collect(),
        assessments: assessments
            .into_iter()
            .map(|view| (view.key.clone(), Arc::new(view)))
            .collect(),
        capabilities: capabilities(),
        attestations: [attestation()]
            .into_iter()
            .map(|view| (view.key.clone(), Arc::new(view)))
            .collect(),
        waivers: [
            waiver("spare-link", Ok(())),
            waiver("old", Err(NotEffective::Expired)),
        ]
        .into_iter()
        .map(|view| (view.key.clone(), Arc::new(view)))
        .collect(),
    }
}

/// The same, with the fall mended.
pub(crate) fn mended() -> v::Snapshot {
    let mut snapshot = snapshot();
    let program = snapshot
        .models
        .get("harbour-2026")
        .unwrap()
        .program
        .as_ref()
        .unwrap();
    let mut view = standing(program);
    view.key = ObjectKey::new(Kind::Assessment, "north", "north-general");
    snapshot
        .assessments
        .insert_mut(view.key.clone(), Arc::new(view));
    snapshot
}

/// The same, with so many more assessments.
pub(crate) fn crowded(more: usize) -> v::Snapshot {
    let mut snapshot = snapshot();
    let model = snapshot.models.get("harbour-2026").unwrap().clone();
    for number in 0..more {
        let mut view = standing(model.program.as_ref().unwrap());
        view.key = ObjectKey::new(Kind::Assessment, "north", &format!("site-{number}"));
        let key = view.key.clone();
        snapshot.assessments.insert_mut(key, Arc::new(view));
    }
    snapshot
}

/// A world whose names and texts all try to break out.
pub(crate) fn hostile() -> v::Snapshot {
    let mut snapshot = snapshot();
    let program = snapshot
        .models
        .get("harbour-2026")
        .unwrap()
        .program
        .as_ref()
        .unwrap();
    let mut view = fallen(program);
    view.key = ObjectKey::new(Kind::Assessment, HOSTILE, HOSTILE);
    let mut spec = spec();
    spec.scope = Some(HOSTILE.into());
    spec.owner = o::Owner {
        team: Some(HOSTILE.into()),
        contact: Some(HOSTILE.into()),
    };
    spec.organisation = Some(HOSTILE.into());
    view.spec = Arc::new(spec);
    for row in &mut view.criteria {
        row.note = Some(HOSTILE.to_owned());
        row.owner = Some(HOSTILE.into());
        row.capability = Some(HOSTILE.into());
    }
    let mut ledger = view.ledger.as_ref().clone();
    ledger.standing[0].capability = Some(HOSTILE.to_owned());
    view.ledger = Arc::new(ledger);
    snapshot
        .assessments
        .insert_mut(view.key.clone(), Arc::new(view));
    snapshot
}

fn finding() -> Finding {
    let text = "spec:\n  type: wireless-most-premises\n  clam: Present\n";
    let start = text.find("clam").unwrap();
    let diagnostic =
        Diagnostic::error("UnknownField", "spec.clam", "there is no field `clam` here")
            .with_help("did you mean `claim`?");
    Finding {
        object: Some(ObjectKey::new(
            Kind::Capability,
            "north",
            "wireless-most-premises",
        )),
        ..Finding::at(
            &"north/wireless.yaml".into(),
            &Lines::of(text),
            start..start + 4,
            diagnostic,
        )
    }
}

/// Seconds since 1970, as a scrape writes them.
pub(crate) fn seconds(text: &str) -> String {
    text.parse::<Timestamp>().unwrap().as_second().to_string()
}

/// A view of one's own to change.
pub(crate) fn copy(view: &v::AssessmentView) -> v::AssessmentView {
    v::AssessmentView {
        key: view.key.clone(),
        life: view.life.clone(),
        spec: Arc::clone(&view.spec),
        standing: view.standing.clone(),
        program: view.program.clone(),
        problem: view.problem.clone(),
        score: view.score.clone(),
        stages: view.stages.clone(),
        domains: view.domains.clone(),
        criteria: view.criteria.clone(),
        gaps: view.gaps.clone(),
        next_steps: view.next_steps.clone(),
        awarded: view.awarded.clone(),
        forecast: view.forecast.clone(),
        ends: view.ends.clone(),
        target_risk: view.target_risk.clone(),
        impacts: view.impacts.clone(),
        stale_sources: view.stale_sources.clone(),
        inputs_digest: view.inputs_digest.clone(),
        ledger: Arc::clone(&view.ledger),
        broken: view.broken.clone(),
        ..*view
    }
}
