import { expect, test } from "vitest";
import { kubeSource, served, silence } from "../../../test/builders/kube-source.ts";
import { leases } from "../../model/kube-kinds.ts";
import type { KubeTold } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { known } from "../../model/told.ts";
import { clusterWord } from "./cluster-word.ts";
import { writtenAs } from "./written.ts";

type Answers = Readonly<Record<"namespaces" | "nodes" | "leases", object | null>>;

const system = { metadata: { name: "kube-system", uid: "uid-of-cluster", resourceVersion: "4" } };
const nodeInfo = { bootID: "boot", machineID: "machine" };
const node = { metadata: { name: "w1", uid: "uid-of-w1", resourceVersion: "90" }, status: { nodeInfo } };
const lease = (resourceVersion: string, uid = "uid-of-lease") => ({
  metadata: { namespace: "kube-system", name: "holdfast-w1", uid, resourceVersion },
});
const all: Answers = { namespaces: system, nodes: node, leases: lease("100") };

/** What is told, and what was asked, where `lease` at 100 was written last. */
async function word(answers: Partial<Answers>, written: ServedObject | "not-yet" | null = served(lease("100"))) {
  const asked: string[] = [];
  const kube = kubeSource({
    get: ({ resource }, { namespace, name }): Promise<KubeTold<ServedObject | null>> => {
      asked.push([resource, namespace ?? "-", name].join(" "));
      const answer = { ...all, ...answers }[resource as keyof Answers];
      if (answer === silence) return Promise.resolve({ unknown: silence });
      return Promise.resolve(known(answer === null ? null : served(answer)));
    },
  });
  const isWritten = written !== null && written !== "not-yet";
  const question = { node: "w1", written: isWritten ? writtenAs(leases, written) : written };
  return { told: await clusterWord(kube, question), asked };
}

const whole = {
  clusterUid: "uid-of-cluster",
  node: { uid: "uid-of-w1", bootId: "boot", machineId: "machine" },
  ownWrite: "there",
};

test("cluster, node and what was written are asked for one by one", async () => {
  expect(await word({})).toEqual({
    told: known(whole),
    asked: ["namespaces - kube-system", "nodes - w1", "leases kube-system holdfast-w1"],
  });
});

test.each<[string, Partial<Answers>, object]>([
  ["a cluster without kube-system", { namespaces: null }, { clusterUid: null }],
  ["no node of that name", { nodes: null }, { node: null }],
  [
    "a node without a machine id",
    { nodes: { ...node, status: { nodeInfo: { ...nodeInfo, machineID: "" } } } },
    { node: { ...whole.node, machineId: null } },
  ],
  ["what was written, in a later state", { leases: lease("1000") }, { ownWrite: "there" }],
  ["what was written, in an earlier state", { leases: lease("99") }, { ownWrite: "lost" }],
  ["nothing of what was written", { leases: null }, { ownWrite: "lost" }],
  ["another of its name", { leases: lease("1000", "another") }, { ownWrite: "lost" }],
])("the API server has %s", async (_, answers, expected) => {
  expect((await word(answers)).told).toEqual(known({ ...whole, ...expected }));
});

test("revisions are compared as numbers, however large", async () => {
  const written = served(lease("9007199254740993"));
  const earlier = await word({ leases: lease("9007199254740992") }, written);
  expect(earlier.told).toEqual(known({ ...whole, ownWrite: "lost" }));
});

test.each([
  ["nothing is written", null, "none"],
  ["nothing of what is to be written was taken so far", "not-yet", "not-yet"],
] as const)("%s", async (_, written, ownWrite) => {
  const { told, asked } = await word({}, written);
  expect([told, asked]).toEqual([known({ ...whole, ownWrite }), ["namespaces - kube-system", "nodes - w1"]]);
});

const noIdentity = "not-understood: the API's node does not say which machine and boot it is of";
test.each<[string, Partial<Answers>, string]>([
  ["the cluster", { namespaces: silence }, "timed-out: it gave no answer"],
  ["the node", { nodes: silence }, "timed-out: it gave no answer"],
  ["what was written", { leases: silence }, "timed-out: it gave no answer"],
  ["which boot it is", { nodes: { ...node, status: { nodeInfo: { ...nodeInfo, bootID: "" } } } }, noIdentity],
  ["anything of the machine", { nodes: { metadata: node.metadata } }, noIdentity],
  [
    "a revision in numbers",
    { leases: lease("1e9") },
    "not-understood: the resourceVersion of holdfast-w1 is no number",
  ],
])("where %s is not told, nothing is", async (_, answers, expected) => {
  const { told } = await word(answers);
  expect("unknown" in told ? `${told.unknown.code}: ${told.unknown.text}` : told).toBe(expected);
});
