//! Forecasts: the first fall by time alone, to the second.

use gradus_engine::view::Forecast;
use gradus_tests::compare::snapshot;
use gradus_tests::oracle::forecast::{Fall, first_fall};
use gradus_tests::scene::Scene;
use jiff::Timestamp;

use crate::nothing_is_wrong;

/// Scenes tried in every run.
const SCENES: u64 = 1_000;

/// Whether a forecast is the fall that the oracle sees, and names something that turns then.
pub(crate) fn is_told(fall: Option<&Fall>, told: &Forecast) -> bool {
    fall.is_some_and(|fall| {
        let named = |name: &String| told.because.contains(name.as_str());
        (fall.at, fall.stage) == (told.at, told.stage) && fall.turning.iter().any(named)
    })
}

/// Forecasts that do not come true, and falls that are not forecast.
fn wrong(scene: &Scene, now: Timestamp) -> Vec<String> {
    let snapshot = snapshot(scene, now);
    let views = snapshot.assessments.iter();
    views
        .filter_map(|(key, view)| {
            let fall = first_fall(scene, key, now);
            let fits = match &view.forecast {
                Some(told) => is_told(fall.as_ref(), told),
                None => fall.is_none(),
            };
            (!fits).then(|| format!("{key}: oracle {fall:?}, engine {:?}", view.forecast))
        })
        .collect()
}

#[test]
fn forecast_is_the_first_fall_that_the_oracle_sees() {
    nothing_is_wrong(4_000_000, SCENES, wrong);
}
