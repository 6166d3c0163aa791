import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { renderedObject } from "../../../test/builders/rendered-objects.ts";
import type { JsonObject } from "../../model/json.ts";
import type { Reason } from "../../model/told.ts";
import { claims, type Surroundings } from "./claims.ts";

interface PodFacts {
  readonly hostNetwork?: boolean;
  readonly containers?: readonly JsonObject[];
  readonly initContainers?: readonly JsonObject[];
  readonly annotations?: JsonObject;
}

function deployment({
  annotations = {},
  hostNetwork = true,
  containers = [],
  initContainers = [],
}: PodFacts): JsonObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { namespace: "nfs-csi", name: "csi-nfs-controller" },
    spec: {
      template: {
        metadata: { annotations },
        spec: { hostNetwork, initContainers: [...initContainers], containers: [...containers] },
      },
    },
  };
}

/** One container named `main` with these fields. */
function container(fields: JsonObject): PodFacts {
  return { containers: [{ name: "main", image: "registry.example/main:1", ...fields }] };
}

function portsOf(facts: PodFacts, surroundings: Surroundings = {}, untold?: ReadonlyMap<string, Reason>) {
  const ports = claims(renderedObject(deployment(facts), untold), surroundings);
  if (ports === null) throw new Error("it makes pods");
  return ports;
}

/** `29652/tcp 127.0.0.1 liveness-probe: corroborated by argument, probe`, and `? …` for what is not told. */
function linesOf(...asked: Parameters<typeof portsOf>): readonly string[] {
  const { claims: found, untold } = portsOf(...asked);
  return [
    ...found.map(({ port, transport, address, container: name, kind, strength, sources, how, seenByScheduler }) => {
      const by = sources.map(({ from }) => from).join(", ");
      const marks = [
        kind === "main" ? "" : ` (${kind})`,
        how === "bound" ? "" : " forwarded",
        seenByScheduler ? " seen" : "",
      ];
      return `${port}/${transport} ${address || "?"} ${name}${marks.join("")}: ${strength} by ${by}`;
    }),
    ...untold.map(({ container: name, name: what, reason }) => `? ${name ?? "any"} ${what}: ${reason.code}`),
  ];
}

test("the controller of the incident: the port is bound by one container and asked for by another", () => {
  const facts: PodFacts = {
    containers: [
      {
        name: "liveness-probe",
        image: "registry.k8s.io/sig-storage/livenessprobe:v2.17.0",
        args: ["--csi-address=/csi/csi.sock", "--http-endpoint=localhost:29652", "--v=2"],
      },
      {
        name: "nfs",
        image: "registry.k8s.io/sig-storage/nfsplugin:v4.13.2",
        args: ["--endpoint=$(CSI_ENDPOINT)"],
        env: [{ name: "CSI_ENDPOINT", value: "unix:///csi/csi.sock" }],
        livenessProbe: { httpGet: { host: "localhost", path: "/healthz", port: 29_652 } },
      },
    ],
  };
  expect(portsOf(facts).claims).toEqual([
    {
      pod: { group: "apps", kind: "Deployment", namespace: "nfs-csi", name: "csi-nfs-controller" },
      container: "liveness-probe",
      kind: "main",
      address: "127.0.0.1",
      port: 29_652,
      transport: "tcp",
      how: "bound",
      strength: "corroborated",
      sources: [
        {
          from: "argument",
          container: "liveness-probe",
          name: "--http-endpoint",
          pointer: "/spec/template/spec/containers/0/args/1",
          at: { file: 0, start: 0, end: 0 },
        },
        {
          from: "probe",
          container: "nfs",
          name: "livenessProbe",
          pointer: "/spec/template/spec/containers/1/livenessProbe/httpGet/port",
          at: { file: 0, start: 0, end: 0 },
        },
      ],
      seenByScheduler: false,
    },
  ]);
});

describe("arguments", () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ["HOST:PORT", ["--http-endpoint=localhost:1"], ["1/tcp 127.0.0.1"]],
    ["in two words", ["--metrics-address", "0.0.0.0:1"], ["1/tcp 0.0.0.0"]],
    ["with one dash", ["-metrics-bind-address=:1"], ["1/tcp *"]],
    ["a port alone", ["--web.listen-address=1"], ["1/tcp ?"]],
    ["IPv6", ["--secure-listen-address=[::1]:1"], ["1/tcp ::1"]],
    ["IPv6, not at its shortest", ["--listen-address=[0:0:0:0:0:0:0:1]:1"], ["1/tcp ::1"]],
    ["IPv6 of everywhere", ["--bind-address=[::]:1"], ["1/tcp ::"]],
    ["a host name is not looked up", ["--addr=node.example:1"], ["1/tcp ?"]],
    [
      "a URL, and several",
      ["--listen-client-urls=https://127.0.0.1:1,https://10.0.0.1:2"],
      ["1/tcp 127.0.0.1", "2/tcp 10.0.0.1"],
    ],
    ["of Traefik", ["--entryPoints.web.address=:1/tcp", "--entryPoints.dns.address=:2/udp"], ["1/tcp *", "2/udp *"]],
    [
      "ports",
      ["--port=1", "--health-port=2", "--metrics_port=3", "--metricsport=4"],
      ["1/tcp ?", "2/tcp ?", "3/tcp ?", "4/tcp ?"],
    ],
    ["a port and its address", ["--metrics-port=1", "--metrics-bind-address=127.0.0.1"], ["1/tcp 127.0.0.1"]],
    ["a secure port goes with the bare address", ["--secure-port=1", "--bind-address=127.0.0.1"], ["1/tcp 127.0.0.1"]],
    ["QUIC is UDP", ["--quic-bind-port=1"], ["1/udp ?"]],
    ["the last one counts", ["--metrics-addr=:1", "--metrics-addr=:2"], ["2/tcp *"]],
    ["what may be repeated", ["--web.listen-address=:1", "--web.listen-address=:2"], ["1/tcp *", "2/tcp *"]],
    ["sockets of files", ["--listen-address=unix:///run/x.sock", "--addr=/run/x.sock", "--http-endpoint=@x"], []],
    ["switched off", ["--metrics-port=0", "--http-endpoint=", "--health-port=-1", "--metrics-bind-address=0"], []],
    ["switched off beside it", ["--enable-metrics=false", "--metrics-port=1"], []],
    ["switched on", ["--enable-metrics=true", "--metrics-port=1"], ["1/tcp ?"]],
    [
      "what is dialled",
      [
        "--csi-address=/csi/csi.sock",
        "--endpoint=10.0.0.1:1",
        "--server-address=:1",
        "--etcd-metrics-port=1",
        "--api-port=1",
        "--upstream-http-port=1",
        "--advertise-address=10.0.0.1:1",
        "--otlp-http-endpoint=x:1",
        "--traffic-manager-port=7788",
      ],
      [],
    ],
    ["a flag without a value", ["--port", "--v=2"], []],
    ["a path", ["--metrics-endpoint=/metrics"], []],
  ])("%s", (_, args, expected) => {
    const found = portsOf(container({ args: [...args] }));
    expect(found.claims.map(({ port, transport, address }) => `${port}/${transport} ${address || "?"}`)).toEqual(
      expected,
    );
    expect(found.untold).toEqual([]);
  });

  test.each<[string, JsonObject, readonly string[]]>([
    ["a value that is none", { args: ["--metrics-port=http"] }, ["? main --metrics-port: not-understood"]],
    ["too high", { args: ["--metrics-port=65536"] }, ["? main --metrics-port: not-understood"]],
    [
      "a variable that is not there",
      { args: ["--metrics-port=$(PORT_OF_METRICS)"] },
      ["? main --metrics-port: not-declared"],
    ],
    ["a placeholder", { args: ["--metrics-port=redacted-0123456789ab"] }, ["? main --metrics-port: sensitive"]],
    [
      "of a Secret",
      {
        args: ["--metrics-port=$(P)"],
        env: [{ name: "P", valueFrom: { secretKeyRef: { name: "s", key: "p" } } }],
      },
      ["? main --metrics-port: sensitive"],
    ],
    [
      "of a Secret whose keys are all taken",
      { args: ["--metrics-port=$(P)"], envFrom: [{ secretRef: { name: "s" } }] },
      ["? main --metrics-port: sensitive"],
    ],
    [
      "of a ConfigMap of another release",
      {
        args: ["--metrics-port=$(P)"],
        env: [{ name: "P", valueFrom: { configMapKeyRef: { name: "elsewhere", key: "p" } } }],
      },
      ["? main --metrics-port: not-declared"],
    ],
  ])("not told: %s", (_, fields, expected) => {
    expect(linesOf(container(fields))).toEqual(expected);
  });

  test.each<[string, JsonObject, readonly string[]]>([
    [
      "variables of variables",
      {
        args: ["--metrics-address=$(HOST):$(P)", "$$(P)"],
        env: [
          { name: "BASE", value: "808" },
          { name: "P", value: "$(BASE)1" },
          { name: "HOST", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
        ],
      },
      ["8081/tcp node main: one source by argument"],
    ],
    [
      "of a ConfigMap of the release",
      {
        args: ["--metrics-port=$(P)"],
        env: [{ name: "P", valueFrom: { configMapKeyRef: { name: "settings", key: "metrics" } } }],
      },
      ["9100/tcp ? main: one source by argument"],
    ],
    [
      "all keys of a ConfigMap",
      { envFrom: [{ configMapRef: { name: "settings" }, prefix: "THE_" }], args: ["--port=$(THE_metrics)"] },
      ["9100/tcp ? main: one source by argument"],
    ],
    [
      "a script of a shell",
      {
        command: ["/bin/sh", "-ec"],
        args: ['exec server --metrics-addr="127.0.0.1:$P" --port ${P2} # --health-port=3'],
        env: [
          { name: "P", value: "1" },
          { name: "P2", value: "2" },
        ],
      },
      [
        "1/tcp 127.0.0.1 main: one source by argument",
        "2/tcp ? main: one source by argument",
        "3/tcp ? main: one source by argument",
      ],
    ],
  ])("told by %s", (_, fields, expected) => {
    const settings = renderedObject({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { metrics: "9100" },
    });
    expect(linesOf(container(fields), { configMaps: new Map([["settings", settings]]) })).toEqual(expected);
  });
});

describe("the rest of a pod", () => {
  test.each<[string, PodFacts, readonly string[]]>([
    [
      "a container port is a host port with host network",
      container({
        ports: [
          { containerPort: 53, protocol: "UDP" },
          { containerPort: 80, hostPort: 80 },
        ],
      }),
      ["53/udp ? main seen: declared by defaulted", "80/tcp ? main seen: declared by declared"],
    ],
    [
      "declared by one container and bound by another",
      {
        containers: [
          {
            name: "plugin",
            ports: [{ name: "healthz", containerPort: 9808 }],
            livenessProbe: { httpGet: { port: "healthz" } },
          },
          { name: "probe", image: "public.ecr.aws/csi-components/livenessprobe:v2.19.0-eksbuild.5" },
        ],
      },
      ["9808/tcp * probe seen: declared by defaulted, probe, image"],
    ],
    [
      "a sidecar and an init container",
      {
        initContainers: [
          { name: "first", ports: [{ containerPort: 1 }] },
          { name: "beside", restartPolicy: "Always", args: ["--port=2"] },
        ],
      },
      ["1/tcp ? first (init): declared by defaulted", "2/tcp ? beside (sidecar): one source by argument"],
    ],
    [
      "a port that two containers bind is claimed twice",
      {
        containers: [
          { name: "a", args: ["--port=1"] },
          { name: "b", args: ["--port=1"] },
        ],
      },
      ["1/tcp ? a: one source by argument", "1/tcp ? b: one source by argument"],
    ],
    [
      "variables",
      container({
        env: [
          { name: "METRICS_PORT", value: "1" },
          { name: "HTTP_LISTEN_ADDR", value: ":2" },
          { name: "PORT", value: "3" },
          { name: "ADDRESS", value: ":4" },
          { name: "KUBERNETES_SERVICE_PORT", value: "5" },
          { name: "DB_PORT", value: "6" },
          { name: "KUBE_OVN_SB_PORT", value: "7" },
        ],
      }),
      [
        "1/tcp ? main: one source by environment",
        "2/tcp * main: one source by environment",
        "3/tcp ? main: one source by environment",
      ],
    ],
    [
      "a variable and the argument that it is used in",
      container({ args: ["--metrics-port=$(METRICS_PORT)"], env: [{ name: "METRICS_PORT", value: "1" }] }),
      ["1/tcp ? main: corroborated by argument, environment"],
    ],
    [
      "probes: by number, by name, of gRPC, of another host, by a name of another container",
      container({
        ports: [{ name: "http", containerPort: 1 }],
        startupProbe: { tcpSocket: { port: 2 } },
        livenessProbe: { grpc: { port: 3 } },
        readinessProbe: { httpGet: { host: "other.example", port: 4 } },
      }),
      [
        "1/tcp ? main seen: declared by defaulted",
        "2/tcp ? main: one source by probe",
        "3/tcp ? main: one source by probe",
      ],
    ],
    [
      "a name that no port has, and a number in quotes",
      container({ livenessProbe: { httpGet: { port: "health" } }, readinessProbe: { httpGet: { port: "8080" } } }),
      ["8080/tcp ? main: one source by probe"],
    ],
    [
      "the annotation",
      { ...container({}), annotations: { "prometheus.io/port": "9" } },
      ["9/tcp ? main: one source by annotation"],
    ],
    [
      "the annotation, and nothing to scrape",
      { ...container({}), annotations: { "prometheus.io/port": "9", "prometheus.io/scrape": "false" } },
      [],
    ],
    [
      "what an image is known for, and is told otherwise",
      {
        containers: [
          { name: "a", image: "registry.k8s.io/sig-storage/livenessprobe@sha256:00" },
          { name: "b", image: "localhost:5000/livenessprobe:v2", args: ["--health-port=9809"] },
          { name: "c", image: "example.com/not-livenessprobe:v2" },
        ],
      },
      ["9808/tcp * a: image default by image", "9809/tcp ? b: one source by argument"],
    ],
    [
      "on a network of its own only what is forwarded",
      {
        hostNetwork: false,
        ...container({
          args: ["--port=1"],
          ports: [{ containerPort: 2 }, { containerPort: 3, hostPort: 30, hostIP: "127.0.0.1" }],
        }),
      },
      ["30/tcp 127.0.0.1 main forwarded seen: declared by declared"],
    ],
  ])("%s", (_, facts, expected) => {
    expect(linesOf(facts)).toEqual(expected);
  });

  test("what was seen is the strongest, and says where", () => {
    const observed = [{ container: "main", address: "127.0.0.1", port: 8080, transport: "tcp" as const }];
    expect(linesOf(container({ ports: [{ containerPort: 8080 }] }), { observed })).toEqual([
      "8080/tcp 127.0.0.1 main seen: observed by observed, defaulted",
    ]);
  });

  test.each<[string, string, readonly string[]]>([
    [
      "the host's network",
      "/spec/template/spec/hostNetwork",
      ["1/tcp ? main: one source by argument", "? any hostNetwork: sensitive"],
    ],
    ["an argument", "/spec/template/spec/containers/0/args/0", ["? main --port: sensitive"]],
    ["all of it", "/spec", ["? any hostNetwork: sensitive", "? main --port: sensitive"]],
  ])("what a placeholder reaches is not told: %s", (_, pointer, expected) => {
    const reason: Reason = { code: "sensitive", text: "it is redacted", at: [] };
    expect(linesOf(container({ args: ["--port=1"] }), {}, new Map([[pointer, reason]])).toSorted()).toEqual(expected);
  });

  test("a kind that makes no pods has none", () => {
    expect(claims(renderedObject({ apiVersion: "v1", kind: "Service", metadata: { name: "x" }, spec: {} }))).toBeNull();
  });
});

describe("hostile input", () => {
  test("10,000 containers", () => {
    const containers = Array.from({ length: 10_000 }, (_, index) => {
      return { name: `c${index}`, args: [`--port=${(index % 60_000) + 1}`], livenessProbe: { tcpSocket: { port: 1 } } };
    });
    const { claims: found } = portsOf({ containers });
    expect(found.length).toBe(10_000);
    expect(found[0]?.sources.length).toBe(32);
  });

  test.each<[string, JsonObject]>([
    ["a huge argument", { args: [`--port=${"1".repeat(2_000_000)}`, "--metrics-port=1"] }],
    ["many arguments", { args: Array.from({ length: 30_000 }, () => "x") }],
    ["a script without an end to its quotes", { command: ["sh", "-c", `"'`.repeat(600_000)] }],
    [
      "variables that double",
      {
        args: ["--port=$(V30)"],
        env: Array.from({ length: 31 }, (_, n) => ({
          name: `V${n}`,
          value: n === 0 ? "1234567890" : `$(V${n - 1})$(V${n - 1})`,
        })),
      },
    ],
  ])("%s is cut, and said to be", (_, fields) => {
    expect(portsOf(container(fields)).untold.length).toBeGreaterThan(0);
  });

  test("control characters, names of prototypes, and fields that are of no such type", () => {
    const facts = container({
      args: ["--port=\u001b[31m1", null, 5, { a: 1 }, "--__proto__=1"],
      env: [{ name: "__proto__", value: "1" }, { name: 5, value: {} }, null, "x"],
      envFrom: [{ configMapRef: { name: "__proto__" } }, 5],
      ports: [{ containerPort: "http" }, { containerPort: -1 }, 7, { name: "constructor", containerPort: 70_000 }],
      livenessProbe: { httpGet: { port: "constructor" } },
      readinessProbe: "x",
    });
    expect(linesOf(facts)).toEqual([
      "? main ports: not-understood",
      "? main ports: not-understood",
      "? main ports: not-understood",
      "? main --port: not-understood",
    ]);
  });

  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.boolean(),
      tie("list"),
      tie("object"),
    ),
    list: fc.array(tie("value"), { maxLength: 3 }),
    object: fc.dictionary(
      fc.constantFrom(
        "name",
        "args",
        "command",
        "env",
        "value",
        "valueFrom",
        "configMapKeyRef",
        "ports",
        "containerPort",
        "hostPort",
        "livenessProbe",
        "httpGet",
        "port",
        "image",
      ),
      tie("value"),
      { maxKeys: 5 },
    ),
  }));

  test("nothing makes it fail, and every claim is of a port and has a source", () => {
    fc.assert(
      fc.property(fc.array(json.object, { maxLength: 4 }), fc.boolean(), (containers, hostNetwork) => {
        for (const { port, sources } of portsOf({ containers: containers as JsonObject[], hostNetwork }).claims) {
          expect(port > 0 && port < 65_536 && sources.length > 0).toBe(true);
        }
      }),
    );
  });

  test("taking a value away leaves the port told by something else, or names the place", () => {
    const parts = ["--metrics-port=9100", "--http-endpoint=:9200", "--health-port=9300"];
    fc.assert(
      fc.property(fc.subarray(parts), fc.nat(2), (args, which) => {
        const pointer = `/spec/template/spec/containers/0/args/${which}`;
        const reason: Reason = { code: "sensitive", text: "it is redacted", at: [] };
        const all = portsOf(container({ args: [...args] }));
        const less = portsOf(container({ args: [...args] }), {}, new Map([[pointer, reason]]));
        expect(less.claims.length + less.untold.length).toBe(all.claims.length);
      }),
    );
  });
});
