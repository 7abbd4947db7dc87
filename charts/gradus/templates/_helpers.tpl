{{/* The name of the chart, or nameOverride. */}}
{{- define "gradus.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of every object of the release, short enough for a suffix. */}}
{{- define "gradus.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- else if contains (include "gradus.name" .) .Release.Name }}
{{- .Release.Name | trunc 40 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "gradus.name" .) | trunc 40 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* The selector of the operator's pods. It must not change between versions: selectors are immutable. */}}
{{- define "gradus.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gradus.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "gradus.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "gradus.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: gradus
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "gradus.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "gradus.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* A digest pins the image; the tag is then only informative. */}}
{{- define "gradus.image" -}}
{{- with .Values.image -}}
{{ .repository }}:{{ default $.Chart.AppVersion .tag }}{{ with .digest }}@{{ . }}{{ end }}
{{- end }}
{{- end }}

{{/* The lease of the replica that writes. */}}
{{- define "gradus.leaseName" -}}
{{- include "gradus.fullname" . }}
{{- end }}

{{/* Labels and annotations of a custom resource definition. */}}
{{- define "gradus.crdMetadata" -}}
labels:
  {{- include "gradus.labels" . | nindent 2 }}
{{- if .Values.crds.keep }}
annotations:
  helm.sh/resource-policy: keep
{{- end }}
{{- end }}

{{/* The subjects of the operator's role bindings. */}}
{{- define "gradus.subjects" -}}
- kind: ServiceAccount
  name: {{ include "gradus.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}

{{/* The names by which page and metrics are reached: those of the service, and what a user adds. */}}
{{- define "gradus.hosts" -}}
{{- $name := include "gradus.fullname" . -}}
{{- $namespaced := printf "%s.%s" $name .Release.Namespace -}}
{{- $service := list $name $namespaced (printf "%s.svc" $namespaced) (printf "%s.svc.cluster.local" $namespaced) -}}
{{- join "," (concat $service .Values.service.hosts) -}}
{{- end }}
