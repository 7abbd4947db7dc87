//! The condition of every object is what its status says.

use gradus_crds::status::Previous;
use gradus_engine::key::{Kind, ObjectKey};
use gradus_operator::outputs::metrics::catalogue::KINDS;
use gradus_operator::outputs::status::status_of;

use super::{parse, samples, scrape};
use crate::support;

#[test]
fn condition_series_equal_the_statuses() {
    let snapshot = support::snapshot();
    let blocks = parse(&scrape(&snapshot));
    let conditions = samples(&blocks, "gradus_resource_condition");
    let mut looked_at = 0;
    for sample in conditions.iter().filter(|sample| sample.value == "1") {
        let place = KINDS
            .iter()
            .position(|kind| Some(*kind) == sample.label("kind"));
        let key = ObjectKey::new(
            Kind::ALL[place.unwrap()],
            sample.label("namespace").unwrap(),
            sample.label("name").unwrap(),
        );
        let status = status_of(&snapshot, &key, Previous::none(support::now())).unwrap();
        let conditions = status["conditions"].as_array().unwrap();
        let ready = conditions
            .iter()
            .find(|one| one["type"] == "Ready")
            .unwrap();
        let said = ready["status"].as_str().unwrap().to_lowercase();
        assert_eq!(sample.label("status"), Some(said.as_str()), "{key}");
        looked_at += 1;
    }
    assert_eq!(looked_at * 3, conditions.len(), "one of three is true");
    assert_eq!(looked_at, 1 + 5 + 1 + 2 + 6, "of every object");
}
