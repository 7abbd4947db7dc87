{{/*
All rights of the operator, and nothing else: it reads the six kinds, writes their statuses, publishes
Events, and holds a lease. No wildcard, no secrets, no writes to anybody's spec.
*/}}

{{/* In every namespace that it serves. */}}
{{- define "gradus.rules.namespaced" -}}
- apiGroups: [gradus.dev]
  resources: [capabilities, attestations, waivers, assessments]
  verbs: [get, list, watch]
- apiGroups: [gradus.dev]
  resources: [capabilities/status, attestations/status, waivers/status, assessments/status]
  verbs: [patch]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end }}

{{/* In the cluster, also when it serves only some namespaces. */}}
{{- define "gradus.rules.cluster" -}}
- apiGroups: [gradus.dev]
  resources: [maturitymodels, profiles]
  verbs: [get, list, watch]
- apiGroups: [gradus.dev]
  resources: [maturitymodels/status, profiles/status]
  verbs: [patch]
# Distinguishes a removed definition from removed objects.
- apiGroups: [apiextensions.k8s.io]
  resources: [customresourcedefinitions]
  resourceNames:
    - maturitymodels.gradus.dev
    - profiles.gradus.dev
    - capabilities.gradus.dev
    - attestations.gradus.dev
    - waivers.gradus.dev
    - assessments.gradus.dev
  verbs: [get]
{{- end }}

{{/* To authorize scrapes, if metrics.authentication is enabled. */}}
{{- define "gradus.rules.readers" -}}
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}

{{/* In its own namespace. A creation cannot be held to a name. */}}
{{- define "gradus.rules.lease" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [{{ include "gradus.leaseName" . }}]
  verbs: [get, update]
{{- end }}

{{/*
What people may do, by kind and by the Kubernetes role that takes it up. Everybody who may write may
also read. Nobody may write a status.

An attestation is a person's word and a waiver's approval an exception: both raise a stage without
anything having been built, so they are the namespace's admin's. An edit may ask for a waiver, which
counts for nothing before it is approved. With an assessment go its mark, its falls and its history,
so to delete one is the admin's too. Attestations never change, but server-side apply creates
by patch.
*/}}
{{- define "gradus.rights" -}}
capabilities:
  resources: [capabilities]
  edit: [create, update, patch, delete, deletecollection]
assessments:
  resources: [assessments]
  edit: [create, update, patch]
  admin: [create, update, patch, delete, deletecollection]
attestations:
  resources: [attestations]
  admin: [create, patch, delete, deletecollection]
waivers:
  resources: [waivers]
  edit: [create]
  admin: [create, update, patch, delete, deletecollection]
models:
  resources: [maturitymodels, profiles]
  admin: [create, update, patch, delete, deletecollection]
{{- end }}
