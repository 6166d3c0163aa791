import { describe, expect, test } from "vitest";
import { failed, forbidden, kubeSource, served, silence, wholeList } from "../../../test/builders/kube-source.ts";
import type { KubeSource, ListStep } from "../../model/kube-source.ts";
import { isKnown, known } from "../../model/told.ts";
import { rebooterOf } from "./rebooter.ts";

const now = new Date("2026-05-17T09:00:00Z");
const uid = "kured-uid";

/** What a test says of kured. What it leaves out is kured as its chart installs it, at no node, with a pod on cp. */
interface Facts {
  /** Of the DaemonSet; `null`: there is none. */
  readonly annotations?: object | null;
  readonly args?: readonly string[];
  readonly env?: readonly object[];
  readonly mounts?: readonly object[];
  readonly node?: object | null;
  readonly pods?: readonly object[];
  /** By label, of all namespaces. */
  readonly labelled?: Readonly<Record<string, readonly object[]>>;
  readonly sentinel?: string;
}

const mounted = [{ name: "sentinel", mountPath: "/sentinel" }];
const ofChart = ["--reboot-sentinel=/sentinel/reboot-required", "--ds-namespace=kube-system"];

function daemonSet({ annotations, args = ofChart, env = [], mounts = mounted }: Facts): object {
  const container = { name: "kured", command: ["/usr/bin/kured"], args, env, volumeMounts: mounts };
  const volumes = [
    { name: "sentinel", hostPath: { path: "/var/run" } },
    { name: "config", configMap: { name: "x" } },
  ];
  return {
    metadata: { name: "kured", uid, annotations },
    spec: { template: { spec: { containers: [container], volumes } } },
  };
}

const ownPod = pod({});

function pod({ owner = uid, phase = "Running", deletionTimestamp }: Record<string, string | undefined>): object {
  return { metadata: { ownerReferences: [{ uid: owner }], deletionTimestamp }, status: { phase } };
}

function cluster(facts: Facts): Partial<KubeSource> {
  const { annotations, node = {}, pods = [ownPod], labelled = {} } = facts;
  return {
    get: (kind, { namespace, name }) => {
      expect([kind.resource, namespace, name]).toBeOneOf([
        ["daemonsets", "kube-system", "kured"],
        ["nodes", null, "cp"],
      ]);
      const object = kind.resource === "nodes" ? node : annotations === null ? null : daemonSet(facts);
      const whole = kind.resource === "nodes" ? { metadata: { name: "cp", annotations: node } } : object;
      return Promise.resolve(known(object === null ? null : served(whole ?? {})));
    },
    list: (kind, options) => {
      const { labelSelector } = options;
      expect([kind.resource, options.freshness, options.namespace, options.fieldSelector, labelSelector]).toBeOneOf([
        ["pods", "most-recent", "kube-system", "spec.nodeName=cp", undefined],
        ["pods", "most-recent", undefined, undefined, labelSelector ?? "some"],
      ]);
      return steps(wholeList(labelSelector === undefined ? pods : (labelled[labelSelector] ?? [])));
    },
  };
}

async function* steps(all: readonly ListStep[]): AsyncGenerator<ListStep> {
  await Promise.resolve();
  yield* all;
}

async function asked(answers: Partial<KubeSource>, sentinel = "/var/run/reboot-required"): Promise<string> {
  const kured = { namespace: "kube-system", name: "kured" };
  const told = await rebooterOf(kubeSource(answers), { node: "cp", kured, sentinel, now: () => now });
  if (!isKnown(told)) return `unknown (${told.unknown.code}): ${told.unknown.text}`;
  if (told.known === null) return "none";
  const { at, deaf } = told.known;
  return `at [${at.join(" ")}]${deaf === null ? "" : `, deaf: ${deaf.text}`}`;
}

function podOf(namespace: string, name: string, owner: object = {}, metadata: object = {}): object {
  return { metadata: { namespace, ownerReferences: [{ kind: "DaemonSet", name, uid: "u", ...owner }], ...metadata } };
}

const lock = (nodeID: string, seconds = 0, created = "2026-05-17T08:59:00.123456789Z"): object => ({
  nodeID,
  metadata: { unschedulable: false },
  created,
  TTL: seconds * 1e9,
});
const locked = (value: unknown, name = "weave.works/kured-node-lock"): Facts => ({
  annotations: { [name]: typeof value === "string" ? value : JSON.stringify(value) },
});

describe("what kured is at, and whether it would see a request", () => {
  test.each<[string, Facts, string]>([
    ["nothing, as its chart installs it", {}, "at []"],
    ["it is not there", { annotations: null }, "none"],
    [
      "it is not there, and its chart made one of another name",
      {
        annotations: null,
        labelled: { "app.kubernetes.io/name=kured": [{ metadata: {} }, podOf("ops", "nightly-kured")] },
      },
      "unknown (contradicted): there is a kured of the DaemonSet ops/nightly-kured, and none of the DaemonSet kube-system/kured",
    ],
    [
      "it is not there, and its manifest made one of another name",
      { annotations: null, labelled: { "name=kured": [podOf("kube-system", "a\u001b[2J")] } },
      String.raw`unknown (contradicted): there is a kured of the DaemonSet kube-system/a\u{1b}[2J, and none of the DaemonSet kube-system/kured`,
    ],
    [
      "it is not there, and what is labelled so is no DaemonSet's, or ends",
      {
        annotations: null,
        labelled: {
          "name=kured": [
            podOf("a", "b", { kind: "ReplicaSet" }),
            podOf("a", "b", {}, { deletionTimestamp: "2026-05-17T08:00:00Z" }),
          ],
        },
      },
      "none",
    ],
    [
      "it is not there, and has begun with this node",
      { annotations: null, node: { "weave.works/kured-reboot-in-progress": "x" } },
      "unknown (contradicted): a kured has begun with this node, and none of the DaemonSet kube-system/kured",
    ],
    ["another node has its lock", locked(lock("w1")), "at [w1]"],
    ["this one has", locked(lock("cp")), "at [cp]"],
    ["a lock that lasts", locked(lock("w1", 61)), "at [w1]"],
    ["one that has run out", locked(lock("w1", 59)), "at []"],
    ["several", locked({ maxOwners: 2, locks: [lock("w1"), lock("w2")] }), "at [w1 w2]"],
    ["none of several", locked({ maxOwners: 2, locks: [] }), "at []"],
    ["none of several, as Go writes it", locked({ maxOwners: 2, locks: null }), "at []"],
    ["a name that is none", locked(lock("w1\u001B[2J")), String.raw`at [w1\u{1b}[2J]`],
    ["it notes that it has begun here", { node: { "weave.works/kured-reboot-in-progress": "x" } }, "at [cp]"],
    [
      "a lock of another name",
      { ...locked(lock("w1"), "acme/lock"), args: [...ofChart, "--lock-annotation=acme/lock"] },
      "at [w1]",
    ],
    [
      "that name in the environment",
      { ...locked(lock("w1"), "a"), env: [variable("LOCK_ANNOTATION", "a")] },
      "at [w1]",
    ],
    [
      "a name that is written elsewhere",
      { env: [variable("LOCK_ANNOTATION", undefined)] },
      "unknown (incomplete): which annotation is kured's lock could not be told",
    ],
    [
      "a lock that is none",
      locked("yes"),
      "unknown (not-understood): the lock of kured (annotation weave.works/kured-node-lock) is not understood",
    ],
    [
      "no pod of it on the node",
      { pods: [] },
      "at [], deaf: kured has no pod on cp that runs, so nobody there would see a request",
    ],
    [
      "one that is ending, one that is not running, and one of another",
      {
        pods: [pod({ deletionTimestamp: "2026-05-17T08:00:00Z" }), pod({ phase: "Pending" }), pod({ owner: "other" })],
      },
      "at [], deaf: kured has no pod on cp that runs, so nobody there would see a request",
    ],
    ["the node is not there", { node: null }, "unknown (wrong-cluster): the API server has no node cp"],
  ])("%s", async (_, facts, expected) => {
    expect(await asked(cluster(facts))).toBe(expected);
  });

  test.each<[string, Facts, string]>([
    ["the file of the chart", {}, "at []"],
    ["by its other name", { sentinel: "/run/reboot-required" }, "at []"],
    [
      "the default, below a mounted folder",
      { args: [], mounts: [{ name: "sentinel", mountPath: "/var/run" }] },
      "at []",
    ],
    [
      "as a word of its own, and the last counts",
      { args: ["--reboot-sentinel=/x", "--reboot-sentinel", "/sentinel/other"], sentinel: "/run/other" },
      "at []",
    ],
    [
      "the environment wins",
      { env: [variable("REBOOT_SENTINEL", "/sentinel/other")] },
      "at [], deaf: kured looks for /var/run/other, and not for /var/run/reboot-required",
    ],
    [
      "a file that is not the node's",
      { args: [] },
      "at [], deaf: which file kured looks for could not be told: no folder of the node is mounted over /var/run/reboot-required",
    ],
    [
      "a way out of the folder",
      { args: ["--reboot-sentinel=/sentinel/../etc/reboot"] },
      "at [], deaf: which file kured looks for could not be told: no folder of the node is mounted over /etc/reboot",
    ],
    [
      "a command",
      { args: [...ofChart, "--reboot-sentinel-command=sh -c true"] },
      "at [], deaf: which file kured looks for could not be told: it asks a command (--reboot-sentinel-command)",
    ],
    [
      "a word that refers to another place",
      { args: ["--reboot-sentinel=$(FILE)"] },
      "at [], deaf: which file kured looks for could not be told: its settings refer to what is not written there",
    ],
  ])("the file that it looks for: %s", async (_, facts, expected) => {
    expect(await asked(cluster(facts), facts.sentinel)).toBe(expected);
  });

  test("what could not be told is not none", async () => {
    const of = (kind: string): KubeSource["get"] => {
      const { get } = cluster({});
      return (asks, name, call) =>
        asks.resource === kind ? Promise.resolve({ unknown: forbidden }) : (get ?? never)(asks, name, call);
    };
    const all = cluster({});
    const absent = cluster({ annotations: null });
    expect([
      await asked({ ...absent, get: cluster({ annotations: null, node: null }).get ?? never }),
      await asked({ ...absent, list: () => steps([...wholeList([]).slice(0, 1), failed(silence)]) }),
      await asked({ ...absent, list: () => steps([]) }),
      await asked({ ...all, get: of("daemonsets") }),
      await asked({ ...all, get: of("nodes") }),
      await asked({ ...all, list: () => steps([...wholeList([]).slice(0, 1), failed(silence)]) }),
      await asked({ ...all, list: () => steps([]) }),
      await asked({ ...all, get: () => Promise.resolve(known(served({ kind: "Status" }))) }),
    ]).toEqual([
      "unknown (wrong-cluster): the API server has no node cp",
      "unknown (timed-out): it gave no answer",
      "unknown (incomplete): the list of kured's pods did not come to its end",
      "unknown (not-permitted): listing secrets is forbidden",
      "unknown (not-permitted): listing secrets is forbidden",
      "unknown (timed-out): it gave no answer",
      "unknown (incomplete): the list of kured's pods did not come to its end",
      "unknown (not-understood): what was served is no DaemonSet",
    ]);
  });
});

const never = (): never => {
  throw new Error("nothing else is asked");
};

function variable(name: string, value: string | undefined): object {
  return { name: `KURED_${name}`, ...(value === undefined ? { valueFrom: {} } : { value }) };
}
