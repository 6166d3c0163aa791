{{/* Seconds of agent.interval, as holdfast reads it: 90s, 10m, 24h, 1d, or a number of seconds. */}}
{{- define "holdfast.intervalSeconds" -}}
{{- $time := .Values.agent.interval -}}
{{- $number := regexFind "^[0-9]+" $time | int -}}
{{- $unit := regexFind "[smhd]?$" $time | default "s" -}}
{{- mul $number (get (dict "s" 1 "m" 60 "h" 3600 "d" 86400) $unit) -}}
{{- end -}}
