//! What a model must not be: everything that one field alone cannot show.

mod circles;
mod criteria;
mod names;
mod scoring;
mod structure;

use self::names::Names;
use crate::diagnostic::Diagnostic;
use crate::model::Model;

/// Every finding about a model, in the order of its text.
pub(super) fn lint(model: &Model) -> Vec<Diagnostic> {
    let names = Names::of(model);
    let mut findings = structure::stages(model);
    findings.extend(structure::domains(model, &names));
    findings.extend(scoring::scales(model));
    findings.extend(criteria::criteria(model, &names));
    findings.extend(circles::cycles(model, &names));
    findings.extend(scoring::scoring(model));
    findings
}
