import fc from "fast-check";
import { expect, test } from "vitest";
import { incident } from "../../test/builders/incident.ts";
import { without } from "../../test/builders/ledgers.ts";
import { nodeReportOf, portsReportOf } from "../../test/builders/node-reports.ts";
import type { ApiPod, ObservedNode } from "../model/ledger.ts";
import { reasonCodes, type Told } from "../model/told.ts";
import { nodeReport } from "../report/node/node-report.ts";
import { nodeText } from "../report/node/node-text.ts";
import { portsReport } from "../report/node/ports-report.ts";
import { portsText } from "../report/node/ports-text.ts";
import { readLines } from "./read/lines.ts";
import { readNode } from "./read/node.ts";
import { redactNode } from "./redact/node.ts";
import { snapshotLines } from "./record/nodes.ts";

/** What is read back of what is written, in pieces of so many bytes. */
async function readBack(observed: ObservedNode, piece = 1000): Promise<ObservedNode> {
  const nodes = [{ observed, cgroupRoot: null }];
  const text = [...snapshotLines({ toolVersion: "0.1.0", at: "2026-05-17T09:00:39Z", server: null, nodes })].join("");
  const bytes = Buffer.from(text);
  const pieces = (async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  })();
  const { observed: read } = await readNode(readLines(pieces), ({ nodes: [first] }) => first?.name ?? "");
  return read;
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constantFrom("password=hunter2", "https://u:p@h/", "a\u{2028}b", "\ud800", ""),
);
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const number = fc.integer();
const nanoseconds = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String);
const port = fc.nat(65_535);
const transport = fc.constantFrom("tcp", "udp", "sctp");
const few = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { maxLength: 3 });
const time = fc.constantFrom("2026-05-17T09:00:39Z", "2026-05-17T09:00:41.250Z", "0001-01-01T00:00:00Z");
const reading = fc.record({ began: fc.nat(), ended: fc.nat(), at: time });

function told<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Told<T>> {
  const reason = fc.record(
    { code: fc.constantFrom(...reasonCodes), text, at: fc.constant([]), supply: text },
    { requiredKeys: ["code", "text", "at"] },
  );
  return fc.oneof(
    { weight: 4, arbitrary: arbitrary.map((known) => ({ known, at: [] })) },
    { weight: 1, arbitrary: reason.map((unknown) => ({ unknown })) },
  );
}

const pod: fc.Arbitrary<ApiPod> = fc.record({
  namespace: text,
  name: text,
  uid: text,
  resourceVersion: text,
  node: orNull(text),
  phase: orNull(text),
  hostNetwork: fc.boolean(),
  deletion: orNull(fc.record({ at: text, graceSeconds: orNull(number) })),
  configHash: orNull(text),
  configMirror: orNull(text),
  owner: orNull(text),
  containers: few(
    fc.record({
      name: text,
      kind: fc.constantFrom("init", "sidecar", "main", "ephemeral"),
      ports: few(
        fc.record({ name: orNull(text), containerPort: number, hostPort: number, hostIp: text, protocol: transport }),
      ),
      containerId: orNull(text),
      state: orNull(fc.constantFrom("waiting", "running", "terminated")),
      ready: fc.boolean(),
      restarts: number,
      reason: orNull(text),
      message: orNull(text),
    }),
  ),
});
const list = fc.record({
  reading,
  node: orNull(text),
  resourceVersion: text,
  servedAt: orNull(text),
  pods: few(pod),
  unparsed: few(
    fc.record({ namespace: orNull(text), name: orNull(text), uid: orNull(text), configHash: orNull(text), text }),
  ),
});
const runtime = fc.record({
  reading,
  runtime: fc.record({ name: text, version: text }),
  endpoint: text,
  sandboxes: few(
    fc.record({
      id: text,
      state: fc.constantFrom("ready", "not-ready", "unknown"),
      createdAt: nanoseconds,
      namespace: text,
      name: text,
      uid: text,
      attempt: number,
      labelUid: orNull(text),
      configSource: orNull(text),
      configHash: orNull(text),
      runtimeHandler: text,
    }),
  ),
  containers: few(
    fc.record({
      id: text,
      sandboxId: text,
      name: text,
      state: fc.constantFrom("created", "running", "exited", "unknown"),
      createdAt: nanoseconds,
      attempt: number,
      image: text,
      labelUid: orNull(text),
      graceSeconds: orNull(fc.nat()),
    }),
  ),
  containersOf: fc.constantFrom("all", "listed-sandboxes"),
  tasks: told(few(fc.record({ id: text, pid: number, status: fc.constantFrom("created", "running", "unknown") }))),
});
const kernel = fc.record({
  reading,
  bootId: text,
  bootTime: number,
  ticksPerSecond: fc.integer({ min: 1 }),
  cgroups: fc.constantFrom("v1", "v2", "hybrid"),
  hostNetwork: number,
  processes: few(
    fc.record({
      pid: number,
      startTicks: number,
      name: text,
      parent: number,
      state: text,
      thread: orNull(number),
      network: orNull(number),
      cgroup: few(fc.record({ hierarchy: number, controllers: text, path: text })),
      sockets: few(number),
    }),
  ),
  sockets: few(
    fc.record({
      protocol: fc.constantFrom("tcp", "udp"),
      family: fc.constantFrom(4, 6),
      address: text,
      port,
      connected: fc.boolean(),
      inode: number,
      network: number,
      closed: fc.boolean(),
    }),
  ),
  seen: number,
  vanished: number,
  unreadable: number,
  unreadNetworks: few(number),
});
const detail = fc.record({
  pid: orNull(number),
  cgroupParent: orNull(text),
  hostNetwork: orNull(fc.boolean()),
  portMappings: orNull(few(fc.record({ protocol: transport, containerPort: port, hostPort: port, hostIp: text }))),
  runtimeType: orNull(text),
});
const mapOf = <T>(value: fc.Arbitrary<T>) => few(fc.tuple(text, told(value))).map((entries) => new Map(entries));
const observedNode: fc.Arbitrary<ObservedNode> = fc.record({
  knowledge: fc.record({
    before: told(list),
    after: told(list),
    asked: mapOf(fc.record({ reading, pod: orNull(pod) })),
  }),
  observation: fc.record({ node: text, runtime: told(runtime), kernel: told(kernel), details: mapOf(detail) }),
});

test("what is read back is what was observed, without its secrets", async () => {
  await fc.assert(
    fc.asyncProperty(observedNode, fc.integer({ min: 1, max: 5000 }), async (observed, piece) => {
      expect(await readBack(observed, piece)).toEqual(redactNode(observed));
    }),
    { numRuns: 300 },
  );
});

test("whatever a file says, the reports are made of it, and fit their schemas", () => {
  fc.assert(
    fc.property(observedNode, (observed) => {
      const node = nodeReportOf(observed);
      const ports = portsReportOf(observed, null);
      expect([nodeReport.parse(node), portsReport.parse(ports)]).toEqual([node, ports]);
      expect(nodeText(node) + portsText(ports)).not.toMatch(/[\p{Cs}\p{Zl}]|(?!\n)\p{Cc}/u);
    }),
  );
});

test.each([
  ["all told", incident()],
  ["no list before", without(incident(), "before")],
  ["no runtime", without(incident(), "runtime")],
  ["no kernel", without(incident(), "kernel", { supply: "run it as root" })],
])("the incident's node gives the reports that it gives live: %s", async (_, live) => {
  const read = await readBack(live);
  expect(read).toEqual(live);
  expect(nodeReportOf(read)).toEqual(nodeReportOf(live));
  expect(portsReportOf(read, 29_653)).toEqual(portsReportOf(live, 29_653));
});
