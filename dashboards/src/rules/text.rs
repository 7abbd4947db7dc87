//! Pieces of which expressions and descriptions are made.
//!
//! Where a Prometheus does not honour our labels, the tenant's namespace is in `exported_namespace` and
//! `namespace` is the operator's. Texts and joins hold either way.

/// What names an assessment in a join.
pub(super) const SAME_ASSESSMENT: &str =
    "on (cluster, job, namespace, exported_namespace, assessment)";
/// What names a capability in a join.
pub(super) const SAME_CAPABILITY: &str =
    "on (cluster, job, namespace, exported_namespace, capability)";

/// The tenant's namespace in a text.
macro_rules! namespace {
    () => {
        "{{ or $labels.exported_namespace $labels.namespace }}"
    };
}
pub(super) use namespace;

/// Something that a description adds where templates may query.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// A series of the alert's own assessment.
    pub(super) series: &'static str,
    /// What to say of it; `.Value` is its number and `.Labels` its labels.
    pub(super) text: &'static str,
}

/// A sentence, and behind it what is known. What has no answer is left out, and so is all of it where
/// templates may not query.
pub(super) fn with_known(sentence: &str, known: &[Known]) -> String {
    let pieces: String = known
        .iter()
        .map(|Known { series, text }| {
            format!(
                "{{{{ with printf `{series}%s` $of | query }}}}{{{{ with first . }}}}{text}{{{{ end }}}}{{{{ end }}}}"
            )
        })
        .collect();
    let narrowed = if known.is_empty() { "" } else { OF };
    [narrowed, sentence, &pieces].concat()
}

/// Narrows a query to the alert's own assessment.
const OF: &str = "{{ $of := printf `{cluster=%q,job=%q,namespace=%q,exported_namespace=%q,assessment=%q}` \
     $labels.cluster $labels.job $labels.namespace $labels.exported_namespace $labels.assessment }}";
