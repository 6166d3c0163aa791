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
      /** Chosen and read when the claims were finished. */
      heldOut: z.literal(true).optional(),
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

describe.skipIf(folder === "" || !existsSync(folder))("against the manifests of HOLDFAST_TEST_PORTS", () => {
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
    const developed = cases.filter(({ heldOut }) => heldOut !== true);
    const heldOut = cases.filter((each) => each.heldOut === true);
    expect({
      all: measured(developed, () => true).totals,
      "without what is known of images": measured(developed, ({ strength }) => strength !== "image default").totals,
      "declared alone": measured(developed, ({ seenByScheduler }) => seenByScheduler).totals,
      "held out, after what they showed": measured(heldOut, () => true).totals,
    }).toMatchInlineSnapshot(`
      {
        "all": {
          "address": 101,
          "container": 112,
          "false": 0,
          "missed": 7,
          "precision": 100,
          "recall": 94.1,
          "right": 112,
        },
        "declared alone": {
          "address": 62,
          "container": 65,
          "false": 0,
          "missed": 54,
          "precision": 100,
          "recall": 54.6,
          "right": 65,
        },
        "held out, after what they showed": {
          "address": 8,
          "container": 11,
          "false": 0,
          "missed": 0,
          "precision": 100,
          "recall": 100,
          "right": 11,
        },
        "without what is known of images": {
          "address": 81,
          "container": 87,
          "false": 0,
          "missed": 32,
          "precision": 100,
          "recall": 73.1,
          "right": 87,
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
