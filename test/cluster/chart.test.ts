import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { eventObject } from "../../src/report/sweep/kube-events.ts";
import type { Bed } from "../testbed/bed.ts";
import { getJson, helm, kubectl, kubectlCommand } from "../testbed/clients.ts";
import { tryRun, type Ran } from "../testbed/run.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { agentChart } from "../testbed/suite/agent-chart.ts";
import { loadReaderImage } from "../testbed/suite/reader-image.ts";
import { until } from "../testbed/until.ts";

describe.skipIf(!hasBed)("the chart", () => {
  let before: readonly string[] = [];

  beforeAll(async () => {
    const bed = suiteBed();
    await loadReaderImage(bed);
    before = await objectsNamedHoldfast(bed);
    await kubectl(bed, ["create", "namespace", "holdfast"]);
    await helm(bed, ["install", "holdfast", ...agentChart()]);
    await until("an agent's report of every node", async () => {
      const saw = (await kubectl(bed, ["get", "nodereports", "--output=name"])).trim().split("\n");
      return { done: saw.length === bed.nodes.length, saw: saw.join(" ") };
    });
  });
  afterAll(() => removed(suiteBed()));

  describe("takes the report of an agent", () => {
    it.each<[string, object]>([
      ["with nothing", {}],
      ["with all that there may be, as long as it may be", longest],
      ["from which the hundred and first is left out", { ...listing(100), counts: counts(150) }],
    ])("%s", async (_, status) => {
      expect(await replaceStatus(suiteBed(), status)).toBe("taken");
    });
  });

  describe("does not take one", () => {
    it.each<[string, object, RegExp]>([
      ["of another node", { node: "w2" }, /a report is of the node that it is named after/],
      ["without what it saw", { counts: undefined }, /status\.counts: Required value/],
      ["that does not say whether it was told", { told: undefined }, /status\.told: Required value/],
      ["in a mode that there is not", { mode: "maybe" }, /status\.mode: Unsupported value: "maybe"/],
      ["at no time", { at: "now" }, /status\.at: Invalid value: "now"/],
      ["of a rung that there is not", { rungs: [5] }, /status\.rungs\[0\]: Invalid value: 5/],
      ["with fewer than none", { counts: { ...counts(0), unknown: -1 } }, /status\.counts\.unknown: Invalid value: -1/],
      ["with more candidates than leftovers", { counts: { ...counts(0), candidates: 1 } }, /candidates are leftovers/],
      ["that counts what it does not list", { counts: counts(1) }, /all leftovers are listed, or a hundred of them/],
      ["that lists what it does not count", listing(1), /all leftovers are listed, or a hundred of them/],
      ["with a hundred and one leftovers", { ...listing(101), counts: counts(101) }, /must have at most 100 items/],
      ["with a text without end", { premises: [{ id: "P1", state: "holds", text: "x".repeat(513) }] }, /Too long/],
      [
        "with a verdict that there is not",
        { leftovers: [{ ...leftover(0), verdict: "kill" }], counts: counts(1) },
        /status\.leftovers\[0\]\.verdict: Unsupported value: "kill"/,
      ],
    ])("%s", async (_, status, refusal) => {
      expect(await replaceStatus(suiteBed(), status)).toMatch(refusal);
    });
  });

  describe("takes an order to sweep, and what its agent says of it", () => {
    it.each<[string, object, readonly object[]]>([
      ["of a node", {}, []],
      ["of a pod, to the end", ofOne, [running, done]],
      ["that was refused at once", { dryRun: true }, [{ phase: "Refused", text: "too late" }]],
      ["told twice", {}, [running, running, done, done]],
    ])("%s", async (_, spec, statuses) => {
      expect(await ordered(suiteBed(), { node: "w1", ...spec }, statuses)).toEqual([
        "taken",
        ...statuses.map(() => "taken"),
      ]);
    });
  });

  describe("does not take an order", () => {
    it.each<[string, object, RegExp]>([
      ["of no node", { node: undefined }, /spec\.node: Required value/],
      ["of what is no node's name", { node: "../w1" }, /spec\.node: Invalid value/],
      ["of what is no uid", { uid: "../../etc" }, /spec\.uid: Invalid value/],
      ["of a uid in capitals", { uid: someUid.toUpperCase() }, /spec\.uid: Invalid value/],
      ["of all that is overdue", { overdue: true }, /what is overdue is cleared by its uid alone/],
      ["of a rung that is not for orders", { maxRung: 3 }, /spec\.maxRung: Invalid value: 3/],
      ["for ever", { ttlSeconds: 86_400 }, /spec\.ttlSeconds: Invalid value: 86400/],
    ])("%s", async (_, spec, refusal) => {
      expect(await ordered(suiteBed(), { node: "w1", ...spec }, [])).toEqual([expect.stringMatching(refusal)]);
    });
  });

  describe("does not take of an order", () => {
    it.each<[string, readonly (object | "remove")[], RegExp]>([
      ["that it was refused after it was begun", [running, { ...running, ...refused }], /cannot be refused any more/],
      ["anything after its end", [done, { ...done, outcome: "cleared" }], /what has ended stays as it was told/],
      ["anything after it was refused", [refused, running], /what has ended stays as it was told/],
      ["that nothing was told", [running, "remove"], /what was told is not taken back/],
      ["that it runs since no time", [{ phase: "Running" }], /what was begun says when/],
      ["that it was done, without what came of it", [{ ...done, outcome: undefined }], /what was done says/],
      ["what came of it before it is done", [{ ...running, outcome: "left" }], /an outcome only once it is done/],
      ["that it was refused for nothing", [{ phase: "Refused", text: "" }], /what was refused says why/],
    ])("%s", async (_, statuses, refusal) => {
      const answers = await ordered(suiteBed(), { node: "w1" }, statuses);
      expect([answers.slice(0, -1), answers.at(-1)]).toEqual([
        ["taken", ...statuses.slice(1).map(() => "taken")],
        expect.stringMatching(refusal),
      ]);
    });

    test("that it is another", async ({ bed }) => {
      await order(bed, { node: "w1" });
      const patch = ["patch", "sweep", "order", "--type=merge", '--patch={"spec":{"node":"w2"}}'];
      expect((await tryRun(kubectlCommand(bed, patch))).stderr).toMatch(/what was ordered cannot be changed/);
    });
  });

  describe("a token of the agent on w1", () => {
    let token = "";
    beforeAll(async () => (token = await tokenOn(suiteBed(), "w1")));
    const asAgent = (args: readonly string[], input = ""): Promise<string> => said(suiteBed(), token, args, input);

    test("may do what that agent does", async () => {
      const bed = suiteBed();
      await leaseIs(bed, "");
      const own = await reportAsItIs(bed, "w1");
      expect({
        "write its report": await asAgent(["replace", "--subresource=status", "--filename=-"], own),
        "take the lease": await asAgent(replace, lease("w1 a")),
        "renew it": await asAgent(replace, lease("w1 a")),
        "give it back": await asAgent(replace, lease("", { seconds: 1 })),
        "take what another let run out": await leaseRunsOut(bed, "w2 b").then(() => asAgent(replace, lease("w1 a"))),
        "take it again after a restart": await asAgent(replace, lease("w1 b")),
        "say what is left over": await asAgent(create, event("w1")),
        "list pods": await asAgent(["get", "pods", "--all-namespaces"]),
        "see whether there is a pause": await asAgent(["get", "configmap", "holdfast-pause", kubeSystem]),
        "ask a kubelet for its pods": await can(bed, token, "get nodes --subresource=pods"),
      }).toEqual({
        "write its report": "done",
        "take the lease": "done",
        "renew it": "done",
        "give it back": "done",
        "take what another let run out": "done",
        "take it again after a restart": "done",
        "say what is left over": "done",
        "list pods": "done",
        "see whether there is a pause": "not found",
        "ask a kubelet for its pods": "yes",
      });
    });

    test("may write nothing in the name of another node", async () => {
      const bed = suiteBed();
      await leaseIs(bed, "w2 b");
      const others = await reportAsItIs(bed, "w2");
      expect({
        "w2's report": await asAgent(["replace", "--subresource=status", "--filename=-"], others),
        "the report of a node that is not yet": await asAgent(create, report("w99")),
        "the lease in w2's name": await asAgent(replace, lease("w2 a")),
        "the lease in the name of w10": await asAgent(replace, lease("w10 a")),
        "the lease of w2, given back": await asAgent(replace, lease("", { seconds: 1 })),
        "the lease for a day": await asAgent(replace, lease("w1 a", { seconds: 86_400 })),
        "the lease for no time": await asAgent(replace, lease("w1 a", { seconds: null })),
        "the lease for a second": await asAgent(replace, lease("w1 a", { seconds: 1 })),
        "the lease that w2 has": await asAgent(replace, lease("w1 a")),
        "the lease that w2 has, renewed long ago and for ever": await asAgent(
          replace,
          lease("w1 a", { spec: { renewTime: "2200-01-01T00:00:00.000000Z" } }),
        ),
        "the lease that w2 has, written at other times": await asAgent(
          replace,
          lease("w1 a", { metadata: { managedFields: [writtenAt("2200-01-01T00:00:00Z")] } }),
        ),
        "the lease that w2 has, written at no time": await asAgent(
          replace,
          lease("w1 a", { metadata: { managedFields: [{}] } }),
        ),
        "a lease of its own": await asAgent(create, lease("w1 a", { name: "other" })),
        "an event of w2": await asAgent(create, event("w2")),
        "an event that w2 is said to report": await asAgent(
          ["create", "--filename=-"],
          event("w1", { reportingInstance: "w2" }),
        ),
        "an event that a kubelet is said to report": await asAgent(
          ["create", "--filename=-"],
          event("w1", { reportingComponent: "kubelet" }),
        ),
        "that a kubelet ends a pod": await asAgent(create, event("w1", { reason: "Killing" })),
        "an event of another program": await asAgent(
          ["create", "--filename=-"],
          event("w1", { source: { component: "kubelet", host: "w1" } }),
        ),
      }).toEqual({
        "w2's report": "an agent may write the report of its own node alone",
        "the report of a node that is not yet": "an agent may write the report of its own node alone",
        "the lease in w2's name": "an agent may hold the lease holdfast-sweep, and in the name of its own node alone",
        "the lease in the name of w10":
          "an agent may hold the lease holdfast-sweep, and in the name of its own node alone",
        "the lease of w2, given back": "an agent may give back the lease of its own node alone",
        "the lease for a day": aWhile,
        "the lease for no time": aWhile,
        "the lease for a second": aWhile,
        "the lease that w2 has": onceRunOut,
        "the lease that w2 has, renewed long ago and for ever": onceRunOut,
        "the lease that w2 has, written at other times": notItsTime,
        "the lease that w2 has, written at no time": notItsTime,
        "a lease of its own": "an agent may hold the lease holdfast-sweep, and in the name of its own node alone",
        "an event of w2": ownEvents,
        "an event that w2 is said to report": ownEvents,
        "an event that a kubelet is said to report": ownEvents,
        "that a kubelet ends a pod": ownEvents,
        "an event of another program": ownEvents,
      });
    });

    test("may tie nothing that it writes to another object, and keep nothing from its end", async () => {
      const bed = suiteBed();
      await leaseIs(bed, "");
      const ties = { ownerReferences: [await owner(bed)], finalizers: ["holdfast.dev/stays"] };
      const answers: Record<string, string> = {};
      for (const [kind, tie] of Object.entries(ties)) {
        const metadata = { [kind]: tie };
        answers[`lease ${kind}`] = await asAgent(replace, lease("w1 a", { metadata }));
        answers[`event ${kind}`] = await asAgent(create, event("w1", {}, metadata));
        // The administrator may, and an agent leaves it as it is.
        await leaseIs(bed, "w1 a", { metadata });
        answers[`lease that has ${kind}`] = await asAgent(replace, lease("w1 a", { metadata }));
        answers[`lease that had ${kind}`] = await asAgent(replace, lease("w1 a"));
        await leaseIs(bed, "");
      }
      // There is one already, which would be seen only after the policy was asked.
      answers["report"] = await asAgent(create, report("w1", { ownerReferences: ties.ownerReferences }));
      const none = "an agent may write no owner and no finalizer";
      expect(answers).toEqual({
        "lease ownerReferences": none,
        "event ownerReferences": none,
        "lease that has ownerReferences": "done",
        "lease that had ownerReferences": none,
        "lease finalizers": none,
        "event finalizers": none,
        "lease that has finalizers": "done",
        "lease that had finalizers": none,
        report: none,
      });
    });

    test("may not have another wait for ever by a time that it makes up", async () => {
      const bed = suiteBed();
      const at = (managedFields: object[], facts: LeaseFacts = {}): string =>
        lease("w1 a", { ...facts, metadata: { managedFields } });
      const unchanged = { spec: { renewTime: "2026-05-17T09:00:00.000000Z" } };
      await leaseIs(bed, "w1 a", unchanged);
      expect({
        "in the future, and nothing else": await asAgent(replace, at([writtenAt("2200-01-01T00:00:00Z")], unchanged)),
        "in the future": await asAgent(replace, at([writtenAt("2200-01-01T00:00:00Z")])),
        "in the past": await asAgent(replace, at([writtenAt("2000-01-01T00:00:00Z")])),
        "at no time": await asAgent(replace, at([{}])),
        ...(await inTheSecondOfAnother(bed, () => asAgent(replace, at([writtenAt("2200-01-01T00:00:00Z")])))),
      }).toEqual({
        "in the future, and nothing else": "an agent that writes the lease renews it",
        "in the future": notItsTime,
        "in the past": notItsTime,
        "at no time": notItsTime,
        "in the future, as another has just written it": notItsTime,
      });
    });

    test("may say of an order to its own node how it goes, and of no other", async () => {
      const bed = suiteBed();
      // As with agent.takeOrders, but the agents take none here: they would answer first.
      const rules = [
        { apiGroups: ["holdfast.dev"], resources: ["sweeps"], verbs: ["list", "watch"] },
        { apiGroups: ["holdfast.dev"], resources: ["sweeps/status"], verbs: ["update"] },
      ].map((value) => ({ op: "add", path: "/rules/-", value }));
      await kubectl(bed, ["patch", "clusterrole", "holdfast-agent", "--type=json", `--patch=${JSON.stringify(rules)}`]);
      const says = async (node: string): Promise<string> => {
        await order(bed, { node });
        const object = z.looseObject({}).parse(await getJson(bed, ["sweep", "order"]));
        const input = JSON.stringify({ ...object, status: running });
        return asAgent(["replace", "--subresource=status", "--filename=-"], input);
      };
      expect({ w1: await says("w1"), w2: await says("w2"), all: await asAgent(["get", "sweeps"]) }).toEqual({
        w1: "done",
        w2: "an agent may speak of sweeps of its own node alone",
        all: "done",
      });
    });

    test("has no right that makes a token more than that", async () => {
      const bed = suiteBed();
      const answers: string[] = [];
      for (const each of beyond) answers.push(`${each}: ${await can(bed, token, each)}`);
      expect(answers).toEqual(beyond.map((each) => `${each}: no`));
    });

    test("is worth nothing where it is bound to no pod", async () => {
      const bed = suiteBed();
      const unbound = (await kubectl(bed, ["create", "token", "holdfast-agent", "--namespace=holdfast"])).trim();
      const own = await reportAsItIs(bed, "w1");
      expect({
        report: await said(bed, unbound, ["replace", "--subresource=status", "--filename=-"], own),
        lease: await said(bed, unbound, replace, lease("w1 a")),
      }).toEqual({
        report: "the token of an agent has to be bound to a pod on a node",
        lease: "the token of an agent has to be bound to a pod on a node",
      });
    });
  });

  test("nobody else is held to what an agent may write", async ({ bed }) => {
    await leaseIs(bed, "a person");
    expect(await replaceStatus(bed, {})).toBe("taken");
  });

  test("upgrades, and uninstalled leaves what docs/agent.md says", async ({ bed }) => {
    await helm(bed, ["upgrade", "holdfast", ...agentChart({ interval: "30s" })]);
    await helm(bed, ["uninstall", "holdfast", "--namespace=holdfast", "--wait", "--timeout=120s"]);
    // The pods of a DaemonSet end after it.
    await kubectl(bed, ["wait", "pods", "--all", "--for=delete", "--namespace=holdfast", "--timeout=120s"]);
    const left = (await objectsNamedHoldfast(bed)).filter((name) => !before.includes(name));
    expect(left).toEqual([
      // The API server makes it of the CRD.
      "apiservice.apiregistration.k8s.io/v1alpha1.holdfast.dev",
      "customresourcedefinition.apiextensions.k8s.io/nodereports.holdfast.dev",
      "customresourcedefinition.apiextensions.k8s.io/sweeps.holdfast.dev",
      "lease.coordination.k8s.io/holdfast-sweep",
      "namespace/holdfast",
      ...bed.nodes.map(({ name }) => `nodereport.holdfast.dev/${name}`).toSorted(),
      "sweep.holdfast.dev/order",
    ]);
    await removed(bed);
    expect(await objectsNamedHoldfast(bed)).toEqual(before);
  });
});

const kubeSystem = "--namespace=kube-system";
/** As an agent writes, all under one name: the API server keeps the time of each name's last write. */
const [create, replace] = ["create", "replace"].map((verb) => [verb, "--field-manager=holdfast", "--filename=-"]) as [
  string[],
  string[],
];

/** What would make the thief of a token root, or somebody else: verb, resource, and where. */
const beyond: readonly string[] = [
  "delete pods --all-namespaces",
  "create pods --all-namespaces",
  "patch pods --all-namespaces",
  "create pods --subresource=exec --all-namespaces",
  "get pods --subresource=exec --all-namespaces",
  "create pods --subresource=eviction --all-namespaces",
  "patch pods --subresource=ephemeralcontainers --all-namespaces",
  "get secrets --all-namespaces",
  "list secrets --namespace=kube-system",
  "get nodes --subresource=proxy",
  "create nodes --subresource=proxy",
  "list nodes",
  "patch nodes",
  "patch nodes --subresource=status",
  "create serviceaccounts --subresource=token --namespace=holdfast",
  "impersonate users",
  "delete nodereports",
  "update nodereports",
  "create sweeps",
  "update sweeps",
  "delete sweeps",
  "delete leases/holdfast-sweep --namespace=kube-system",
  "update leases/kube-controller-manager --namespace=kube-system",
  "create leases --namespace=kube-node-lease",
  "get configmaps/kube-root-ca.crt --namespace=kube-system",
  "create configmaps --namespace=kube-system",
  "delete configmaps/holdfast-pause --namespace=kube-system",
  "list events --all-namespaces",
  "update events --all-namespaces",
  "create events.events.k8s.io --all-namespaces",
  "update daemonsets.apps --namespace=holdfast",
];

/** As the API server answers for that token: `yes` or `no`. */
async function can(bed: Bed, token: string, asked: string): Promise<string> {
  const args = [`--token=${token}`, "auth", "can-i", ...asked.split(" ")];
  return (await tryRun(kubectlCommand(bed, args))).stdout.trim();
}

/** What a request with that token came to: `done`, `not found`, or why it was refused. */
async function said(bed: Bed, token: string, args: readonly string[], input: string): Promise<string> {
  const { status, stderr } = await tryRun(kubectlCommand(bed, [`--token=${token}`, ...args]), { input });
  if (status === 0) return "done";
  if (stderr.includes("(NotFound)")) return "not found";
  return /denied request: (.*)/.exec(stderr)?.[1] ?? stderr;
}

/** A token that is bound to the agent's pod on a node, as that pod has it. */
async function tokenOn(bed: Bed, node: string): Promise<string> {
  const selector = ["--selector=app.kubernetes.io/component=agent", `--field-selector=spec.nodeName=${node}`];
  const name = "--output=jsonpath={.items[0].metadata.name}";
  const pod = await kubectl(bed, ["get", "pods", "--namespace=holdfast", ...selector, name]);
  const bound = ["--bound-object-kind=Pod", `--bound-object-name=${pod}`];
  return (await kubectl(bed, ["create", "token", "holdfast-agent", "--namespace=holdfast", ...bound])).trim();
}

/** The report of a node as it is, to be written again. */
async function reportAsItIs(bed: Bed, node: string): Promise<string> {
  return kubectl(bed, ["get", "nodereport", node, "--output=json"]);
}

/** What the API server says of w1's report with a status, which is not kept. */
async function replaceStatus(bed: Bed, status: object): Promise<string> {
  const change = { op: "add", path: "/status", value: { ...plain, ...status } };
  return patchedStatus(bed, ["nodereport", "w1", "--dry-run=server"], change);
}

/** In a file: what a report may hold is longer than an argument. */
async function patchedStatus(bed: Bed, object: readonly string[], change: object): Promise<string> {
  const file = join(bed.directory, "patch.json");
  writeFileSync(file, JSON.stringify([change]));
  const args = ["patch", ...object, "--subresource=status", "--type=json", `--patch-file=${file}`];
  return taken(await tryRun(kubectlCommand(bed, args)));
}

function report(name: string, metadata: object = {}): string {
  return JSON.stringify({ apiVersion: "holdfast.dev/v1alpha1", kind: "NodeReport", metadata: { ...metadata, name } });
}

const aWhile = "an agent may hold the lease for half a minute to two minutes, and then renews it";
const onceRunOut = "an agent may take the lease of another only once that has run out";
const notItsTime = "an agent may not say when a lease was written; where somebody else wrote to it, delete it";
const ownEvents = "an agent may write events of what it found and did on its own node alone";

function event(node: string, change: object = {}, metadata: object = {}): string {
  const { object, namespace } = eventObject(
    { pod: null, type: "Warning", reason: "LeftOver", message: "a test" },
    { node, id: randomBytes(4).toString("hex"), at: "2026-05-17T09:00:00Z" },
  );
  const named = { name: `test.${randomBytes(4).toString("hex")}`, namespace };
  return JSON.stringify({ ...object, ...change, metadata: { ...named, ...metadata } });
}

/** Something that a thing could be said to belong to. */
async function owner(bed: Bed): Promise<object> {
  const { metadata } = z
    .object({ metadata: z.object({ uid: z.string() }) })
    .parse(await getJson(bed, ["configmap", "kube-root-ca.crt", kubeSystem]));
  return { apiVersion: "v1", kind: "ConfigMap", name: "kube-root-ca.crt", uid: metadata.uid };
}

const someUid = "6be1f0aa-3c1d-4a57-9f55-1f1d8a4a0b11";
const ofOne = { uid: someUid, maxRung: 2, overdue: true, ttlSeconds: 60 };
const running = { phase: "Running", startedAt: "2026-05-17T09:00:00Z" };
const done = { ...running, phase: "Done", outcome: "left", endedAt: "2026-05-17T09:00:09Z" };
const refused = { phase: "Refused", text: "too late" };

/** What the API server says of an order, and then of each status of it. */
async function ordered(bed: Bed, spec: object, statuses: readonly (object | "remove")[]): Promise<string[]> {
  const answers = [await order(bed, spec)];
  for (const status of statuses) {
    const change =
      status === "remove" ? { op: "remove", path: "/status" } : { op: "add", path: "/status", value: status };
    answers.push(await patchedStatus(bed, ["sweep", "order"], change));
  }
  return answers;
}

/** What the API server says of an order, which is the only one from then on. */
async function order(bed: Bed, spec: object): Promise<string> {
  await kubectl(bed, ["delete", "sweep", "order", "--ignore-not-found"]);
  const input = JSON.stringify({
    apiVersion: "holdfast.dev/v1alpha1",
    kind: "Sweep",
    metadata: { name: "order" },
    spec,
  });
  return taken(await tryRun(kubectlCommand(bed, ["create", "--filename=-"]), { input }));
}

function taken({ status, stderr }: Ran): string {
  return status === 0 ? "taken" : stderr;
}

const plain = { node: "w1", at: "2026-05-17T09:00:00Z", mode: "report", told: true, counts: counts(0) };

function counts(leftovers: number): object {
  return { leftovers, candidates: 0, protected: 0, unknown: 0 };
}

function leftover(number: number): object {
  const uid = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
  return { uid, kind: "orphan", verdict: "protected", text: "is its own" };
}

function listing(length: number): object {
  return { leftovers: Array.from({ length }, (_, number) => leftover(number)) };
}

const longest = {
  counts: counts(100),
  intervalSeconds: 86_400,
  bootID: "b".repeat(64),
  rungs: [1, 2, 3, 4],
  agent: { pod: "p".repeat(253), version: "v".repeat(64) },
  premises: Array.from({ length: 16 }, (_, number) => ({ id: `P${number}`, state: "untold", text: "ü".repeat(512) })),
  leftovers: Array.from({ length: 100 }, (_, number) => ({
    ...leftover(number),
    namespace: "n".repeat(253),
    name: "n".repeat(253),
    text: "x".repeat(512),
    cause: "c".repeat(512),
    listeners: Array.from({ length: 32 }, (__, port) => `${65_000 + port}/tcp`),
  })),
  lastSweep: { uid: "u".repeat(64), at: plain.at, outcome: "ports-freed", rung: 2, text: "x".repeat(512) },
};

interface LeaseFacts {
  readonly name?: string;
  readonly seconds?: number | null;
  readonly metadata?: object;
  readonly spec?: object;
}

function lease(holderIdentity: string, facts: LeaseFacts = {}): string {
  const { name = "holdfast-sweep", seconds = 60, metadata, spec } = facts;
  return JSON.stringify({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-system", ...metadata },
    spec: {
      holderIdentity,
      renewTime: new Date().toISOString().replace("Z", "000Z"),
      ...(seconds === null ? {} : { leaseDurationSeconds: seconds }),
      ...spec,
    },
  });
}

/** What says of a Lease that somebody wrote it at that time. */
function writtenAt(time: string): object {
  const fieldsV1 = { "f:spec": { "f:leaseDurationSeconds": {} } };
  return {
    manager: "m",
    operation: "Update",
    apiVersion: "coordination.k8s.io/v1",
    time,
    fieldsType: "FieldsV1",
    fieldsV1,
  };
}

/** The administrator makes it so. */
async function leaseIs(bed: Bed, holder: string, facts: LeaseFacts = {}): Promise<void> {
  // One with a finalizer would stay.
  const free = ["patch", "lease", "holdfast-sweep", kubeSystem, '--patch={"metadata":{"finalizers":null}}'];
  await tryRun(kubectlCommand(bed, free));
  await kubectl(bed, ["delete", "lease", "holdfast-sweep", kubeSystem, "--ignore-not-found"]);
  await kubectl(bed, create, { input: lease(holder, facts) });
}

/** What is answered to a write that comes at once after that of another: now and then in the same second of the API server's clock. */
async function inTheSecondOfAnother(bed: Bed, write: () => Promise<string>): Promise<Record<string, string>> {
  const answers = new Set<string>();
  for (let times = 0; times < 6; times++) {
    await leaseIs(bed, "w1 a");
    answers.add(await write());
  }
  return { "in the future, as another has just written it": [...answers].join(" or ") };
}

/** And lets the time pass for which it is. */
async function leaseRunsOut(bed: Bed, holder: string): Promise<void> {
  await leaseIs(bed, holder, { seconds: 1 });
  await sleep(2000);
}

/** `kind.group/name` of all objects that are named after Holdfast, or of its own kinds, in all namespaces. */
async function objectsNamedHoldfast(bed: Bed): Promise<string[]> {
  const listed = await kubectl(bed, ["api-resources", "--verbs=list", "--output=name"]);
  const kinds = listed.split("\n").filter((kind) => kind !== "" && !kind.startsWith("events"));
  const names = await kubectl(bed, ["get", kinds.join(","), "--all-namespaces", "--output=name", "--ignore-not-found"]);
  return names
    .split("\n")
    .filter((name) => name.includes("holdfast"))
    .toSorted();
}

async function removed(bed: Bed): Promise<void> {
  if ((await helm(bed, ["list", "--all-namespaces", "--short"])).includes("holdfast"))
    await helm(bed, ["uninstall", "holdfast", "--namespace=holdfast", "--wait", "--timeout=120s"]);
  await kubectl(bed, ["delete", "crd", "nodereports.holdfast.dev", "sweeps.holdfast.dev", "--ignore-not-found"]);
  await kubectl(bed, ["delete", "lease", "holdfast-sweep", kubeSystem, "--ignore-not-found"]);
  await kubectl(bed, ["delete", "namespace", "holdfast", "--ignore-not-found", "--timeout=120s"]);
}
