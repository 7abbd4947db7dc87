//! The generated rules are the committed ones.

use gradus_dashboards::rules::generated;

use crate::support::generated::are_committed;

#[test]
fn generated_rules_are_the_committed_ones() {
    are_committed(generated());
}
