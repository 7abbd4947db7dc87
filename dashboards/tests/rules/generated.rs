//! The rules that are generated are those committed.

use gradus_dashboards::rules::generated;

use crate::support::generated::are_committed;

#[test]
fn generated_rules_are_those_committed() {
    are_committed(generated());
}
