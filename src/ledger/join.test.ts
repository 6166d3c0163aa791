import { describe, expect, test } from "vitest";
import { healthyNode, incident } from "../../test/builders/incident.ts";
import {
  detailOf,
  idOf,
  ledgersOf,
  ticksAt,
  uidOf,
  without,
  type Ledgers,
  type PodFacts,
} from "../../test/builders/ledgers.ts";
import { known, unknown } from "../model/told.ts";
import { textOf } from "./disagreement.ts";
import { joinLedgers } from "./join.ts";
import type { NodeView, Standing } from "./node-view.ts";

/** A pod of the API that lives, so that the node is this cluster's. */
const neighbour: PodFacts = { name: "kube-system/kube-proxy" };

function viewOf({ knowledge, observation }: Ledgers): NodeView {
  return joinLedgers(knowledge, observation);
}

/** The standing of the pod beside its neighbour; of an unknown one, the reason. */
function standingBeside(pod: PodFacts, change: (ledgers: Ledgers) => Ledgers = (same) => same): string {
  const view = viewOf(change(ledgersOf({ pods: [pod, neighbour] })));
  return said(view.pods.find(({ name }) => name !== "kube-proxy")?.standing);
}

function said(standing: Standing | undefined): string {
  if (standing === undefined) return "no row";
  if (typeof standing === "string") return standing;
  const { text, supply } = standing.unknown;
  return `unknown: ${text}${supply === undefined ? "" : `; ${supply}`}`;
}

const main = (change: object = {}) => [{ processes: [{ pid: 77, ...change }] }];
const deletion = (at: string) => ({ deletion: { at: `2026-05-17T${at}Z`, graceSeconds: 30 } });

describe("what a pod is", () => {
  test.each<[string, PodFacts, string]>([
    ["in both lists", { name: "a/b" }, "running"],
    ["made meanwhile: in the second list only", { name: "a/b", listed: "after" }, "running"],
    ["being deleted, within its grace", { name: "a/b", api: deletion("09:00:50") }, "terminating"],
    ["being deleted, and late by less than clocks differ", { name: "a/b", api: deletion("08:59:50") }, "terminating"],
    ["being deleted, and late", { name: "a/b", api: deletion("08:59:30") }, "overdue"],
    ["evicted, and alive", { name: "a/b", api: { phase: "Failed" } }, "ended"],
    ["done", { name: "a/b", api: { phase: "Succeeded" }, containers: [] }, "ended"],
    ["bound to another node", { name: "a/b", api: { node: "w1" } }, "elsewhere"],
    ["bound to none", { name: "a/b", api: { node: null } }, "unknown: the API has it on no node"],
    [
      "static, with its mirror",
      {
        name: "a/b",
        uid: "46dac9a538838115821dfd9559149484",
        sandbox: { configSource: "file" },
        api: {
          uid: uidOf("mirror"),
          configHash: "46dac9a538838115821dfd9559149484",
          configMirror: "46dac9a538838115821dfd9559149484",
        },
      },
      "static",
    ],
    [
      "static, its mirror deleted",
      { name: "a/b", listed: "none", uid: "46dac9a538838115821dfd9559149484", sandbox: { configSource: "file" } },
      "static",
    ],
    [
      "static over HTTP, its mirror deleted",
      { name: "a/b", listed: "none", sandbox: { configSource: "http" } },
      "static",
    ],
    ["in no list, and alive", { name: "a/b", listed: "none" }, "orphan"],
    [
      "in no list, and alive, while its sandbox is not ready",
      { name: "a/b", listed: "none", sandbox: { state: "not-ready" } },
      "orphan",
    ],
    [
      "in no list, its leader a zombie with a living thread",
      { name: "a/b", listed: "none", containers: main({ process: { state: "Z", thread: 78 } }) },
      "orphan",
    ],
    [
      "in no list, and only zombies left",
      {
        name: "a/b",
        listed: "none",
        containers: [{ processes: [{ pid: 77, process: { state: "Z" } }], runtime: { state: "exited" } }],
      },
      "dead",
    ],
    [
      "in no list, and nothing lives",
      { name: "a/b", listed: "none", containers: [{ processes: [] }], sandbox: { state: "not-ready" } },
      "dead",
    ],
    [
      "in no list, nothing lives, and the runtime says a container runs",
      { name: "a/b", listed: "none", containers: [{ processes: [], runtime: { state: "running" } }] },
      "unknown: the runtime says that a container runs, and no process of it was seen",
    ],
    [
      "in no list, nothing seen, in a virtual machine",
      { name: "a/b", listed: "none", containers: [{ processes: [] }], sandbox: { runtimeHandler: "kata" } },
      "unknown: its runtime may keep processes where the host does not see them as the pod's",
    ],
    [
      "deleted while the node was read",
      { name: "a/b", listed: "before" },
      "unknown: the API had it before the node was read and not after: deleted meanwhile; look again",
    ],
    [
      "in no list, and younger than the first",
      { name: "a/b", listed: "none", containers: main({ process: { startTicks: ticksAt("09:00:40") } }) },
      "unknown: its oldest process is not older than the first list of pods by 60 s: it may have been made meanwhile; look again in a minute or two",
    ],
    [
      "in no list, and older than the first by less than the margin",
      { name: "a/b", listed: "none", containers: main({ process: { startTicks: ticksAt("08:59:42") } }) },
      "unknown: its oldest process is not older than the first list of pods by 60 s: it may have been made meanwhile; look again in a minute or two",
    ],
    [
      "in no list, without a record",
      { name: "a/b", listed: "none", sandbox: null },
      "unknown: the runtime has no sandbox of it that would say whether it is a static pod",
    ],
    [
      "in no list, and its sandbox says nothing of its source",
      { name: "a/b", listed: "none", sandbox: { configSource: null } },
      "unknown: its sandbox does not say that the pod came from the API",
    ],
    [
      "in no list, label and metadata differ",
      { name: "a/b", listed: "none", sandbox: { labelUid: uidOf("other") } },
      "unknown: metadata, label and cgroup name different pod uids",
    ],
    [
      "in no list, container's label differs",
      {
        name: "a/b",
        listed: "none",
        containers: [{ processes: [{ pid: 77 }], runtime: { labelUid: uidOf("other") } }],
      },
      "unknown: metadata, label and cgroup name different pod uids",
    ],
    [
      "in no list, and no uid that an API server gives",
      { name: "a/b", listed: "none", sandbox: { uid: "46dac9a538838115821dfd9559149484" } },
      "unknown: its uid is none that an API server gives",
    ],
    [
      "made by crictl runp",
      { name: "a/b", listed: "none", sandbox: { labelUid: null, configSource: null } },
      "foreign",
    ],
  ])("%s", (_, pod, expected) => {
    expect(standingBeside(pod)).toBe(expected);
  });

  test("a process of its container that sits in another pod's cgroup makes both unsure", () => {
    const [mine, other] = [uidOf("a/b"), uidOf("c/d")];
    const stray = { cgroup: [{ hierarchy: 0, controllers: "", path: `/kubepods/pod${other}/${idOf("a/b main")}` }] };
    const view = viewOf(
      ledgersOf({
        pods: [
          {
            name: "a/b",
            uid: mine,
            listed: "none",
            containers: [{ processes: [{ pid: 77 }, { pid: 78, process: stray }] }],
          },
          { name: "c/d", uid: other, listed: "none" },
          neighbour,
        ],
      }),
    );
    expect(
      view.pods.map(({ name, standing, disagreements }) => [
        name,
        said(standing),
        disagreements.map(({ kind }) => kind),
      ]),
    ).toEqual([
      ["b", "unknown: metadata, label and cgroup name different pod uids", ["claims-differ"]],
      ["d", "unknown: metadata, label and cgroup name different pod uids", ["claims-differ", "process-without-record"]],
      ["kube-proxy", "running", []],
    ]);
  });

  test("its name has another uid now: replaced, and the new one runs", () => {
    const pods = [
      {
        name: "data/db-0",
        uid: uidOf("old"),
        listed: "none",
        sandbox: { id: idOf("old sandbox") },
        containers: [{ name: "old", processes: [{ pid: 77 }] }],
      },
      { name: "data/db-0", uid: uidOf("new") },
    ] as const;
    const { pods: rows } = viewOf(ledgersOf({ pods }));
    expect(rows.map(({ uid, standing }) => [uid, standing])).toEqual([
      [uidOf("old"), "replaced"],
      [uidOf("new"), "running"],
    ]);
  });

  test("an annotation of somebody's pod hides no orphan as a running pod", () => {
    const orphan = uidOf("a/b");
    const { pods } = viewOf(
      ledgersOf({
        pods: [{ name: "a/b", listed: "none" }, { name: "evil/pod", api: { configHash: orphan } }, neighbour],
      }),
    );
    expect(pods.map(({ name, standing }) => [name, said(standing)])).toEqual([
      ["b", `unknown: the API knows it only by an annotation of pod evil/pod, which has another uid`],
      ["pod", "running"],
      ["kube-proxy", "running"],
    ]);
  });
});

test.each<[string, string, string | null, string]>([
  ["ahead of the API server's", "09:10:41", "2026-05-17T09:00:41.000Z", "terminating"],
  ["behind the API server's", "08:50:41", "2026-05-17T09:00:41.000Z", "terminating"],
  ["the same", "09:10:41", "2026-05-17T09:10:41.000Z", "overdue"],
  [
    "the only one that is told",
    "09:10:41",
    null,
    "unknown: it is being deleted, and the API server did not say what time it has",
  ],
])("whether a deletion is late is not read from a clock of ours: ours is %s", (_, ours, servedAt, expected) => {
  const after = { reading: { began: 7, ended: 8, at: `2026-05-17T${ours}Z` }, servedAt };
  const view = viewOf(ledgersOf({ pods: [{ name: "a/b", api: deletion("09:00:50") }, neighbour], after }));
  expect(said(view.pods.find(({ name }) => name === "b")?.standing)).toBe(expected);
});

describe("what a GET of the name adds", () => {
  const orphan: PodFacts = { name: "a/b", listed: "none" };
  const reading = { began: 9, ended: 10, at: "2026-05-17T09:00:41.500Z" };
  const pod = (change: Partial<NonNullable<PodFacts["api"]>>) => {
    const [served] = viewOf(ledgersOf({ pods: [{ name: "a/b", api: change }] })).pods.map(({ api }) => api);
    return served ?? null;
  };

  test.each([
    ["not there", known({ reading, pod: null }), "orphan"],
    ["another uid", known({ reading, pod: pod({ uid: uidOf("new") }) }), "replaced"],
    ["the same uid, on another node", known({ reading, pod: pod({ node: "w1" }) }), "elsewhere"],
    [
      "the same uid here",
      known({ reading, pod: pod({}) }),
      "unknown: the lists of the API do not have it, and the API gives it when asked by name",
    ],
    [
      "no answer",
      unknown({ code: "timed-out", text: "the API server did not answer", at: [] }),
      "unknown: the API server did not answer",
    ],
  ])("%s", (_, answer, expected) => {
    const asked = new Map([["a/b", answer]]);
    const { pods } = viewOf(ledgersOf({ pods: [orphan, neighbour], asked }));
    expect(said(pods.find(({ name }) => name === "b")?.standing)).toBe(expected);
  });
});

describe("what makes a list no proof", () => {
  test.each<[string, Parameters<typeof ledgersOf>[0], string, readonly string[]]>([
    [
      "of another node",
      { pods: [], after: { node: "w1" } },
      "the list of pods is of node w1, not of cp",
      ["list-scope"],
    ],
    [
      "taken before the node was read, both",
      { pods: [], after: { reading: { began: 2, ended: 3, at: "2026-05-17T09:00:41Z" } } },
      "the node was not read between the two lists of pods",
      ["list-order"],
    ],
    [
      "of another history",
      { pods: [], after: { resourceVersion: "900" } },
      "the resourceVersion went back from 1182700 to 900: a restored etcd, or another API server",
      ["resource-version-back"],
    ],
    [
      "by a clock that went back",
      { pods: [], after: { reading: { began: 7, ended: 8, at: "2026-05-17T08:00:41Z" } } },
      "the clock of this run went back while it read",
      ["list-order"],
    ],
  ])("%s", (_, facts, reason, warnings) => {
    const view = viewOf(ledgersOf({ ...facts, pods: [{ name: "a/b", listed: "none" }, neighbour] }));
    expect(said(view.pods.find(({ name }) => name === "b")?.standing)).toBe(`unknown: ${reason}`);
    expect(view.warnings.map(({ code }) => code)).toEqual(warnings);
  });

  test("a pod that could not be read is in the list all the same; one without a uid may be any", () => {
    const broken = {
      namespace: "a",
      name: "b",
      uid: uidOf("a/b"),
      configHash: null,
      text: "its spec is not that of a pod",
    };
    const standingWith = (uid: string | null) => {
      const after = { unparsed: [{ ...broken, uid }] };
      const view = viewOf(ledgersOf({ pods: [{ name: "a/b", listed: "none" }, neighbour], after }));
      return [said(view.pods.find(({ name }) => name === "b")?.standing), ...view.warnings.map(({ code }) => code)];
    };
    expect(standingWith(uidOf("a/b"))).toEqual(["unknown: the API has it, and its spec is not that of a pod"]);
    expect(standingWith(null)).toEqual([
      "unknown: the API listed a pod without a uid: it may be any of those here",
      "unparsed",
    ]);
    expect(standingWith(uidOf("other"))).toEqual(["orphan"]);
  });

  test("a list of all nodes is one of this node too, and pods elsewhere are no rows", () => {
    const ledgers = ledgersOf({
      pods: [
        { name: "a/b", listed: "none" },
        neighbour,
        { name: "other/pod", api: { node: "w1" }, sandbox: null, containers: [] },
      ],
      before: { node: null },
      after: { node: null },
    });
    expect(viewOf(ledgers).pods.map(({ name, standing }) => [name, standing])).toEqual([
      ["b", "orphan"],
      ["kube-proxy", "running"],
    ]);
  });
});

describe("the brake", () => {
  const many = (count: number, listed: "both" | "none"): PodFacts[] =>
    Array.from({ length: count }, (_, index) => ({ name: `${listed}/pod-${index}`, listed }));

  test.each([
    ["nothing known", 1, 0, 0],
    ["the incident's three beside one", 3, 1, 3],
    ["four of ten", 4, 6, 0],
    ["four of twenty", 4, 16, 4],
    ["all of forty", 40, 0, 0],
  ])("%s: %i orphans beside %i known are believed as %i", (_, orphans, others, believed) => {
    const view = viewOf(ledgersOf({ pods: [...many(orphans, "none"), ...many(others, "both")] }));
    expect(view.pods.filter(({ standing }) => standing === "orphan")).toHaveLength(believed);
    expect(view.warnings.map(({ code }) => code)).toEqual(believed === 0 ? ["wrong-cluster"] : []);
  });
});

describe("where the ledgers differ about one pod", () => {
  const running = { state: "running" } as const;
  const mapped = detailOf({ portMappings: [{ protocol: "tcp", containerPort: 80, hostPort: 8080, hostIp: "" }] });

  test.each<[string, PodFacts, readonly string[]]>([
    ["nothing", { name: "a/b" }, []],
    ["orphan", { name: "a/b", listed: "none" }, ["not-in-api"]],
    ["overdue and alive", { name: "a/b", api: deletion("08:00:00") }, ["overdue"]],
    [
      "overdue and dead",
      { name: "a/b", api: deletion("08:00:00"), containers: [{ processes: [], api: { state: "terminated" } }] },
      ["overdue-without-process"],
    ],
    ["ended and alive", { name: "a/b", api: { phase: "Failed" } }, ["ended-alive"]],
    ["on another node", { name: "a/b", api: { node: "w1" } }, ["elsewhere-alive"]],
    [
      "no record of its container",
      {
        name: "a/b",
        containers: [
          {
            processes: [
              {
                pid: 77,
                process: {
                  cgroup: [{ hierarchy: 0, controllers: "", path: `/kubepods/pod${uidOf("a/b")}/${idOf("lost")}` }],
                },
              },
            ],
            runtime: { state: "exited" },
            api: { state: "waiting" },
          },
        ],
      },
      ["process-without-record"],
    ],
    [
      "a record without a process",
      { name: "a/b", containers: [{ processes: [{ pid: 77 }] }, { name: "gone", runtime: running }] },
      ["record-without-process"],
    ],
    [
      "no sandbox, and the API says it runs",
      { name: "a/b", sandbox: null, containers: [{ processes: [] }] },
      ["api-without-record"],
    ],
    [
      "another container id",
      {
        name: "a/b",
        containers: [{ processes: [{ pid: 77 }], api: { containerId: `containerd://${idOf("before")}` } }],
      },
      ["other-container"],
    ],
    [
      "a container of no listed sandbox",
      { name: "a/b", containers: [{ processes: [{ pid: 77 }], runtime: { sandboxId: idOf("lost") } }] },
      ["other-sandbox"],
    ],
    ["its sandbox is gone", { name: "a/b", sandbox: { state: "not-ready" } }, ["sandbox-gone"]],
    [
      "left in portmap",
      { name: "a/b", listed: "none", sandbox: { state: "not-ready" }, detail: mapped, containers: [{ processes: [] }] },
      ["portmap-residue"],
    ],
    [
      "holds what it does not declare",
      { name: "a/b", containers: main({ listens: ["127.0.0.1:29652"] }) },
      ["port-not-declared"],
    ],
    [
      "declares what it does not hold",
      {
        name: "a/b",
        containers: [
          {
            processes: [{ pid: 77 }],
            api: { ports: [{ name: null, containerPort: 80, hostPort: 80, hostIp: "", protocol: "tcp" }] },
          },
        ],
      },
      ["port-not-held"],
    ],
  ])("%s", (_, pod, kinds) => {
    const view = viewOf(ledgersOf({ pods: [pod, neighbour] }));
    const found = view.pods.find(({ name }) => name === "b")?.disagreements ?? [];
    expect(found.map(({ kind }) => kind)).toEqual(kinds);
    for (const each of found) expect(textOf(each)).toMatch(/^[a-zA-Z].*[^.]$/);
  });

  test("several ready sandboxes, and a task that stopped", () => {
    const ledgers = ledgersOf({
      pods: [neighbour],
      runtime: { tasks: known([{ id: idOf("kube-system/kube-proxy main"), pid: 0, status: "stopped" }]) },
    });
    const { runtime } = ledgers.observation;
    const [first] = "known" in runtime ? runtime.known.sandboxes : [];
    if (first === undefined || !("known" in runtime)) throw new Error("the builder made no sandbox");
    const second = { ...first, id: idOf("second"), attempt: 1 };
    const twice = known({ ...runtime.known, sandboxes: [first, second] });
    const view = viewOf({ ...ledgers, observation: { ...ledgers.observation, runtime: twice } });
    expect(view.pods.flatMap(({ disagreements }) => disagreements)).toEqual([
      { kind: "several-ready-sandboxes", about: [first.id, second.id] },
      { kind: "task-state-differs", about: ["main"] },
    ]);
  });

  test("a ledger that was not told differs from none", () => {
    for (const which of ["before", "after", "runtime", "kernel"] as const) {
      const kinds = viewOf(without(healthyNode(), which)).pods.flatMap(({ disagreements }) => disagreements);
      expect(kinds.filter(({ kind }) => kind !== "port-not-declared")).toEqual([]);
    }
  });
});

test("every claim has its evidence", () => {
  const view = viewOf(incident());
  const orphan = view.pods.find(({ name }) => name === "csi-nfs-node-slq2j");
  expect(orphan?.confidence).toBe("observed");
  expect(orphan?.evidence).toEqual([
    {
      kind: "list",
      which: "before",
      at: "2026-05-17T09:00:39.500Z",
      resourceVersion: "1182700",
      node: "cp",
      has: false,
    },
    {
      kind: "list",
      which: "after",
      at: "2026-05-17T09:00:41.000Z",
      resourceVersion: "1182733",
      node: "cp",
      has: false,
    },
    {
      kind: "sandbox",
      at: "2026-05-17T09:00:40.000Z",
      endpoint: "/run/containerd/containerd.sock",
      id: idOf("sandbox nfs-csi/csi-nfs-node-slq2j"),
      state: "ready",
      configSource: "api",
    },
    {
      kind: "process",
      at: "2026-05-17T09:00:40.500Z",
      bootId: "5f0c6f1e-2d5b-4a57-8f4e-6a1f3c1b7d10",
      pid: 1816,
      startTicks: ticksAt("07:46:52"),
      cgroup: `/kubepods/burstable/pod${uidOf("nfs-csi/csi-nfs-node-slq2j")}/${idOf("nfs-csi/csi-nfs-node-slq2j liveness-probe")}`,
    },
  ]);
});

test("a task that CRI does not list is told, and one in a pod's cgroup is the pod's", () => {
  const tasks = known([
    { id: idOf("lost"), pid: 4242, status: "running" as const },
    { id: idOf("in a pod"), pid: 77, status: "running" as const },
  ]);
  const view = viewOf(ledgersOf({ pods: [{ name: "a/b", containers: main() }], runtime: { tasks } }));
  expect(view.warnings.map(({ text }) => text)).toEqual([
    `containerd has a task ${idOf("lost")} (pid 4242) that CRI does not list`,
  ]);
  expect(view.pods[0]?.tasks.map(({ pid }) => pid)).toEqual([77]);
});

test("where no process tells the kubelet's cgroup root, no process is placed", () => {
  const ledgers = ledgersOf({ pods: [{ name: "a/b", containers: [{ processes: [] }] }], host: [{ pid: 5 }] });
  const view = viewOf(ledgers);
  expect(view.warnings.map(({ code }) => code)).toEqual(["cgroup-root"]);
  expect(view.others.map(({ process }) => process.pid)).toEqual([5]);
});
