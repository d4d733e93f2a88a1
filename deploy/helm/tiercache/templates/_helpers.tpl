{{/* The name of what runs: the label app.kubernetes.io/name of the operator's pods. Users and tools rely on it. */}}
{{- define "tiercache.name" -}}
{{- default "tiercache-operator" .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The name of every object of this release: tiercache-operator for a release called tiercache or tiercache-operator.
     At most 50 characters, so that the longest suffix still fits a Service's 63. */}}
{{- define "tiercache.fullname" -}}
{{- $release := .Release.Name | trimSuffix "-operator" }}
{{- $name := ternary (printf "%s-operator" $release) (printf "%s-tiercache-operator" $release) (contains "tiercache" $release) }}
{{- default $name .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{/* What selects the operator's pods: never a version, for a selector cannot change. */}}
{{- define "tiercache.selectorLabels" -}}
app.kubernetes.io/name: {{ include "tiercache.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "tiercache.labels" -}}
{{ include "tiercache.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
{{- end }}

{{- define "tiercache.serviceAccountName" -}}
{{- default (ternary (include "tiercache.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{/* An image reference: the digest wins over the tag, and no tag means the chart's appVersion.
     Takes (dict "image" <repository, tag, digest> "context" $). */}}
{{- define "tiercache.image" -}}
{{- if .image.digest }}
{{- printf "%s@%s" .image.repository .image.digest }}
{{- else }}
{{- printf "%s:%s" .image.repository (default .context.Chart.AppVersion .image.tag) }}
{{- end }}
{{- end }}

{{/* The variables that the chart sets, and what to do instead of setting them once more. */}}
{{- define "tiercache.ownEnv" -}}
OPERATOR_NAMESPACE: it is the release's namespace
POD_NAME: it is the pod's name
WATCH_NAMESPACES: use the value watchNamespaces
LEADER_ELECTION: it is always Enabled, so that no two operators ever work at a time
LEASE_NAME: use the value fullnameOverride
HTTP_PORT: it is always 8080
REDIS_IMAGE: use the value defaults.redisImage
API_IMAGE: use the value defaults.apiImage
OBSERVE_INTERVAL_SECONDS: use the value observeIntervalSeconds
LOG_LEVEL: use the value logLevel
LOG_FORMAT: use the value logFormat
JAVA_TOOL_OPTIONS: use the value jvmOptions
{{- end }}

{{/* The operator's settings, the same for the Deployment and for the self-check of helm test. */}}
{{- define "tiercache.env" -}}
- name: OPERATOR_NAMESPACE
  valueFrom:
    fieldRef:
      apiVersion: v1
      fieldPath: metadata.namespace
- name: POD_NAME
  valueFrom:
    fieldRef:
      apiVersion: v1
      fieldPath: metadata.name
- name: WATCH_NAMESPACES
  value: {{ join "," .Values.watchNamespaces | quote }}
- name: LEADER_ELECTION
  value: Enabled
- name: LEASE_NAME
  value: {{ include "tiercache.fullname" . }}
- name: HTTP_PORT
  value: "8080"
- name: REDIS_IMAGE
  value: {{ include "tiercache.image" (dict "image" .Values.defaults.redisImage "context" .) | quote }}
- name: API_IMAGE
  value: {{ include "tiercache.image" (dict "image" .Values.defaults.apiImage "context" .) | quote }}
- name: OBSERVE_INTERVAL_SECONDS
  value: {{ .Values.observeIntervalSeconds | int | quote }}
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
- name: LOG_FORMAT
  value: {{ .Values.logFormat }}
{{- with .Values.jvmOptions }}
- name: JAVA_TOOL_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- $own := include "tiercache.ownEnv" . | fromYaml }}
{{- range $variable := .Values.extraEnv }}
{{- with get $own $variable.name }}
{{- fail (printf "extraEnv: the chart itself sets %s; %s" $variable.name .) }}
{{- end }}
- {{ toYaml $variable | nindent 2 | trim }}
{{- end }}
{{- end }}

{{/* Pod Security Standard "restricted", and a root file system that nothing can write to. */}}
{{- define "tiercache.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* Where and as whom the operator's pods run. */}}
{{- define "tiercache.podPlacement" -}}
serviceAccountName: {{ include "tiercache.serviceAccountName" . }}
automountServiceAccountToken: true
enableServiceLinks: false
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
