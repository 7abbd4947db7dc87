//! The Prometheus rules and Grafana dashboards of Gradus.
//!
//! ```text
//! metrics of each replica ──▶ recorded: one view of all replicas ──┬──▶ rules: recording rules, alerts
//!                                                                  └──▶ boards: Grafana dashboards
//! ```
//!
//! Only `gradus rules` uses this while the program runs. The rule files and dashboards are generated and committed, here
//! and in the chart. Tests check every metric, label and value in them against the catalogue of metrics.

pub mod boards;
pub mod recorded;
pub mod rules;
