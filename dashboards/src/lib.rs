//! What people see of Gradus in Prometheus and Grafana, from one source.
//!
//! ```text
//! metrics of every replica ──▶ recorded: the leader's view ──┬──▶ rules: alerts
//!                                                            └──▶ boards: Grafana dashboards
//! ```
//!
//! Nothing here is asked while Gradus runs: the files in this room, and those of the chart, are
//! generated from it, and a test holds every name against the catalogue of metrics.

pub mod boards;
pub mod recorded;
pub mod rules;
