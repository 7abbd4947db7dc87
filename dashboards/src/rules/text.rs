//! Parts of expressions and descriptions that several alerts share.
//!
//! A Prometheus that does not honour labels puts the tenant's namespace into `exported_namespace`, and the operator's into
//! `namespace`. Texts and joins work either way. See D-081.

/// Joins by assessment.
pub(super) const SAME_ASSESSMENT: &str =
    "on (cluster, job, namespace, exported_namespace, assessment)";
/// Joins by capability.
pub(super) const SAME_CAPABILITY: &str =
    "on (cluster, job, namespace, exported_namespace, capability)";

/// The tenant's namespace, as a template.
macro_rules! namespace {
    () => {
        "{{ or $labels.exported_namespace $labels.namespace }}"
    };
}
pub(super) use namespace;

/// A sentence about a series, which a description adds if templates may query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detail {
    /// The name of a series of the alert's assessment.
    pub(super) series: &'static str,
    /// The sentence as a template; `.Value` is the value of the series, and `.Labels` its labels.
    pub(super) text: &'static str,
}

/// A sentence, followed by its details. A detail without a series is left out. All details are left out if templates
/// may not query.
pub(super) fn with_details(sentence: &str, details: &[Detail]) -> String {
    let pieces: String = details
        .iter()
        .map(|Detail { series, text }| {
            format!(
                "{{{{ with printf `{series}%s` $of | query }}}}{{{{ with first . }}}}{text}{{{{ end }}}}{{{{ end }}}}"
            )
        })
        .collect();
    let variable = if details.is_empty() { "" } else { OF };
    [variable, sentence, &pieces].concat()
}

/// Sets the variable `$of` to matchers of the alert's assessment.
const OF: &str = "{{ $of := printf `{cluster=%q,job=%q,namespace=%q,exported_namespace=%q,assessment=%q}` \
     $labels.cluster $labels.job $labels.namespace $labels.exported_namespace $labels.assessment }}";
