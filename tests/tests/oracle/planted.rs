//! The comparisons themselves: a planted mistake is seen.

use std::collections::BTreeSet;

use gradus_engine::delta::Delta;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_engine::object::{Capability, Claim, Object};
use gradus_engine::verdict::Cause;
use gradus_engine::view::Forecast;
use gradus_tests::compare::{disagreements, snapshot};
use gradus_tests::oracle::cause::{At, blames};
use gradus_tests::oracle::forecast::Fall;
use gradus_tests::oracle::roadmap::{Roadmap, least, reaches};
use gradus_tests::random::noon;
use gradus_tests::scene::Scene;
use gradus_tests::site::{Site, capability, criterion, model, walked};
use jiff::SignedDuration;

use crate::forecasts::is_told;

fn site() -> Site {
    let criteria = vec![criterion("first", Some(1)), criterion("second", Some(1))];
    Site::of(model(1, Vec::new(), criteria, walked()))
}

fn assessment() -> ObjectKey {
    ObjectKey::new(Kind::Assessment, "default", "site")
}

/// The scene in which a capability is claimed absent.
fn without(scene: &Scene, name: &str) -> Scene {
    let mut poorer = scene.clone();
    let key = ObjectKey::new(Kind::Capability, "default", name);
    let life = scene.objects[&key].life.clone();
    let object = Object::Capability(Capability {
        claim: Claim::Absent,
        ..capability(name)
    });
    poorer.apply(&Delta::Upsert { key, life, object });
    poorer
}

#[test]
fn score_of_another_site_is_a_disagreement() {
    let scene = site().has(["first", "second"]).scene;
    let told = snapshot(&without(&scene, "second"), noon());
    assert!(disagreements(&scene, &snapshot(&scene, noon()), noon()).is_empty());
    assert!(!disagreements(&scene, &told, noon()).is_empty());
}

#[test]
fn forecast_of_another_instant_stage_or_name_is_a_disagreement() {
    let fall = Fall {
        at: noon(),
        stage: 1,
        turning: BTreeSet::from(["audit".to_owned()]),
    };
    let told = Forecast {
        stage: 1,
        at: noon(),
        because: "attestation audit of vpn ends".to_owned(),
    };
    assert!(is_told(Some(&fall), &told));
    assert!(!is_told(None, &told));
    for wrong in [
        Forecast {
            stage: 0,
            ..told.clone()
        },
        Forecast {
            at: noon() + SignedDuration::from_secs(1),
            ..told.clone()
        },
        Forecast {
            because: "waiver rooms ends".to_owned(),
            ..told
        },
    ] {
        assert!(!is_told(Some(&fall), &wrong), "{wrong:?}");
    }
}

#[test]
fn least_way_reaches_its_stage_and_less_does_not() {
    let scene = site().scene;
    let key = assessment();
    let Roadmap::Least(way) = least(&scene, &key, noon(), 1) else {
        panic!("stage 1 can be reached");
    };
    let leads = |criteria: &BTreeSet<String>| reaches(&scene, &key, noon(), criteria, 1);
    assert!(leads(&way.criteria));
    for name in &way.criteria {
        let mut less = way.criteria.clone();
        less.remove(name);
        assert!(!leads(&less), "without {name}");
    }
}

#[test]
fn cause_without_a_reason_is_a_disagreement() {
    let before = site().has(["first", "second"]).scene;
    let after = without(&before, "second");
    let blames = blames(
        At {
            scene: &before,
            now: noon(),
        },
        At {
            scene: &after,
            now: noon(),
        },
        &assessment(),
        None,
    );
    let fits = |cause, capability| {
        let mut blames = blames.iter();
        blames.any(|blame| blame.fits(cause, Some(capability), None))
    };
    assert!(fits(Cause::CapabilityLost, "second"));
    assert!(!fits(Cause::CapabilityLost, "first"));
    for cause in Cause::ALL {
        assert!(
            *cause == Cause::CapabilityLost || !fits(*cause, "second"),
            "{cause}"
        );
    }
}
