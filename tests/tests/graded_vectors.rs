//! Points: exact inside, never rounded across a level.

use gradus_engine::model::{
    Aggregate, Coverage, CoverageThreshold, Criterion, EmptyStage, Scoring, Test, Walk,
};
use gradus_engine::object::{Capability, Units};
use gradus_tests::site::{
    Site, asks, capability, criterion, domain, means, model, stating, walked,
};

/// A model of perspectives, each with so many answers, and a site that gives them.
fn answered(answers: &[&[i64]], scoring: Scoring, (min, max): (i64, i64)) -> Site {
    let mut criteria = Vec::new();
    let mut site_states = Vec::new();
    let mut domains = Vec::new();
    for (perspective, answers) in (0..).zip(answers) {
        let name = format!("perspective-{perspective}");
        domains.push(domain(&name));
        for (number, answer) in (0..).zip(*answers) {
            let (kind, fact) = (format!("answers-{perspective}"), format!("number{number}"));
            criteria.push(Criterion {
                domain: Some(name.as_str().into()),
                requires: asks(
                    &kind,
                    Test::Grade {
                        fact: fact.as_str().into(),
                        min,
                        max,
                    },
                ),
                ..criterion(&format!("question-{perspective}-{number}"), None)
            });
            site_states.push((kind, fact, *answer));
        }
    }
    let last_stage = scoring.levels.last().map_or(0, |level| level.0);
    let mut site = Site::of(model(last_stage, domains, criteria, scoring));
    for perspective in 0..answers.len() {
        let kind = format!("answers-{perspective}");
        let own = site_states.iter().filter(|(of, _, _)| *of == kind);
        let stated = stating(&kind, own.map(|(_, fact, answer)| (fact.as_str(), *answer)));
        site = site.declares(&kind, stated);
    }
    site
}

const NIMM: [&[i64]; 5] = [&[3, 4], &[2], &[5, 5, 5], &[3, 3, 4], &[1, 2]];

#[test]
fn the_mean_of_means_is_exact_and_its_level_is_the_stage() {
    let view = answered(&NIMM, means(1..=5), (1, 5)).view();
    let score = view.score.as_ref().expect("points");
    assert_eq!(
        (
            score.numerator.as_str(),
            score.denominator.as_str(),
            score.shown.as_str()
        ),
        ("46", "15", "3.1")
    );
    assert_eq!(
        (view.stage, view.potential_stage, view.stage_without_waivers),
        (Some(3), Some(3), Some(3))
    );
    let shown: Vec<_> = view
        .domains
        .iter()
        .filter_map(|domain| domain.score.as_deref())
        .collect();
    assert_eq!(shown, ["3.5", "2.0", "5.0", "3.3", "1.5"]);
    let levels: Vec<_> = view.domains.iter().map(|domain| domain.stage).collect();
    assert_eq!(levels, [Some(3), Some(2), Some(5), Some(3), Some(1)]);
}

#[test]
fn the_lowest_perspective_decides_where_the_rule_is_min() {
    let lowest = Scoring {
        by: Aggregate::Min,
        ..means(1..=5)
    };
    assert_eq!(answered(&NIMM, lowest, (1, 5)).stage(), Some(1));
}

#[test]
fn rounding_never_crosses_a_level() {
    let mut nearly_three = [3; 20];
    nearly_three[0] = 2;
    let view = answered(&[&nearly_three[..]; 5], means(1..=5), (1, 5)).view();
    assert_eq!(view.stage, Some(2));
    assert_eq!(
        view.score.as_ref().map(|score| score.shown.as_str()),
        Some("2.9")
    );
}

#[test]
fn a_perspective_that_does_not_apply_leaves_the_mean() {
    let site = answered(&NIMM, means(1..=5), (1, 5)).without(["question-1-0"]);
    let view = site.view();
    assert_eq!(view.domains.len(), 4);
    let score = view.score.as_ref().expect("points");
    assert_eq!(
        (
            score.numerator.as_str(),
            score.denominator.as_str(),
            score.shown.as_str()
        ),
        ("10", "3", "3.3")
    );
}

#[test]
fn points_without_levels_make_no_stage() {
    let whole = Scoring {
        digits: 0,
        ..means([])
    };
    let view = answered(&[&[73], &[40], &[68]], whole, (0, 100)).view();
    assert_eq!(
        view.score.as_ref().map(|score| score.shown.as_str()),
        Some("60")
    );
    assert_eq!(
        (view.assessed, view.stage, view.potential_stage),
        (true, None, None)
    );
}

fn core(covered: u64) -> Site {
    let used = |name: &str, stage| Criterion {
        domain: Some(name.into()),
        requires: asks(
            name,
            Test::Coverage(Coverage {
                threshold: CoverageThreshold::Percent(80),
                exclude: Vec::new(),
                must_use: Vec::new(),
            }),
        ),
        ..criterion(&format!("{name}-in-use"), Some(stage))
    };
    let lowest_domain = Scoring {
        walk: Walk {
            numerator: 1,
            denominator: 1,
            empty_stage: EmptyStage::Pass,
        },
        over: gradus_engine::model::Over::Domains,
        by: Aggregate::Min,
        ..walked()
    };
    let domains = vec![domain("identity"), domain("devices")];
    // Identity asks for nothing at stage 1, devices for nothing at stage 2: empty stages pass.
    let criteria = vec![used("identity", 2), used("devices", 1)];
    let covering = |kind: &str, covered| Capability {
        units: Some(Units::Totals {
            total: 100,
            covered,
        }),
        ..capability(kind)
    };
    Site::of(model(2, domains, criteria, lowest_domain))
        .declares("identity", covering("identity", covered))
        .declares("devices", covering("devices", 100))
}

#[test]
fn eighty_percent_passes_and_seventy_nine_does_not_and_the_lowest_domain_decides() {
    assert_eq!(core(80).stage(), Some(2));
    let view = core(79).view();
    assert_eq!(
        view.stage,
        Some(1),
        "an empty stage passes and may be the result"
    );
    let stages: Vec<_> = view.domains.iter().map(|domain| domain.stage).collect();
    assert_eq!(stages, [Some(1), Some(2)]);
}
