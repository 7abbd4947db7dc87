//! The definitions as templates of the Helm chart. There, unlike in a chart's `crds` folder, an
//! upgrade of the chart upgrades them.

/// The template that gives the definition `yaml`, with labels and annotations of the chart.
pub(super) fn template(yaml: &str) -> String {
    let named = yaml.replace("{{", r#"{{ "{{" }}"#).replacen(
        "\nspec:\n",
        "\n  {{- include \"gradus.crdMetadata\" . | nindent 2 }}\nspec:\n",
        1,
    );
    format!("{{{{- if .Values.crds.enabled }}}}\n{named}{{{{- end }}}}\n")
}

#[cfg(test)]
mod tests {
    use super::template;

    #[test]
    fn text_that_looks_like_an_action_stays_text() {
        let yaml = "metadata:\n  name: a\nspec:\n  description: say {{ this }}\n";
        assert_eq!(
            template(yaml),
            "{{- if .Values.crds.enabled }}\nmetadata:\n  name: a\n  \
             {{- include \"gradus.crdMetadata\" . | nindent 2 }}\nspec:\n  \
             description: say {{ \"{{\" }} this }}\n{{- end }}\n"
        );
    }
}
