//! What ends on a known date, and what falls with it.

use gradus_engine::view::{EndKind, Forecast};

use super::calendar::day;

/// What ends, as a noun before its name: `attestation backup-2026`.
pub fn noun(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Attestation => "attestation",
        EndKind::Waiver => "waiver",
        EndKind::Award => "award",
        EndKind::Grace => "grace period of evidence",
    }
}

/// To which stage an assessment falls if nobody acts, when and why: `to 3 on 16 Mar 2027: waiver spare-link ends`.
pub fn fall(forecast: &Forecast) -> String {
    format!(
        "to {} on {}: {}",
        forecast.stage,
        day(forecast.at),
        forecast.because
    )
}
