//! One site in plain words: a model, what is declared, and what the engine and the oracle say of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::{Delta, Observation};
use gradus_engine::fact::{FactValue, Facts};
use gradus_engine::key::{Kind, Name, ObjectKey};
use gradus_engine::model::{
    Aggregate, Combine, Criterion, CriterionKind, Domain, EmptyStage, Leaf, Model, Over,
    Quantifier, Requires, Scoring, Source, Stage, Test, UnknownPoints, Walk,
};
use gradus_engine::object::{
    Assessment, Capability, Claim, Engagement, EngagementState, EvidenceItem, EvidenceKind, Labels,
    Life, Mode, Object, OnModelChange, Owner, ProbeSource, Regression, TreatAs, Waiver,
};
use gradus_engine::verdict::{EvidenceClass, Truth};
use gradus_engine::view::AssessmentView;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use crate::compare::{disagreements, snapshot};
use crate::random::noon;
use crate::scene::Scene;

const NAMESPACE: &str = "default";

/// One site under one model.
#[derive(Debug, Clone)]
pub struct Site {
    /// Everything that is known.
    pub scene: Scene,
    assessment: Assessment,
}

impl Site {
    /// A site of which nothing is declared.
    pub fn of(model: impl Into<Arc<Model>>) -> Self {
        let model = model.into();
        let assessment = plain_assessment(&model.name);
        let mut site = Self {
            scene: Scene::default(),
            assessment,
        };
        site.place(
            Kind::MaturityModel,
            &model.name.clone(),
            Object::Model(model),
        );
        site.place_assessment();
        site
    }

    fn place(&mut self, kind: Kind, name: &str, object: Object) {
        let key = ObjectKey::new(kind, NAMESPACE, name);
        let life = Life {
            uid: key.to_string().into(),
            generation: 1,
        };
        self.scene.apply(&Delta::Upsert { key, life, object });
    }

    fn place_assessment(&mut self) {
        self.place(
            Kind::Assessment,
            "site",
            Object::Assessment(self.assessment.clone().into()),
        );
    }

    /// Declares a capability of the type of its name.
    #[must_use]
    pub fn declares(mut self, name: &str, capability: Capability) -> Self {
        self.place(Kind::Capability, name, Object::Capability(capability));
        self
    }

    /// Declares each of these, Present and nothing more.
    #[must_use]
    pub fn has<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        names
            .into_iter()
            .fold(self, |site, name| site.declares(name, capability(name)))
    }

    /// Claims each of these Absent.
    #[must_use]
    pub fn lacks<'a>(self, names: impl IntoIterator<Item = &'a str>) -> Self {
        names.into_iter().fold(self, |site, name| {
            site.declares(
                name,
                Capability {
                    claim: Claim::Absent,
                    ..capability(name)
                },
            )
        })
    }

    /// Claims this Present, and a probe has looked and says otherwise.
    #[must_use]
    pub fn refuted(mut self, name: &str) -> Self {
        let item: Name = "probe".into();
        let evidence = EvidenceItem {
            name: item.clone(),
            digest: item.clone(),
            max_age: SignedDuration::from_hours(1),
            grace: SignedDuration::ZERO,
            kind: EvidenceKind::Probe {
                source: ProbeSource::Http,
                facts: Vec::new(),
            },
        };
        self = self.declares(
            name,
            Capability {
                evidence: vec![evidence],
                ..capability(name)
            },
        );
        self.scene.apply(&Delta::Evidence {
            capability: ObjectKey::new(Kind::Capability, NAMESPACE, name)
                .to_string()
                .into(),
            item: item.clone(),
            item_digest: item,
            conclusive: Some(Observation {
                verdict: Truth::False,
                facts: Facts::new(),
                at: noon(),
            }),
            attempt: None,
        });
        self
    }

    /// Names criteria that do not concern the site.
    #[must_use]
    pub fn without<'a>(mut self, criteria: impl IntoIterator<Item = &'a str>) -> Self {
        let named = criteria
            .into_iter()
            .map(|name| (name.into(), "none here".to_owned()));
        self.assessment.not_applicable.extend(named);
        self.place_assessment();
        self
    }

    /// Waives a criterion.
    #[must_use]
    pub fn waives(mut self, criterion: &str, treat_as: TreatAs) -> Self {
        let waiver = Waiver {
            assessment: "site".into(),
            criteria: vec![criterion.into()],
            reason: String::new(),
            requested_by: "anna".into(),
            approved_by: Some("berta".into()),
            from: date(2026, 1, 1),
            until: date(2026, 12, 31),
            treat_as,
        };
        self.place(
            Kind::Waiver,
            &format!("waiver-of-{criterion}"),
            Object::Waiver(waiver),
        );
        self
    }

    /// What the engine says at noon; the oracle says the same.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn view(&self) -> Arc<AssessmentView> {
        self.view_at(noon())
    }

    /// What the engine says at an instant; the oracle says the same.
    ///
    /// # Panics
    ///
    /// When it does not.
    pub fn view_at(&self, now: Timestamp) -> Arc<AssessmentView> {
        let snapshot = snapshot(&self.scene, now);
        assert_eq!(
            disagreements(&self.scene, &snapshot, now),
            Vec::<String>::new()
        );
        let key = ObjectKey::new(Kind::Assessment, NAMESPACE, "site");
        snapshot
            .assessments
            .get(&key)
            .expect("the engine has a view of the site")
            .clone()
    }

    /// The stage at noon; none when it is not assessed.
    pub fn stage(&self) -> Option<u32> {
        self.view().stage
    }
}

/// An assessment of a model that says nothing more.
pub fn plain_assessment(model: &Name) -> Assessment {
    Assessment {
        model: model.clone(),
        owner: Owner::default(),
        scope: None,
        organisation: None,
        attributes: BTreeMap::new(),
        capabilities: None,
        rolls_up: false,
        not_applicable: Vec::new(),
        target: None,
        mode: Mode::Prescriptive,
        engagement: Engagement {
            state: EngagementState::Active,
            reason: None,
            since: None,
            until: None,
            resume_when: None,
        },
        regression: Regression {
            hold_for: SignedDuration::ZERO,
            on_model_change: OnModelChange::NewMark,
            acknowledge: None,
        },
    }
}

/// A capability of a type, claimed Present and nothing more.
pub fn capability(kind: &str) -> Capability {
    Capability {
        kind: kind.into(),
        labels: Labels::new(),
        claim: Claim::Present,
        owner: Owner::default(),
        facts: Facts::new(),
        units: None,
        depends_on: Vec::new(),
        evidence: Vec::new(),
    }
}

/// A capability that states whole numbers.
pub fn stating<'a>(kind: &str, numbers: impl IntoIterator<Item = (&'a str, i64)>) -> Capability {
    let facts = numbers
        .into_iter()
        .map(|(name, number)| (name.into(), FactValue::Integer(number)));
    Capability {
        facts: facts.collect(),
        ..capability(kind)
    }
}

/// A criterion that asks for the capability of its own name.
pub fn criterion(name: &str, stage: Option<u32>) -> Criterion {
    Criterion {
        name: name.into(),
        stage,
        domain: None,
        also_in: Vec::new(),
        facets: BTreeMap::new(),
        title: String::new(),
        guidance: None,
        outcomes: Vec::new(),
        kind: CriterionKind::Standard,
        superseded_by: Vec::new(),
        negates: None,
        depends_on: Vec::new(),
        weight: 1,
        scored: true,
        effort_days: None,
        importance: None,
        at_least: EvidenceClass::Declared,
        external: false,
        waivable: true,
        applies_to: BTreeMap::new(),
        requires: asks(name, Test::Exists),
    }
}

/// Asks for a test of the capabilities of one type.
pub fn asks(kind: &str, test: Test) -> Requires {
    Requires::Leaf(Leaf::Capability {
        capability: kind.into(),
        quantifier: Quantifier::Any,
        combine: Combine::Min,
        test,
    })
}

/// A domain at the top.
pub fn domain(name: &str) -> Domain {
    Domain {
        name: name.into(),
        title: name.to_owned(),
        parent: None,
        weight: 1,
        report: false,
    }
}

/// Seven tenths at every stage, empty stages skipped.
pub fn walked() -> Scoring {
    Scoring {
        walk: Walk {
            numerator: 7,
            denominator: 10,
            empty_stage: EmptyStage::Skip,
        },
        leaf: Aggregate::Walk,
        inner: Aggregate::None,
        over: Over::Criteria,
        by: Aggregate::Walk,
        unknown: UnknownPoints::Lowest,
        digits: 1,
        levels: Vec::new(),
    }
}

/// Means of means, and these levels from whole points.
pub fn means(levels: impl IntoIterator<Item = u32>) -> Scoring {
    Scoring {
        leaf: Aggregate::Mean,
        inner: Aggregate::Mean,
        over: Over::Domains,
        by: Aggregate::Mean,
        levels: levels
            .into_iter()
            .map(|rank| (rank, i64::from(rank), 1))
            .collect(),
        ..walked()
    }
}

/// A model of stages from 0, domains and criteria.
pub fn model(
    last_stage: u32,
    domains: Vec<Domain>,
    criteria: Vec<Criterion>,
    scoring: Scoring,
) -> Model {
    let stage = |rank| Stage {
        rank,
        name: None,
        summary: None,
        gate: None,
        unlocks: Vec::new(),
    };
    Model {
        name: "fixture".into(),
        title: "Fixture".to_owned(),
        version: "1".to_owned(),
        digest: "fixture".into(),
        source: Source::default(),
        stages: (0..=last_stage).map(stage).collect(),
        domains,
        scales: Vec::new(),
        criteria,
        scoring,
    }
}
