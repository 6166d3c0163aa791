import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { leftoversIn } from "../../src/commands/sweep/sweep-snapshot.ts";
import { nodeReportStatus } from "../../src/report/sweep/node-report-object.ts";
import { sweepReport } from "../../src/report/sweep/schema.ts";
import { noMemory } from "../../src/sweep/memory.ts";
import { unattended, type Policy } from "../../src/sweep/policy.ts";
import { holdfast } from "../builders/command.ts";

const orphaned = "examples/incident/orphaned.snapshot";

test("sweep --snapshot lists what was left over, and what a file cannot tell", async () => {
  const { status, stdout, stderr } = await holdfast(["sweep", "--snapshot", orphaned, "--node", "cp"]);
  expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
  expect(stdout).toMatchInlineSnapshot(`
    "3 pods are left over on cp: 0 may be cleared, 3 may not.

      asked  API https://10.231.0.1:6443 at 02:57:10Z and 02:57:17Z, resourceVersion 1608; containerd
        2.4.2 at 02:57:13Z; kernel at 02:57:13Z

    ? nfs-csi/csi-nfs-controller-686d4884fd-2mhjd  orphan  5 processes, the oldest 1 m old
        that pod is not in the API (listed at 02:57:10Z and 02:57:17Z, resourceVersion 1608; asked by
          name at 02:57:17Z)
        is left alone, since it could not be told: who uses it was not asked
    ? nfs-csi/csi-nfs-controller-686d4884fd-crzxq  orphan  6 processes, the oldest 1 m old, ports 29652/tcp
        that pod is not in the API (listed at 02:57:10Z and 02:57:17Z, resourceVersion 1608; asked by
          name at 02:57:17Z)
        is left alone, since it could not be told: who uses it was not asked
    ? nfs-csi/csi-nfs-node-27mmp  orphan  4 processes, the oldest 1 m old, ports 29653/tcp 19809/tcp
        that pod is not in the API (listed at 02:57:10Z and 02:57:17Z, resourceVersion 1608; asked by
          name at 02:57:17Z)
        is left alone, since it could not be told: who uses it was not asked

    nothing is done while a premise does not hold:
    ? P2 could not be told: a snapshot does not tell it: it is asked on the node, just before anything
        is done
    ? P3 could not be told: a snapshot does not tell it: it is asked on the node, just before anything
        is done
    ? P4 could not be told: a snapshot does not tell it: it is asked on the node, just before anything
        is done
    ? P6 could not be told: a snapshot does not tell it: it is asked on the node, just before anything
        is done
    "
  `);
});

test("in JSON it fits its schema, and says of each leftover why it is left alone", async () => {
  const { stdout } = await holdfast(["sweep", "--snapshot", orphaned, "--node", "cp", "--output", "json"]);
  const { leftovers, premises, mode } = sweepReport.parse(JSON.parse(stdout));
  expect({
    mode,
    leftovers: leftovers.map(({ kind, verdict }) => `${kind} ${verdict.is}`),
    premises: premises.map(({ id, state }) => `${id} ${state}`).join(", "),
  }).toEqual({
    mode: "list",
    leftovers: ["orphan unknown", "orphan unknown", "orphan unknown"],
    premises: "P1 holds, P2 untold, P3 untold, P4 untold, P5 holds, P6 untold",
  });
});

test("a node on which nothing is left over", async () => {
  const { status, stdout } = await holdfast([
    "sweep",
    "--snapshot",
    "examples/incident/before.snapshot",
    "--node",
    "cp",
  ]);
  expect([status, stdout.split("\n")[0]]).toEqual([0, "Nothing is left over on cp."]);
});

test.each([
  [["sweep", "--max-rung", "5"], /It is 1 \(runtime\), 2 \(cgroup\), 3 \(kubelet\) or 4 \(reboot\)/],
  [["sweep", "--kubelet-restart-command", "sh -c 'x; y'"], /what needs a shell or quotes goes into a script/],
  [["agent", "--kubelet-restart-command", " "], /It is a program and its arguments with spaces between them/],
  [["recover", "a/b", "--kured", "kured"], /It is NAMESPACE\/NAME, as kubectl get daemonsets -A prints them/],
  [["sweep", "--kured-sentinel", "/run/../etc/x"], /It is the whole path of a file on the node/],
  [["sweep", "--minimum-age", "soon"], /It is a time as 90s, 10m or 1h/],
  [["sweep", "--confirmations", "0"], /It is a whole number from 1 on/],
  [["sweep", "--snapshot", orphaned, "--enforce"], /'--snapshot <file>' cannot be used with option '--enforce'/],
  [["sweep", "--by-agent", "--enforce"], /SWEEP005: an agent is to be ordered, and no node is named/],
  [["sweep", "--by-agent", "--node", "w1"], /SWEEP005: an agent is ordered to clear, and that was not asked for/],
  [
    ["sweep", "--by-agent", "--node", "w1", "--enforce", "--max-rung", "3"],
    /SWEEP005: .* to go to rung 2 at most, and 3/,
  ],
  [
    ["sweep", "--by-agent", "--node", "w1", "--enforce", "--overdue"],
    /SWEEP005: what is overdue is cleared by its uid/,
  ],
  [["sweep", "--by-agent", "--image", "i"], /'--by-agent' cannot be used with option '--image <image>'/],
  [["sweep", "--uid", "../x"], /It is a pod's uid/],
  [["recover", "csi-nfs-node"], /It is NAMESPACE\/NAME/],
  [["recover"], /missing required argument 'pod'/],
  [["agent", "--metrics", "9753"], /It is ADDRESS:PORT, :PORT, or off/],
  [["agent", "--interval", "0"], /It is a time from 10s to 7d/],
  [["agent", "--interval", "9s"], /It is a time from 10s to 7d/],
  [["agent", "--interval", "169h"], /It is a time from 10s to 7d/],
  [["agent", "--test-interval", "0s"], /It is a time from 1s to 7d/],
  [["agent", "--health", "localhost:9754"], /It is ADDRESS:PORT, :PORT, or off/],
  [["agent"], /AGENT001: NODE_NAME, POD_NAMESPACE, POD_NAME and POD_UID are not all set/],
] as const)("wrong usage: %j", async (args, said) => {
  const { status, stdout, stderr } = await holdfast([...args], { env: { NO_COLOR: "1" } });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(said);
});

test("what an agent writes of its node fits the CRD that the chart installs", async () => {
  const policyFor = (node: string): Policy => ({ ...unattended, node });
  const { scan, judgement } = await leftoversIn(orphaned, "cp", policyFor);
  const status = nodeReportStatus({ scan, judgement, swept: null, memory: noMemory }, policyFor("cp"), {
    at: "2026-05-17T09:00:41Z",
    intervalSeconds: 60,
    pod: "holdfast-agent-x",
    version: "0.1.0",
    lastSweep: { uid: "u", at: "2026-05-17T09:00:41Z", outcome: { is: "refused", before: 1 } },
  });
  const crd = parse(readFileSync("deploy/chart/crds/nodereports.yaml", "utf8"));
  const schema = crd.spec.versions[0].schema.openAPIV3Schema.properties.status;
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(closed(schema));
  validate(status);
  expect(validate.errors).toBeNull();
  expect(status).toMatchObject({ mode: "report", counts: { leftovers: 3, candidates: 0 } });
});

/** An API server drops fields that a structural schema does not have, without a word: here they are refused. */
function closed(schema: Record<string, unknown>): Record<string, unknown> {
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      typeof value === "object" && !Array.isArray(value) && value !== null ? closed({ ...value }) : value,
    ]),
  );
  return schema["properties"] === undefined || schema["type"] !== "object"
    ? inner
    : { ...inner, additionalProperties: false };
}
