import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { PortClaim } from "../../src/model/port-claim.ts";
import { claims } from "../../src/preflight/ports/claims.ts";
import { renderedObjects } from "../builders/rendered-objects.ts";

/**
 * What programs of public charts bind, as their sources say, against what is claimed of their pods. The manifests are those of
 * other projects and not of this repository: HOLDFAST_TEST_PORTS names a folder of them (docs/field-test.md says how they are made).
 */
const bound = z.strictObject({
  container: z.string(),
  port: z.int().min(1).max(65_535),
  transport: z.enum(["tcp", "udp", "sctp"]),
  address: z.enum(["*", "127.0.0.1", "node"]),
  /** A file of the chart's repository, or `repository commit: file`. */
  known: z.string().min(4),
});
const truth = z.strictObject({
  rendered: z.string(),
  cases: z.array(
    z.strictObject({
      id: z.string(),
      repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
      commit: z.string().regex(/^(?:[\da-f]{40}|v\d+\.\d+\.\d+)$/),
      path: z.string(),
      licence: z.enum(["Apache-2.0", "MIT"]),
      values: z.array(z.string()).optional(),
      note: z.string().optional(),
      /** Chosen and read when the claims were finished; what the first set showed was mended, what the second did was not. */
      heldOut: z.literal([1, 2]).optional(),
      sha256: z.string().regex(/^[\da-f]{64}$/),
      workloads: z.array(z.strictObject({ workload: z.string(), bound: z.array(bound) })),
    }),
  ),
});

const { cases } = truth.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, "../field/ports.json"), "utf8")));
const folder = process.env["HOLDFAST_TEST_PORTS"] ?? "";

test("no case is there twice, and no port twice in a container", () => {
  const names = cases.map(({ id }) => id);
  expect(names).toEqual([...new Set(names)]);
  const ports = cases.flatMap(({ id, workloads }) =>
    workloads.flatMap(({ workload, bound: all }) =>
      all.map(({ container, port, transport }) => `${id} ${workload} ${container} ${port}/${transport}`),
    ),
  );
  expect(ports).toEqual([...new Set(ports)]);
});

const measuring = folder !== "" && existsSync(folder);

// Who has the manifests measures; nobody else has a test that is skipped.
(measuring ? describe : noSuite)("against the manifests of HOLDFAST_TEST_PORTS", () => {
  test.each(cases)("$id is the manifest that was read", ({ id, sha256 }) => {
    expect(createHash("sha256").update(manifestOf(id)).digest("hex")).toBe(sha256);
  });

  test.each(cases)("$id has the workloads that were read", ({ id, workloads }) => {
    expect(
      claimsIn(id)
        .map(([workload]) => workload)
        .toSorted(),
    ).toEqual(workloads.map(({ workload }) => workload).toSorted());
  });

  test("what is claimed, by all sources and by fewer", () => {
    const [developed, first, second] = [undefined, 1, 2].map((set) => cases.filter(({ heldOut }) => heldOut === set));
    if (developed === undefined || first === undefined || second === undefined) throw new Error("three sets");
    expect({
      all: measured(developed, () => true).totals,
      "without what is known of images": measured(developed, ({ strength }) => strength !== "image default").totals,
      "declared alone": measured(developed, ({ seenByScheduler }) => seenByScheduler).totals,
      "held out, mended": measured(first, () => true).totals,
      "held out, not mended": measured(second, () => true).totals,
    }).toMatchInlineSnapshot(`
      {
        "all": {
          "address": 100,
          "container": 111,
          "false": 0,
          "missed": 7,
          "precision": 100,
          "recall": 94.1,
          "right": 111,
        },
        "declared alone": {
          "address": 62,
          "container": 65,
          "false": 0,
          "missed": 53,
          "precision": 100,
          "recall": 55.1,
          "right": 65,
        },
        "held out, mended": {
          "address": 8,
          "container": 11,
          "false": 0,
          "missed": 0,
          "precision": 100,
          "recall": 100,
          "right": 11,
        },
        "held out, not mended": {
          "address": 3,
          "container": 11,
          "false": 1,
          "missed": 8,
          "precision": 91.7,
          "recall": 57.9,
          "right": 11,
        },
        "without what is known of images": {
          "address": 80,
          "container": 86,
          "false": 0,
          "missed": 32,
          "precision": 100,
          "recall": 72.9,
          "right": 86,
        },
      }
    `);
  });

  test("every miss and every false claim", () => {
    expect(measured(cases, () => true).wrong).toMatchInlineSnapshot(`
      [
        "missed metallb DaemonSet/metallb-frr-k8s frr 2601/tcp",
        "missed metallb DaemonSet/metallb-frr-k8s frr 2605/tcp",
        "missed metallb DaemonSet/metallb-frr-k8s frr 2616/tcp",
        "missed metallb DaemonSet/metallb-frr-k8s frr 2617/tcp",
        "missed metallb DaemonSet/metallb-frr-k8s frr 2623/tcp",
        "missed metallb DaemonSet/metallb-frr-k8s frr 3784/udp",
        "missed metallb DaemonSet/metallb-frr-k8s frr 4784/udp",
        "missed aws-iam-authenticator DaemonSet/aws-iam-authenticator aws-iam-authenticator 21362/tcp",
        "missed aws-iam-authenticator DaemonSet/aws-iam-authenticator aws-iam-authenticator 21363/tcp",
        "missed health-probe-proxy DaemonSet/health-probe-proxy health-probe-proxy 10356/tcp",
        "false health-probe-proxy DaemonSet/health-probe-proxy health-probe-proxy 10256/tcp",
        "missed otel-collector DaemonSet/otel-collector-opentelemetry-collector-agent opentelemetry-collector 8888/tcp",
        "missed weave DaemonSet/weave-net weave 6782/tcp",
        "missed weave DaemonSet/weave-net weave 6783/tcp",
        "missed weave DaemonSet/weave-net weave 6783/udp",
        "missed weave DaemonSet/weave-net weave-npc 6781/tcp",
      ]
    `);
  });
});

function manifestOf(id: string): string {
  return readFileSync(path.join(folder, `${id}.yaml`), "utf8");
}

/** Precision and recall of ports by workload, in percent; `container` and `address` count among those that were found. */
function measured(some: typeof cases, isCounted: (claim: PortClaim) => boolean) {
  const wrong: string[] = [];
  const count = { right: 0, false: 0, missed: 0, container: 0, address: 0 };
  for (const { id, workloads } of some) {
    for (const [workload, claimed] of claimsIn(id)) {
      const told = workloads.find((each) => each.workload === workload)?.bound ?? [];
      const counted = claimed.filter(isCounted);
      for (const each of told) {
        const found = counted.find((claim) => isSame(claim, each));
        if (found === undefined)
          wrong.push(`missed ${id} ${workload} ${each.container} ${each.port}/${each.transport}`);
        count[found === undefined ? "missed" : "right"] += 1;
        if (found?.container === each.container) count.container += 1;
        if (found !== undefined && wildcard(found.address) === each.address) count.address += 1;
      }
      for (const claim of counted.filter((one) => !told.some((each) => isSame(one, each)))) {
        count.false += 1;
        wrong.push(`false ${id} ${workload} ${claim.container} ${claim.port}/${claim.transport}`);
      }
    }
  }
  const percent = (part: number, whole: number) => Math.round((1000 * part) / whole) / 10;
  const { right, missed } = count;
  const totals = { ...count, precision: percent(right, right + count.false), recall: percent(right, right + missed) };
  return { totals, wrong };
}

function claimsIn(id: string): readonly (readonly [workload: string, claims: readonly PortClaim[]])[] {
  const objects = renderedObjects(manifestOf(id));
  const configMaps = new Map(
    objects.filter(({ key }) => key.kind === "ConfigMap").map((each) => [each.key.name, each]),
  );
  return objects.flatMap((object) => {
    const ports = claims(object, { configMaps });
    return ports === null ? [] : [[`${object.key.kind}/${object.key.name}`, ports.claims] as const];
  });
}

function isSame(one: Pick<PortClaim, "port" | "transport">, other: Pick<PortClaim, "port" | "transport">): boolean {
  return one.port === other.port && one.transport === other.transport;
}

/** What is not told is taken for everywhere. */
function wildcard(address: string): string {
  return address === "" || address === "0.0.0.0" || address === "::" ? "*" : address;
}

function noSuite(): void {}
