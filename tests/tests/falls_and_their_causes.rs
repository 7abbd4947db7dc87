//! From a lost thing to a committed fall: every cause of the closed list, through the world and
//! the ledger as an operator drives them.

use std::collections::BTreeMap;
use std::sync::Arc;

use gradus_engine::delta::{Delta, Observation};
use gradus_engine::fact::Facts;
use gradus_engine::fold::{Loss, fold};
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::ledger::{Entry, Fall};
use gradus_engine::model::{Criterion, Model, StageGate, Strength};
use gradus_engine::object::{
    Assessment, Attestation, Capability, Claim, EngagementState, EvidenceItem, EvidenceKind,
    Labels, Life, Object, ProbeSource, Subject, TreatAs, Waiver,
};
use gradus_engine::verdict::{Cause, EvidenceClass, Truth};
use gradus_engine::view::AssessmentView;
use gradus_engine::world::World;
use gradus_tests::random::noon;
use gradus_tests::site::{capability, criterion, model, plain_assessment, walked};
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

/// A world whose every settled change is folded and committed.
struct Driven {
    world: World,
    /// What is there, for another world to begin with.
    objects: BTreeMap<ObjectKey, (Life, Object)>,
    now: Timestamp,
    generation: i64,
    falls: u64,
}

fn key(kind: Kind, name: &str) -> ObjectKey {
    ObjectKey::new(kind, "default", name)
}

impl Driven {
    fn new(model: Model) -> Self {
        let mut driven = Self {
            world: World::new(),
            objects: BTreeMap::new(),
            now: noon(),
            generation: 0,
            falls: 0,
        };
        let assessment = plain_assessment(&model.name);
        driven.tell(Kind::MaturityModel, "fixture", Object::Model(model.into()));
        driven.tell(
            Kind::Assessment,
            "site",
            Object::Assessment(assessment.into()),
        );
        driven
    }

    fn tell(&mut self, kind: Kind, name: &str, object: Object) {
        self.generation += 1;
        let key = key(kind, name);
        let life = Life {
            uid: key.to_string().into(),
            generation: self.generation,
        };
        self.objects
            .insert(key.clone(), (life.clone(), object.clone()));
        self.world.apply(Delta::Upsert { key, life, object });
    }

    /// The same in another process, which has seen nothing but what is there now and what was committed.
    fn restarted(mut self) -> Self {
        let view = self.view();
        self.world = World::new();
        for (key, (life, object)) in &self.objects {
            self.world.apply(Delta::Upsert {
                key: key.clone(),
                life: life.clone(),
                object: object.clone(),
            });
        }
        self.world.apply(Delta::Ledger {
            assessment: view.life.uid.clone(),
            ledger: Arc::clone(&view.ledger),
        });
        self
    }

    fn declare(&mut self, name: &str, capability: Capability) {
        self.tell(Kind::Capability, name, Object::Capability(capability));
    }

    fn remove(&mut self, kind: Kind, name: &str) {
        let key = key(kind, name);
        let uid = key.to_string().into();
        self.objects.remove(&key);
        self.world.apply(Delta::Remove { key, uid });
    }

    fn observe(&mut self, name: &str, verdict: Truth) {
        let found = Observation {
            verdict,
            facts: Facts::new(),
            at: self.now,
        };
        self.world.apply(Delta::Evidence {
            capability: key(Kind::Capability, name).to_string().into(),
            item: "probe".into(),
            item_digest: "probe".into(),
            conclusive: Some(found),
            attempt: None,
        });
    }

    fn view(&mut self) -> Arc<AssessmentView> {
        let snapshot = self.world.snapshot();
        snapshot
            .assessments
            .get(&key(Kind::Assessment, "site"))
            .expect("the site")
            .clone()
    }

    /// Lets time go on, settles, folds and commits; gives the new entries.
    fn commit_after(&mut self, pause: SignedDuration) -> Vec<Entry> {
        self.now += pause;
        self.world.settle(self.now, usize::MAX);
        let Some(input) = self.world.fold_input(&key(Kind::Assessment, "site")) else {
            return Vec::new();
        };
        let view = self.view();
        let folded = fold(&view.ledger, &input, self.now);
        self.falls = folded.ledger.regressions;
        self.world.apply(Delta::Ledger {
            assessment: view.life.uid.clone(),
            ledger: Arc::new(folded.ledger),
        });
        self.world.settle(self.now, usize::MAX);
        folded.entries
    }

    fn commit(&mut self) -> Vec<Entry> {
        self.commit_after(SignedDuration::from_secs(1))
    }

    /// The one fall that stands after a commit.
    fn fall_after(&mut self, pause: SignedDuration) -> Fall {
        let entries = self.commit_after(pause);
        assert_eq!(entries.len(), 1, "{entries:?}");
        let view = self.view();
        assert_eq!(view.ledger.standing.len(), 1);
        view.ledger.standing[0].clone()
    }

    fn fall(&mut self) -> Fall {
        self.fall_after(SignedDuration::from_secs(1))
    }
}

fn named(fall: &Fall) -> (Cause, Option<&str>, Option<&str>) {
    (
        fall.cause,
        fall.capability.as_deref(),
        fall.evidence.as_deref(),
    )
}

/// One stage, one criterion, which asks for `failover`.
fn one() -> Model {
    model(
        1,
        Vec::new(),
        vec![criterion("failover", Some(1))],
        walked(),
    )
}

fn probed() -> Capability {
    let item = EvidenceItem {
        name: "probe".into(),
        digest: "probe".into(),
        max_age: SignedDuration::from_hours(1),
        grace: SignedDuration::from_mins(10),
        kind: EvidenceKind::Probe {
            source: ProbeSource::Http,
            facts: Vec::new(),
        },
    };
    Capability {
        evidence: vec![item],
        ..capability("failover")
    }
}

fn attestation(subject: Subject) -> Object {
    Object::Attestation(Attestation {
        subject,
        statement: String::new(),
        facts: Facts::new(),
        attested_by: "anna".into(),
        external: Some("auditors".into()),
        issued: date(2026, 6, 1),
        valid_until: date(2026, 6, 30),
        created: None,
    })
}

const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);

#[test]
fn a_refuted_an_absent_and_a_removed_capability_are_lost() {
    let lose: [fn(&mut Driven); 3] = [
        |site| site.observe("failover", Truth::False),
        |site| {
            site.declare(
                "failover",
                Capability {
                    claim: Claim::Absent,
                    ..probed()
                },
            );
        },
        |site| {
            // Something is left, or it would be the scope that was lost.
            site.declare(
                "another",
                Capability {
                    claim: Claim::Absent,
                    ..capability("failover")
                },
            );
            site.remove(Kind::Capability, "failover");
        },
    ];
    for (number, lose) in lose.into_iter().enumerate() {
        let mut site = Driven::new(one());
        site.declare("failover", probed());
        site.observe("failover", Truth::True);
        assert_eq!(site.commit().len(), 1, "the first stage");
        lose(&mut site);
        let fall = site.fall();
        assert_eq!(
            (fall.cause, fall.from, fall.to),
            (Cause::CapabilityLost, 1, 0),
            "way {number}"
        );
        assert!(fall.capability.is_some(), "way {number}");
    }
}

#[test]
fn a_fall_is_restored_when_the_capability_is_back() {
    let mut site = Driven::new(one());
    site.declare("failover", probed());
    site.observe("failover", Truth::True);
    site.commit();
    site.observe("failover", Truth::False);
    site.fall();
    assert!(site.commit().is_empty(), "level-triggered: told once");
    site.now += SignedDuration::from_secs(1);
    site.observe("failover", Truth::True);
    let entries = site.commit();
    assert_eq!(
        entries
            .iter()
            .map(|entry| (entry.from, entry.to))
            .collect::<Vec<_>>(),
        [(Some(0), 1)]
    );
    assert!(site.view().ledger.standing.is_empty());
    assert_eq!(site.falls, 1);
}

#[test]
fn evidence_that_went_stale_is_lost_only_after_its_grace() {
    let mut site = Driven::new(one());
    site.declare("failover", probed());
    site.observe("failover", Truth::True);
    site.commit();
    assert!(
        site.commit_after(SignedDuration::from_mins(69)).is_empty(),
        "within its grace"
    );
    let fall = site.fall_after(SignedDuration::from_mins(1));
    assert_eq!(
        named(&fall),
        (Cause::EvidenceLost, Some("failover"), Some("probe"))
    );
}

#[test]
fn lost_dependency_is_the_cause() {
    let mut site = Driven::new(one());
    let needs = vec![("power".into(), Strength::Gate)];
    site.declare(
        "failover",
        Capability {
            depends_on: needs,
            ..capability("failover")
        },
    );
    site.declare("power", capability("power"));
    site.commit();
    site.declare(
        "power",
        Capability {
            claim: Claim::Absent,
            ..capability("power")
        },
    );
    let fall = site.fall();
    assert_eq!(
        named(&fall),
        (Cause::DependencyLost, Some("failover"), Some("power"))
    );
}

fn attested() -> Driven {
    let asking = Criterion {
        at_least: EvidenceClass::Attested,
        ..criterion("failover", Some(1))
    };
    let mut site = Driven::new(model(1, Vec::new(), vec![asking], walked()));
    site.declare("failover", capability("failover"));
    site.tell(
        Kind::Attestation,
        "seen",
        attestation(Subject::Capability("failover".into())),
    );
    assert_eq!(site.commit().first().map(|entry| entry.to), Some(1));
    site
}

#[test]
fn an_attestation_expires() {
    let fall = attested().fall_after(MONTH);
    assert_eq!(
        named(&fall),
        (Cause::AttestationExpired, Some("failover"), Some("seen"))
    );
}

#[test]
fn an_attestation_is_withdrawn() {
    let mut site = attested();
    site.remove(Kind::Attestation, "seen");
    let fall = site.fall();
    assert_eq!(
        (fall.cause, fall.capability.as_deref()),
        (Cause::AttestationWithdrawn, Some("failover"))
    );
}

fn waived() -> Driven {
    let mut site = Driven::new(one());
    site.declare(
        "failover",
        Capability {
            claim: Claim::Absent,
            ..capability("failover")
        },
    );
    let waiver = Waiver {
        assessment: "site".into(),
        criteria: vec!["failover".into()],
        reason: String::new(),
        requested_by: "anna".into(),
        approved_by: Some("berta".into()),
        from: date(2026, 6, 1),
        until: date(2026, 6, 30),
        treat_as: TreatAs::Met,
    };
    site.tell(Kind::Waiver, "for-now", Object::Waiver(waiver));
    assert_eq!(site.commit().first().map(|entry| entry.to), Some(1));
    site
}

#[test]
fn a_waiver_ends_or_is_deleted() {
    let fall = waived().fall_after(MONTH);
    assert_eq!(
        (fall.cause, fall.evidence.as_deref()),
        (Cause::WaiverEnded, Some("for-now"))
    );
    let mut site = waived();
    site.remove(Kind::Waiver, "for-now");
    assert_eq!(site.fall().cause, Cause::WaiverEnded);
}

#[test]
fn an_award_ends_and_nothing_else_is_missing() {
    let mut gated = one();
    gated.stages[1].gate = Some(StageGate { valid_for: None });
    let mut site = Driven::new(gated);
    site.declare("failover", capability("failover"));
    let subject = Subject::Award {
        assessment: "site".into(),
        model: "fixture".into(),
        stage: 1,
    };
    site.tell(Kind::Attestation, "award", attestation(subject));
    assert_eq!(site.commit().first().map(|entry| entry.to), Some(1));
    let fall = site.fall_after(MONTH);
    assert_eq!(
        (fall.cause, fall.evidence.as_deref()),
        (Cause::AwardEnded, Some("award"))
    );
}

#[test]
fn another_text_of_the_model_is_a_new_mark_and_no_fall() {
    let mut site = Driven::new(one());
    site.declare("failover", capability("failover"));
    site.commit();
    let mut stricter = model(
        1,
        Vec::new(),
        vec![criterion("failover", Some(1)), criterion("power", Some(1))],
        walked(),
    );
    stricter.digest = "another".into();
    site.tell(
        Kind::MaturityModel,
        "fixture",
        Object::Model(stricter.into()),
    );
    let entries = site.commit();
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.from, entry.to, entry.cause))
        .collect();
    assert_eq!(told, [(Some(1), 0, Some(Cause::ModelChanged))]);
    assert_eq!((site.falls, site.view().ledger.standing.len()), (0, 0));
}

fn east() -> Labels {
    [("site".into(), "east".into())].into()
}

fn of_two_places() -> Driven {
    let mut site = Driven::new(model(
        1,
        Vec::new(),
        vec![criterion("failover", Some(1)), criterion("power", Some(1))],
        walked(),
    ));
    site.declare("failover", capability("failover"));
    site.declare(
        "power",
        Capability {
            labels: east(),
            ..capability("power")
        },
    );
    site.commit();
    site
}

fn select_the_east(site: &mut Driven) {
    let narrower = Assessment {
        capabilities: Some(east()),
        ..plain_assessment(&"fixture".into())
    };
    site.tell(
        Kind::Assessment,
        "site",
        Object::Assessment(narrower.into()),
    );
}

#[test]
fn a_narrower_selector_changes_the_scope() {
    let mut site = of_two_places();
    select_the_east(&mut site);
    assert_eq!(site.fall().cause, Cause::ScopeChanged);
}

fn pause(site: &mut Driven, state: EngagementState) {
    let mut paused = plain_assessment(&"fixture".into());
    paused.engagement.state = state;
    site.tell(Kind::Assessment, "site", Object::Assessment(paused.into()));
}

#[test]
fn a_loss_beside_the_end_of_a_pause_is_the_cause_and_not_the_pause() {
    let mut site = of_two_places();
    pause(&mut site, EngagementState::Paused);
    site.commit();
    pause(&mut site, EngagementState::Active);
    site.remove(Kind::Capability, "failover");
    assert_eq!(
        named(&site.fall()),
        (Cause::CapabilityLost, Some("failover"), None)
    );
}

#[test]
fn a_loss_beside_a_narrower_selector_is_a_change_of_the_scope() {
    let mut site = of_two_places();
    select_the_east(&mut site);
    site.remove(Kind::Capability, "failover");
    assert_eq!(site.fall().cause, Cause::ScopeChanged);
}

/// A site, and how it loses its stage.
type Case = (fn() -> Driven, fn(&mut Driven));

#[test]
fn a_restart_between_a_loss_and_its_commit_names_the_same_cause() {
    let losses: [Case; 4] = [
        (waived, |site| site.remove(Kind::Waiver, "for-now")),
        (of_two_places, select_the_east),
        (of_two_places, |site| {
            site.remove(Kind::Capability, "failover");
        }),
        (attested, |site| site.remove(Kind::Attestation, "seen")),
    ];
    for (begin, lose) in losses {
        let mut seen = begin();
        lose(&mut seen);
        let expected = seen.fall();
        let mut unseen = begin();
        lose(&mut unseen);
        let found = unseen.restarted().fall();
        // What is gone is not there to be named by whoever did not see it.
        assert_eq!(
            (found.cause, found.capability),
            (expected.cause, expected.capability)
        );
    }
}

#[test]
fn losing_everything_is_a_fall_to_the_first_rank_and_never_not_assessed() {
    let mut site = Driven::new(one());
    site.declare("failover", capability("failover"));
    site.commit();
    site.remove(Kind::Capability, "failover");
    let fall = site.fall();
    assert_eq!((fall.cause, fall.to), (Cause::ScopeChanged, 0));
    let view = site.view();
    assert_eq!((view.assessed, view.stage), (true, Some(0)));
}

#[test]
fn criterion_never_met_is_not_blamed() {
    let three = ["a", "b", "c"].map(|name| criterion(name, Some(1)));
    let mut two_thirds = walked();
    (two_thirds.walk.numerator, two_thirds.walk.denominator) = (2, 3);
    let mut site = Driven::new(model(1, Vec::new(), three.into(), two_thirds));
    site.declare("b", capability("b"));
    site.declare("c", capability("c"));
    site.commit();
    site.declare(
        "c",
        Capability {
            claim: Claim::Absent,
            ..capability("c")
        },
    );
    assert_eq!(site.fall().capability.as_deref(), Some("c"));
}

/// What the fold reads after two losses, of which only the first was settled on its own.
fn losses_after_two(between: fn(&mut Driven)) -> Vec<Loss> {
    let mut site = Driven::new(one());
    site.declare("failover", probed());
    site.observe("failover", Truth::True);
    site.commit();
    site.now += SignedDuration::from_secs(1);
    site.observe("failover", Truth::False);
    site.world.settle(site.now, usize::MAX);
    between(&mut site);
    let absent = Capability {
        claim: Claim::Absent,
        ..probed()
    };
    site.declare("failover", absent);
    site.world.settle(site.now, usize::MAX);
    let input = site.world.fold_input(&key(Kind::Assessment, "site"));
    input.expect("it is scored").losses
}

#[test]
fn rendering_a_view_changes_nothing_that_the_fold_reads() {
    let rendered = losses_after_two(|site| {
        site.view();
    });
    assert_eq!(rendered, losses_after_two(|_| {}));
    assert_eq!(rendered[0].because.evidence, None, "as it shows at last");
}

#[test]
fn cause_that_was_found_is_kept_until_its_loss_is_committed() {
    let losses = losses_after_two(|site| {
        site.world.fold_input(&key(Kind::Assessment, "site"));
    });
    assert_eq!(losses[0].because.evidence.as_deref(), Some("probe"));
}

/// Two stages of one criterion each, of which the upper is lost and its cause found.
fn upper_stage_lost() -> Driven {
    let criteria = vec![criterion("power", Some(1)), criterion("failover", Some(2))];
    let mut site = Driven::new(model(2, Vec::new(), criteria, walked()));
    site.declare("power", capability("power"));
    site.declare("failover", probed());
    site.observe("failover", Truth::True);
    site.commit();
    site.now += SignedDuration::from_secs(1);
    site.observe("failover", Truth::False);
    site.world.settle(site.now, usize::MAX);
    site.world.fold_input(&key(Kind::Assessment, "site"));
    site
}

/// Another text of the model of [`upper_stage_lost`].
fn retell(site: &mut Driven, digest: &str, criteria: Vec<Criterion>) {
    let mut other = model(2, Vec::new(), criteria, walked());
    other.digest = digest.into();
    site.tell(Kind::MaturityModel, "fixture", Object::Model(other.into()));
}

fn losses_of(site: &mut Driven) -> Vec<Loss> {
    site.world.settle(site.now, usize::MAX);
    let input = site.world.fold_input(&key(Kind::Assessment, "site"));
    input.expect("it is scored").losses
}

#[test]
fn loss_is_forgotten_when_the_model_no_longer_has_its_criterion() {
    let shorter = || vec![criterion("power", Some(1))];
    let mut site = upper_stage_lost();
    retell(&mut site, "shorter", shorter());
    assert_eq!(losses_of(&mut site), []);
    site.declare("failover", capability("failover"));
    site.declare(
        "power",
        Capability {
            claim: Claim::Absent,
            ..capability("power")
        },
    );
    assert_eq!(losses_of(&mut site).len(), 1);

    let mut site = upper_stage_lost();
    site.remove(Kind::MaturityModel, "fixture");
    site.world.settle(site.now, usize::MAX);
    retell(&mut site, "shorter", shorter());
    assert_eq!(losses_of(&mut site), []);
}

#[test]
fn cause_stays_with_its_criterion_when_the_model_lists_it_elsewhere() {
    let mut site = upper_stage_lost();
    let reordered = vec![
        criterion("backup", Some(1)),
        criterion("failover", Some(2)),
        criterion("power", Some(1)),
    ];
    retell(&mut site, "reordered", reordered);
    let losses = losses_of(&mut site);
    let named: Vec<_> = losses
        .iter()
        .map(|loss| (loss.criterion.as_deref(), loss.since.is_some()))
        .collect();
    assert_eq!(named, [(Some("backup"), false), (Some("failover"), true)]);
}
