{{/*
Whether an object of a kind that may not be there is installed: `true` always, `false` never, `auto` where
the cluster knows the kind. A pipeline that renders without a cluster knows no kinds and says true or false.
*/}}
{{- define "gradus.wants" -}}
{{- $knows := .root.Capabilities.APIVersions.Has .kind -}}
{{- if or (eq (toString .enabled) "true") (and (eq (toString .enabled) "auto") $knows) }}yes{{ end }}
{{- end }}

{{- define "gradus.wants.serviceMonitor" -}}
{{- include "gradus.wants" (dict "root" . "kind" "monitoring.coreos.com/v1/ServiceMonitor" "enabled" .Values.prometheus.serviceMonitor.enabled) }}
{{- end }}

{{- define "gradus.wants.rules" -}}
{{- include "gradus.wants" (dict "root" . "kind" "monitoring.coreos.com/v1/PrometheusRule" "enabled" .Values.prometheus.rules.enabled) }}
{{- end }}

{{- define "gradus.wants.grafanaDashboards" -}}
{{- include "gradus.wants" (dict "root" . "kind" "grafana.integreatly.org/v1beta1/GrafanaDashboard" "enabled" .Values.grafana.grafanaDashboards.enabled) }}
{{- end }}

{{/* The metadata of an object that a user may move and label: .root, .name, .given with namespace, labels, annotations. */}}
{{- define "gradus.monitoring.metadata" -}}
name: {{ .name }}
namespace: {{ default .root.Release.Namespace .given.namespace }}
labels:
  {{- include "gradus.labels" .root | nindent 2 }}
  {{- with .given.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .given.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The scrape job whose absence is an alert: the one that the ServiceMonitor makes, unless the user names another. */}}
{{- define "gradus.rules.job" -}}
{{- if .Values.prometheus.rules.job }}
{{- .Values.prometheus.rules.job }}
{{- else if include "gradus.wants.serviceMonitor" . }}
{{- .Release.Name }}
{{- end }}
{{- end }}

{{/* One rule of files/rules.yaml as the values ask for it; nothing when it is turned off. */}}
{{- define "gradus.rules.rule" -}}
{{- $rules := .root.Values.prometheus.rules }}
{{- $rule := .rule }}
{{- if $rule.record }}
{{- toYaml $rule }}
{{- else }}
{{- $knobs := get $rules.alerts $rule.alert }}
{{- if $knobs.enabled }}
{{- $job := include "gradus.rules.job" .root }}
{{- $job = ternary (printf "{job=%q}" $job) "" (ne $job "") }}
{{- $days := toString (int (default 0 $knobs.days)) }}
{{- $annotations := dict }}
{{- range $name, $text := $rule.annotations }}
{{- if or (ne $name "gradus_url") $rules.gradusUrl }}
{{- $text = $text | replace "${runbookBase}" $rules.runbookBase }}
{{- $text = $text | replace "${dashboardBase}" $rules.dashboardBase }}
{{- $text = $text | replace "${gradusUrl}" $rules.gradusUrl }}
{{- $_ := set $annotations $name $text }}
{{- end }}
{{- end }}
{{- $_ := set $rule "expr" ($rule.expr | replace "${days}" $days | replace "${job}" $job) }}
{{- $_ := set $rule "for" $knobs.for }}
{{- with $knobs.keepFiringFor }}
{{- $_ := set $rule "keep_firing_for" . }}
{{- end }}
{{- $severity := dict "severity" $knobs.severity }}
{{- $_ := set $rule "labels" (merge $severity (default dict $knobs.labels) $rules.alertLabels) }}
{{- $_ := set $rule "annotations" (merge (dict) (default dict $knobs.annotations) $rules.alertAnnotations $annotations) }}
{{- toYaml $rule }}
{{- end }}
{{- end }}
{{- end }}

{{/* Whether an object is there, and why not: .wanted, .enabled, .value. */}}
{{- define "gradus.monitoring.note" -}}
{{- if .wanted }}installed
{{- else if eq (toString .enabled) "auto" }}not installed: the cluster does not know the kind; {{ .value }}=true installs it all the same
{{- else }}not installed: {{ .value }} is {{ .enabled }}
{{- end }}
{{- end }}
