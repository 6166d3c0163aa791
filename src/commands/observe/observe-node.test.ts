import { expect, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import { detailOf, idOf, ledgersOf, without, type Ledgers, type PodFacts } from "../../../test/builders/ledgers.ts";
import { joinLedgers } from "../../ledger/join.ts";
import type { NodeView } from "../../ledger/node-view.ts";
import type { ApiPod, PodAnswer } from "../../model/ledger.ts";
import { isKnown, known, unknown, type Told } from "../../model/told.ts";
import { nodeHere, observeNode, type NodeSources } from "./observe-node.ts";

const bootId = "5f0c6f1e-2d5b-4a57-8f4e-6a1f3c1b7d10";

interface World {
  readonly ledgers: Ledgers;
  readonly bootId?: Told<string | null>;
  /** By `namespace/name`. Default: there is none. */
  readonly get?: (name: string) => Told<PodAnswer>;
}

/** Sources that answer from ledgers, and the order in which they were asked. */
function sourcesOf({ ledgers: { knowledge, observation }, ...world }: World): {
  sources: NodeSources;
  asked: string[];
} {
  const asked: string[] = [];
  const lists = [knowledge.before, knowledge.after];
  const answer = <T>(name: string, value: T): Promise<T> => {
    asked.push(name);
    return Promise.resolve(value);
  };
  return {
    asked,
    sources: {
      pods: {
        list: (node) => answer(`list ${node}`, lists.shift() ?? knowledge.after),
        get: (namespace, name) => answer(`get ${namespace}/${name}`, world.get?.(`${namespace}/${name}`) ?? gone),
        bootId: (node) => answer(`node ${node}`, world.bootId ?? known(bootId)),
      },
      node: nodeHere(
        {
          list: () => answer("runtime", observation.runtime),
          inspect: (ids) => answer(`inspect ${ids.length}`, observation.details),
        },
        (after) => after.then(() => answer("kernel", observation.kernel)),
        new AbortController().signal,
      ),
    },
  };
}

const reading = { began: 9, ended: 10, at: "2026-05-17T09:00:42Z" };
const gone = known<PodAnswer>({ reading, pod: null });

async function observed(world: World): Promise<{ view: NodeView; asked: readonly string[] }> {
  const { sources, asked } = sourcesOf(world);
  const { knowledge, observation, view } = await observeNode("cp", sources);
  expect(view).toEqual(joinLedgers(knowledge, observation));
  return { view, asked };
}

function standings({ pods }: NodeView): readonly string[] {
  return pods.map(({ name, standing }) => `${name} ${typeof standing === "string" ? standing : standing.unknown.text}`);
}

const orphan: PodFacts = { name: "a/orphan", listed: "none" };
const neighbour: PodFacts = { name: "kube-system/kube-proxy" };

test("the node is read between two lists, and each orphan is asked for by name at last", async () => {
  const { asked } = await observed({ ledgers: incident() });
  expect(asked).toEqual([
    "list cp",
    "runtime",
    "kernel",
    "inspect 4",
    "list cp",
    "node cp",
    "get nfs-csi/csi-nfs-controller-7d9c5b6f4-8xkzt",
    "get nfs-csi/csi-nfs-controller-7d9c5b6f4-q2w8m",
    "get nfs-csi/csi-nfs-node-slq2j",
  ]);
});

test("what the API gives when asked by name is no orphan", async () => {
  const ledgers = ledgersOf({ pods: [orphan, neighbour] });
  const [served] = servedPods(ledgersOf({ pods: [{ name: "a/orphan" }] }));
  const { view } = await observed({ ledgers, get: () => known({ reading, pod: served ?? null }) });
  expect(standings(view)).toEqual([
    "orphan the lists of the API do not have it, and the API gives it when asked by name",
    "kube-proxy running",
  ]);
});

test.each<[string, Told<PodAnswer>, string]>([
  ["gives no answer", unknown({ code: "timed-out", text: "no answer", at: [] }), "orphan no answer"],
  ["may not be asked for it", unknown({ code: "not-permitted", text: "forbidden", at: [] }), "orphan orphan"],
])("where the API %s by name", async (_, answer, expected) => {
  const { view } = await observed({ ledgers: ledgersOf({ pods: [orphan, neighbour] }), get: () => answer });
  expect(standings(view)).toContain(expected);
});

test.each<[string, Told<string | null>, string]>([
  [
    "another boot",
    known("0c0f4c0a-6f43-4b4f-9d1a-0e0b3c2f7a11"),
    "the API server's node cp is another machine, or has not been heard of since this one booted",
  ],
  ["no such node", known(null), "the API server has no node cp"],
  [
    "no answer",
    unknown({ code: "timed-out", text: "the API server did not answer", at: [] }),
    "the API server did not answer",
  ],
])("a node whose boot is not this machine's (%s) makes no orphan", async (_, told, text) => {
  const { view, asked } = await observed({ ledgers: ledgersOf({ pods: [orphan, neighbour] }), bootId: told });
  expect(standings(view)).toEqual([`orphan ${text}`, `kube-proxy ${text}`]);
  expect(asked.filter((each) => each.startsWith("get"))).toEqual([]);
});

test("an API server that gave no answer is not waited for twice", async () => {
  const { asked } = await observed({ ledgers: without(incident(), "before") });
  expect(asked).toEqual(["list cp", "runtime", "kernel", "inspect 7"]);
});

test("an API server that is silent when asked for an orphan is not asked for the next", async () => {
  const pods: PodFacts[] = [orphan, { name: "a/another", listed: "none" }, neighbour];
  const silent = unknown({ code: "timed-out", text: "no answer", at: [] });
  const { view, asked } = await observed({ ledgers: ledgersOf({ pods }), get: () => silent });
  expect(asked.filter((each) => each.startsWith("get"))).toEqual(["get a/another"]);
  expect(standings(view)).toEqual(["another no answer", "orphan no answer", "kube-proxy running"]);
});

test("sandboxes are asked for their host ports only where the API does not tell", async () => {
  const ports = [{ name: null, containerPort: 80, hostPort: 8080, hostIp: "", protocol: "tcp" as const }];
  const pods: PodFacts[] = [
    neighbour,
    {
      name: "a/mapped",
      api: { hostNetwork: false },
      containers: [{ processes: [{ pid: 70 }], api: { ports } }],
      detail: detailOf(),
    },
    { name: "a/plain", api: { hostNetwork: false } },
  ];
  const { view, asked } = await observed({ ledgers: ledgersOf({ pods }) });
  expect(asked).toContain("inspect 1");
  const mapped = view.pods.find(({ name }) => name === "mapped");
  expect(mapped?.sandboxes.map(({ sandbox, detail }) => [sandbox.id, detail !== null])).toEqual([
    [idOf("sandbox a/mapped"), true],
  ]);
});

function servedPods({ knowledge }: Ledgers): readonly ApiPod[] {
  return isKnown(knowledge.after) ? knowledge.after.known.pods : [];
}
