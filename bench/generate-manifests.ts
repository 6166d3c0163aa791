import type { Random } from "./random.ts";

/** Kinds of YAML files and their shares in percent: a third are workloads and policies, few of which concern Keel. */
export const manifestKinds = [
  ["deployment", 22],
  ["cronJob", 6],
  ["policy", 4.6],
  ["keelPolicy", 0.4],
  ["service", 14],
  ["configMap", 18],
  ["values", 20],
  ["customResource", 10],
  ["helmRelease", 5],
] as const;

export type ManifestKind = (typeof manifestKinds)[number][0];

/** One file of the kind, 1 to 3 KiB long. */
export function manifestFile(index: number, kind: ManifestKind, random: Random): [path: string, text: string] {
  const length = random.between(1024, 3072);
  const path = `kubernetes/group-${Math.floor(index / 25)}/${kind}-${index}.yaml`;
  return [path, writers[kind](`${kind.toLowerCase()}-${index}`, length, random)];
}

const writers: Readonly<Record<ManifestKind, (name: string, length: number, random: Random) => string>> = {
  deployment: (name, length, random) => `${header("apps/v1", "Deployment", name, keelAnnotations(random))}spec:
  replicas: ${random.between(1, 5)}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
${containers(name, 6, length - 200, random)}`,
  cronJob: (name, length, random) => `${header("batch/v1", "CronJob", name)}spec:
  schedule: "${random.between(0, 59)} ${random.between(0, 23)} * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
${containers(name, 10, length - 200, random)}`,
  policy: (name, length, random) => `${header("kyverno.io/v1", "ClusterPolicy", name)}spec:
  background: false
  rules:
${filled(length - 150, (at) => validation(at, random))}`,
  keelPolicy: (name, length, random) => `${header("kyverno.io/v1", "ClusterPolicy", name)}spec:
  background: false
  rules:
    - name: keel
      match:
        any:
          - resources:
              kinds: [Deployment, StatefulSet, DaemonSet]
              namespaces: ["team-${random.between(0, 6)}", "env-${random.between(0, 40)}-*"]
      exclude:
        any:
          - resources: { selector: { matchLabels: { updates: manual } } }
      mutate:
        patchStrategicMerge:
          metadata:
            annotations:
              +(keel.sh/policy): force
              +(keel.sh/trigger): poll
${filled(length - 700, (at) => validation(at, random))}`,
  service: (name, length, random) => `${header("v1", "Service", name)}spec:
  selector:
    app: ${name}
  ports:
${filled(length - 150, (at) => `    - name: port-${at}\n      port: ${random.between(1, 9999)}\n      targetPort: ${random.between(1024, 9999)}\n      protocol: TCP\n`)}`,
  configMap: (name, length, random) => `${header("v1", "ConfigMap", name)}data:
  application.properties: |
${filled(length - 150, (at) => `    feature.${at}.enabled=${random.pick(["true", "false"])}\n    feature.${at}.limit=${random.between(1, 500)}\n`)}`,
  values: (name, length, random) => `# Values of ${name}
image:
  repository: registry.example.org/${name}
  tag: "1.${random.between(0, 30)}.${random.between(0, 9)}"
${filled(length - 100, (at) => `component${at}:\n  enabled: true\n  # Raise it with the number of users.\n  replicas: ${random.between(1, 9)}\n  resources: { requests: { cpu: 50m, memory: ${random.between(32, 512)}Mi } }\n`)}`,
  customResource: (name, length, random) => `${header("monitoring.coreos.com/v1", "PrometheusRule", name)}spec:
  groups:
    - name: ${name}
      rules:
${filled(length - 200, (at) => `        - alert: Alert${at}\n          expr: sum(rate(requests_total{code=~"5..", job="${name}"}[5m])) > ${random.between(1, 90)}\n          for: ${random.between(1, 30)}m\n          labels: { severity: warning }\n`)}`,
  helmRelease: (name, length, random) => `${header("helm.toolkit.fluxcd.io/v2", "HelmRelease", name)}spec:
  interval: 30m
  chart:
    spec:
      chart: ${name}
      version: ${random.between(1, 20)}.${random.between(0, 20)}.0
      sourceRef: { kind: HelmRepository, name: charts }
  values:
${filled(length - 300, (at) => `    option${at}:\n      enabled: true\n      size: ${random.between(1, 100)}Gi\n`)}`,
};

function header(apiVersion: string, kind: string, name: string, annotations = ""): string {
  return `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata:\n  name: ${name}\n  namespace: team-${name.length % 7}\n  labels:\n    app.kubernetes.io/name: ${name}\n${annotations}`;
}

function validation(at: number, random: Random): string {
  return `    - name: rule-${at}
      match:
        any:
          - resources:
              kinds: [Deployment, StatefulSet, Pod]
              namespaces: ["team-${random.between(0, 40)}-*"]
      validate:
        message: "Containers say how much memory they need."
        pattern:
          spec: { containers: [{ resources: { requests: { memory: "?*" } } }] }
`;
}

/** A tenth of the workloads are given to Keel. */
function keelAnnotations(random: Random): string {
  if (random.between(0, 9) > 0) return "";
  return `  annotations:\n    keel.sh/policy: ${random.pick(["force", "minor", "never"])}\n    keel.sh/trigger: poll\n`;
}

function containers(name: string, indent: number, length: number, random: Random): string {
  const container = (at: number): string => `- name: container-${at}
  image: registry.example.org/${name}:${random.pick(["1.2.3", "latest", "2.8", "v0.14.1"])}
  imagePullPolicy: ${random.pick(["Always", "IfNotPresent"])}
  args: ["--listen=:${random.between(1024, 9999)}", "--log-level=info"]
  env:
    - name: ENDPOINT_${at}
      value: "https://backend-${at}.example.org"
    - name: PASSWORD
      valueFrom:
        secretKeyRef:
          name: credentials-${random.between(1, 99)}
          key: password
  ports:
    - containerPort: ${random.between(1024, 9999)}
  readinessProbe:
    httpGet:
      path: /healthz
      port: ${random.between(1024, 9999)}
    periodSeconds: 10
  resources:
    requests: { cpu: 100m, memory: 128Mi }
    limits:
      memory: ${random.between(128, 2048)}Mi
`;
  const margin = " ".repeat(indent);
  return `${margin}containers:\n${indented(filled(length * 0.75, container), `${margin}  `)}`;
}

/** As many pieces as it takes to reach the length, at least one. */
function filled(length: number, piece: (at: number) => string): string {
  let text = "";
  for (let at = 0; at === 0 || text.length < length; at += 1) text += piece(at);
  return text;
}

function indented(text: string, margin: string): string {
  return text.replaceAll(/^(?=.)/gm, margin);
}
