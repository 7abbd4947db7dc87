//! Why a stage fell.

use gradus_engine::verdict::Cause;

/// Why a stage fell, as the end of a sentence: `capability wireless-most-premises was lost`.
pub fn cause(cause: Cause, capability: Option<&str>, evidence: Option<&str>) -> String {
    let of = |what: &str| match capability {
        Some(capability) => format!("{what} of capability {capability}"),
        None => what.to_owned(),
    };
    let named = |what: &str| match evidence {
        Some(evidence) => format!("{what} {evidence}"),
        None => format!("an {what}"),
    };
    match cause {
        Cause::CapabilityLost => match capability {
            Some(capability) => format!("capability {capability} was lost"),
            None => "a capability was lost".to_owned(),
        },
        Cause::EvidenceLost => match evidence {
            Some(evidence) => format!("{} was lost", of(&format!("evidence {evidence}"))),
            None => format!("{} was lost", of("the evidence")),
        },
        Cause::DependencyLost => match (evidence, capability) {
            (Some(dependency), Some(capability)) => {
                format!("capability {dependency}, which {capability} depends on, was lost")
            }
            (Some(dependency), None) => format!("capability {dependency} was lost"),
            (None, Some(capability)) => {
                format!("a capability that {capability} depends on was lost")
            }
            (None, None) => "a capability that others depend on was lost".to_owned(),
        },
        Cause::AttestationExpired => format!("{} reached its end", of(&named("attestation"))),
        Cause::AttestationWithdrawn => format!("{} was withdrawn", of(&named("attestation"))),
        Cause::WaiverEnded => match evidence {
            Some(waiver) => format!("waiver {waiver} ended"),
            None => "a waiver ended".to_owned(),
        },
        Cause::AwardEnded => match evidence {
            Some(award) => format!("the outside award {award} ended"),
            None => "the outside award ended".to_owned(),
        },
        Cause::ModelChanged => "the model changed".to_owned(),
        Cause::ScopeChanged => "the scope of the assessment changed".to_owned(),
    }
}
