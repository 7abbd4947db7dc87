//! All alerts.

mod assessments;
mod capabilities;
mod operator;

use super::alert::Alert;

/// Every alert, group by group.
pub fn all() -> Vec<Alert> {
    let mut all = assessments::alerts();
    all.extend(capabilities::alerts());
    all.extend(operator::alerts());
    all
}
