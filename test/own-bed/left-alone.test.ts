import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeImages } from "../../tools/oci/layout.ts";
import { controlPlane, nodeNamed, type Bed, type NamespaceNode } from "../testbed/bed.ts";
import { kubectl } from "../testbed/clients.ts";
import { endBed } from "../testbed/down.ts";
import { hasFault, setFault } from "../testbed/faults.ts";
import { busyboxImage, stuckLeader, stuckLeaderImage } from "../testbed/images.ts";
import { admin, kubeconfig } from "../testbed/kubeconfig.ts";
import { exec, loadImages } from "../testbed/nodes.ts";
import { processesInCgroup, processesOfPod } from "../testbed/pod-processes.ts";
import { killProcess, processIds, readOrNull } from "../testbed/processes.ts";
import { runtimeNames } from "../testbed/runtimes.ts";
import { installAgent } from "../testbed/suite/agent-chart.ts";
import { agentLooked, agentOutcomes, agentReport } from "../testbed/suite/agent-said.ts";
import { runForeignSandbox, type SandboxClaims } from "../testbed/suite/foreign-sandbox.ts";
import { runMobyTask } from "../testbed/suite/foreign-task.ts";
import { kubeconfigOn, kubeletConfig, nodeOf, portsOf, sweepOf } from "../testbed/suite/holdfast.ts";
import { truthOf } from "../testbed/suite/node-truth.ts";
import { startOwnBed, withoutBed } from "../testbed/suite/own-bed.ts";
import { podField, startPods, type PodRequest } from "../testbed/suite/pod.ts";
import { loadReaderImage } from "../testbed/suite/reader-image.ts";
import { until, type Look } from "../testbed/until.ts";

/** An agent that may kill, and does not wait for long. */
const hasty = {
  enforce: "true",
  maxRung: "2",
  testInterval: "2s",
  minimumAge: "5s",
  minimumUptime: "5s",
  unseenGrace: "10s",
  graceMargin: "5s",
};

describe.for(runtimeNames)("an agent that may kill, beside %s", (runtime) => {
  test.skipIf(withoutBed({ runtime }))(
    "proofs 1, 2, 7, 8, 9, 12, 14, 20, 21, 25: clears what it may, and leaves alone all else",
    async () => {
      const bed = await startOwnBed("left-alone", { workers: 1, runtime });
      try {
        const [cp, w1] = [controlPlane(bed), nodeNamed(bed, "w1")];
        const hash = await startAll(bed, cp, w1);
        const uids = await uidsOf(bed);
        for (const node of [cp, w1]) await setFault(bed, node, "kill", true);
        const forced = await leaveOver(bed, w1);
        const replacement = await replacementOf(bed, uids);
        const sandboxes = await claimFalsely(bed, w1, uidIn(uids, "crowd-0"));
        const living = (): Record<string, number[]> => ({
          ...Object.fromEntries([...crowd, ...lasting].map((name) => [name, processesOfPod(uidIn(uids, name))])),
          "db-0": processesOfPod(replacement),
          static: processesOfPod(hash),
          ...Object.fromEntries(Object.entries(sandboxes).map(([name, id]) => [name, processesInCgroup(id)])),
          [moby.id]: processesInCgroup(moby.id),
        });
        const alive = living();
        expect(Object.keys(alive).filter((name) => alive[name]?.length === 0)).toEqual([]);
        await Promise.all([seeBrake(bed, cp, uids), seeWorker(bed, w1, uids, forced)]);
        await agentLooked(bed, w1, 5);
        expect(living()).toEqual(alive);
        for (const node of [cp, w1]) expect(await hasFault(bed, node, "kill")).toBe(true);
      } finally {
        await endBed(bed.directory);
      }
    },
  );
});

const sleeper = ["sleep", "3600"];
const deaf = ["sh", "-c", "trap '' TERM; sleep 3600"];
const stuckPort = 29_700;
const moby = { id: "moby-web", command: ["httpd", "-f", "-p", "2375"] };

/** Of the worker; all of them are deleted by force. */
const leftOver: readonly Omit<PodRequest, "node">[] = [
  { name: "patient", command: deaf, grace: 300 },
  { name: "longed", command: deaf },
  { name: "fuse", command: ["sh", "-c", "exec 3<>/dev/fuse; sleep 3600"], privileged: true },
  {
    name: "stuck-leader",
    image: stuckLeaderImage,
    command: ["/stuck-leader", `:${stuckPort}`],
    hostNetwork: true,
    grace: 3600,
  },
  { name: "lost", command: sleeper, grace: 240 },
];

/** Those that outlive the test. */
const lasting = ["longed", "fuse", "stuck-leader"];

/** So many that six orphans, and four sandboxes that claim to be of the API's pods, are few among them. */
const crowd = numbered("crowd", 42);
/** Of the control plane. */
const [known, orphaned] = [numbered("known", 10), numbered("orphaned", 10)];

function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

/** Gives the hash by which the node knows the static pod. */
async function startAll(bed: Bed, cp: NamespaceNode, w1: NamespaceNode): Promise<string> {
  await loadReaderImage(bed);
  const archive = join(bed.directory, "stuck-leader.tar");
  writeImages(archive, [stuckLeader(bed.programs)]);
  await loadImages(bed, w1, archive);
  await installAgent(bed, hasty);
  const hash = await startStatic(bed, w1);
  await kubectl(bed, ["apply", "--filename=-"], { input: JSON.stringify(database) });
  const plain = { command: sleeper, hostNetwork: true, token: false };
  await startPods(bed, "default", [
    ...leftOver.map((request) => ({ ...request, node: w1.name })),
    ...crowd.map((name) => ({ ...plain, name, node: w1.name })),
    ...[...known, ...orphaned].map((name) => ({ ...plain, name, node: cp.name })),
  ]);
  await kubectl(bed, ["wait", "pod/db-0", "--for=condition=Ready", "--timeout=120s"]);
  return hash;
}

/** Proof 1: a static pod whose namespace is gone, its mirror with it: the kubelet can make no other. */
async function startStatic(bed: Bed, w1: NamespaceNode): Promise<string> {
  await kubectl(bed, ["create", "namespace", "passing"]);
  const metadata = { name: "static", namespace: "passing" };
  const containers = [{ name: "main", image: busyboxImage, command: sleeper }];
  const spec = { hostNetwork: true, terminationGracePeriodSeconds: 1, containers };
  const manifest = join(w1.root, "etc/kubernetes/manifests/static.json");
  writeFileSync(manifest, JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata, spec }));
  await until("the mirror of the static pod to run", async () => {
    const saw = await podField(bed, "passing", "static-w1", "{.status.phase}");
    return { done: saw === "Running", saw };
  });
  const annotation = String.raw`{.metadata.annotations.kubernetes\.io/config\.hash}`;
  const hash = await podField(bed, "passing", "static-w1", annotation);
  await kubectl(bed, ["delete", "namespace", "passing", "--timeout=120s"]);
  return hash;
}

const database = {
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "db", namespace: "default" },
  spec: {
    serviceName: "db",
    selector: { matchLabels: { app: "db" } },
    template: {
      metadata: { labels: { app: "db" } },
      spec: {
        nodeSelector: { "kubernetes.io/hostname": "w1" },
        terminationGracePeriodSeconds: 1,
        containers: [{ name: "main", image: busyboxImage, command: sleeper }],
      },
    },
  },
};

type Uids = ReadonlyMap<string, string>;

async function uidsOf(bed: Bed): Promise<Uids> {
  const path = '{range .items[*]}{.metadata.name} {.metadata.uid}{"\\n"}{end}';
  const lines = (await kubectl(bed, ["get", "pods", "--namespace=default", `--output=jsonpath=${path}`])).split("\n");
  return new Map(lines.filter(Boolean).map((line) => line.split(" ") as [string, string]));
}

function uidIn(uids: Uids, name: string): string {
  const uid = uids.get(name);
  if (uid === undefined) throw new Error(`there is no pod ${name}`);
  return uid;
}

/** Deletes them by force; gives when, in milliseconds. */
async function leaveOver(bed: Bed, w1: NamespaceNode): Promise<number> {
  await kubectl(bed, ["delete", "pod", "longed", "--grace-period=3600", "--wait=false"]);
  // It has to have seen that one Terminating: the grace is nowhere else.
  await agentLooked(bed, w1, 2);
  const forced = performance.now();
  const names = [...leftOver.map(({ name }) => name), "db-0"];
  await kubectl(bed, ["delete", "pod", ...names, "--force", "--grace-period=0", "--wait=false"]);
  return forced;
}

/** Proof 7: waits for the pod that a StatefulSet makes in the place of another; gives its uid. */
async function replacementOf(bed: Bed, uids: Uids): Promise<string> {
  let uid = "";
  await until("another db-0", async () => {
    uid = await podField(bed, "default", "db-0", "{.metadata.uid}");
    return { done: uid !== uidIn(uids, "db-0"), saw: uid };
  });
  await kubectl(bed, ["wait", "pod/db-0", "--for=condition=Ready", "--timeout=120s"]);
  return uid;
}

/** Proofs 8, 9: a task of docker's, and sandboxes that no kubelet made; gives the ids of these. */
async function claimFalsely(bed: Bed, w1: NamespaceNode, victim: string): Promise<Record<string, string>> {
  await runMobyTask(bed, w1, moby);
  const cgroupParent = `${w1.cgroup}/foreign`;
  const [one, two, three] = [1, 2, 3].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
  const claims: SandboxClaims[] = [
    { name: "crictl", uid: "crictl", labelUid: null, cgroupParent },
    { name: "path", uid: "../../kube-system", labelUid: "../../kube-system", cgroupParent },
    { name: "empty", uid: "", labelUid: "", cgroupParent },
    { name: "two-uids", uid: one ?? "", labelUid: two ?? "", cgroupParent },
    // The most dangerous: all of it says that it is an orphan, and it lives in the cgroup of a pod that the API has.
    { name: "squatter", uid: three ?? "", labelUid: three ?? "", cgroupParent: cgroupOf(w1, victim) },
  ];
  const made: Record<string, string> = {};
  for (const each of claims) made[each.name] = await runForeignSandbox(bed, w1, each);
  return made;
}

function cgroupOf({ cgroup }: NamespaceNode, uid: string): string {
  return `${cgroup}/kubepods/besteffort/pod${uid}`;
}

/** Proof 20: nothing is done while half of a node's pods are orphans; three of them beside one known pod are cleared. */
async function seeBrake(bed: Bed, cp: NamespaceNode, uids: Uids): Promise<void> {
  await kubectl(bed, ["delete", "pod", ...orphaned, "--force", "--grace-period=0", "--wait=false"]);
  const alive = processesOn(uids);
  await until("the brake", async () => {
    const { premises } = await agentReport(bed, cp);
    return { done: premises.some(({ id, state }) => id === "P5" && state === "fails"), saw: JSON.stringify(premises) };
  });
  await agentLooked(bed, cp, 10);
  const { premises, leftovers } = await agentReport(bed, cp);
  expect({ premises: premises.filter(({ state }) => state !== "holds"), leftovers }).toEqual({
    premises: [
      {
        id: "P5",
        state: "fails",
        // As many as were deleted when it was written.
        text: expect.stringMatching(
          /^the wrong cluster\? (?:[5-9]|10) of 20 pods that live here would be orphans: the API server has 1\d of them, and listed 1\d$/,
        ),
      },
    ],
    leftovers: [],
  });
  expect(processesOn(uids)).toEqual(alive);
  const [first = "", ...others] = known;
  await kubectl(bed, ["delete", "pod", ...others, "--wait=false"]);
  await endByHand(uids, [...others, ...orphaned.slice(3)]);
  await kubectl(bed, ["wait", ...others.map((name) => `pod/${name}`), "--for=delete", "--timeout=120s"]);
  await until("three orphans to be cleared", () => lookFor(cp, 3));
  expect(new Map(agentOutcomes(cp))).toEqual(
    new Map(orphaned.slice(0, 3).map((name) => [uidIn(uids, name), "cleared on 2: apparmor"])),
  );
  const now = processesOn(uids);
  expect(now.filter(([, pids]) => pids.length > 0)).toEqual(alive.filter(([name]) => name === first));
}

function processesOn(uids: Uids): [string, number[]][] {
  return [...known, ...orphaned].map((name) => [name, processesOfPod(uidIn(uids, name))]);
}

/** What runc cannot do, and who is on the machine can. */
async function endByHand(uids: Uids, names: readonly string[]): Promise<void> {
  await Promise.all(names.flatMap((name) => processesOfPod(uidIn(uids, name)).map(killProcess)));
}

/** `forced`: when the pods were deleted by force, in milliseconds. */
async function seeWorker(bed: Bed, w1: NamespaceNode, uids: Uids, forced: number): Promise<void> {
  const [waited] = await Promise.all([
    ended(uidIn(uids, "patient")),
    seeRecordLost(bed, w1, uidIn(uids, "lost")),
    seeLeftovers(bed, w1).then(() => seeOthers(bed, w1)),
  ]);
  // Its grace and the margin, and then all of its grace on rung 1.
  expect(waited - forced).toBeGreaterThan(605_000);
  await until("three to be cleared", () => lookFor(w1, 3));
  expect(new Map(agentOutcomes(w1))).toEqual(
    new Map([
      [uidIn(uids, "db-0"), "cleared on 2: apparmor"],
      [uidIn(uids, "lost"), "cleared on 2: shim-gone"],
      [uidIn(uids, "patient"), "cleared on 2: apparmor"],
    ]),
  );
  for (const name of ["db-0", "lost", "patient"])
    expect(await truthOf(bed, w1, uidIn(uids, name))).toMatchObject({ sandboxes: [], tasks: [], processes: [] });
}

/** Whether the agent of a node has come to so many outcomes. */
function lookFor(node: NamespaceNode, count: number): Look {
  const outcomes = agentOutcomes(node);
  return { done: outcomes.length === count, saw: JSON.stringify(outcomes), hopeless: outcomes.length > count };
}

/** Waits until nothing of a pod lives; gives when that was, in milliseconds. */
async function ended(uid: string): Promise<number> {
  await until(
    "the pod to end",
    () => {
      const pids = processesOfPod(uid);
      return { done: pids.length === 0, saw: pids.join(" ") };
    },
    { deadline: 900_000 },
  );
  return performance.now();
}

/** Proofs 2, 14, 25: what is left over, and why it is left alone. The replaced pod is in it only until it is cleared. */
async function seeLeftovers(bed: Bed, w1: NamespaceNode): Promise<void> {
  const rows = async (): Promise<string[][]> => {
    const { at, leftovers } = await agentReport(bed, w1);
    const fromThen = (_: string, time: string): string =>
      `in ${Math.floor((Date.parse(time) - Date.parse(at)) / 1000)} s`;
    return leftovers
      .filter(({ name }) => name !== "db-0")
      .map(({ name, kind, verdict, text, cause = "", listeners }) => {
        return [name, kind, verdict, text.replace(/from (\S+) on/, fromThen), cause, ...listeners];
      })
      .toSorted(([a = ""], [b = ""]) => a.localeCompare(b));
  };
  const waits = (seconds: RegExp): unknown =>
    expect.stringMatching(new RegExp(`^may be cleared in (?:${seconds.source}) s, after \\d more scans that agree$`));
  const serves = expect.stringMatching(/^others may live on it: pid \d+ holds \/dev\/fuse open$/);
  const zombie = expect.stringMatching(/^pid \d+ has ended and a thread of it lives \(observed\)$/);
  // Whether the kubelet has collected its record by then is its own affair.
  const lost = expect.stringMatching(/^(?:the runtime has no record of it any more, .* \(inferred\))?$/);
  await expect.poll(rows, { timeout: 300_000, interval: 1000 }).toEqual([
    ["fuse", "orphan", "protected", serves, ""],
    ["longed", "orphan", "candidate", waits(/3[0-6]\d\d/), ""],
    ["lost", "orphan", "candidate", waits(/1?\d{1,2}|2[0-4]\d/), lost],
    ["patient", "orphan", "candidate", waits(/[12]?\d{1,2}|30[0-5]/), ""],
    ["stuck-leader", "orphan", "candidate", waits(/3[0-6]\d\d/), zombie, `${stuckPort}/tcp`],
  ]);
}

/** Proofs 1, 8, 9, 14: what is no leftover at all, and who has the ports. */
async function seeOthers(bed: Bed, w1: NamespaceNode): Promise<void> {
  const asAdmin = kubeconfigOn(w1, "admin", kubeconfig(bed, admin));
  const { unknown, foreign, premises } = await sweepOf(bed, w1, [asAdmin, "--minimum-age=5s", "--minimum-uptime=5s"]);
  const noUid = "its uid is none that an API server gives";
  const claims = "metadata, label and cgroup name different pod uids";
  expect({
    premises: premises.filter(({ state }) => state !== "holds"),
    unknown: unknown.map(({ name, reason }) => `${name}: ${reason?.text}`).toSorted(),
    foreign: foreign.map(({ name }) => name),
  }).toEqual({
    premises: [],
    unknown: [`empty: ${noUid}`, `path: ${noUid}`, `squatter: ${claims}`, `two-uids: ${claims}`],
    foreign: ["crictl"],
  });
  const { pods } = await nodeOf(bed, w1, [kubeletConfig]);
  expect(pods.filter(({ namespace }) => namespace === "passing").map(({ name, standing }) => [name, standing])).toEqual(
    [["static-w1", "static"]],
  );
  const { ports } = await portsOf(bed, w1, [kubeletConfig]);
  const holders = (port: number): unknown =>
    ports
      .filter((each) => each.port === port)
      .flatMap(({ verdict, holders: all }) =>
        all.map(({ pod, process }) => [verdict, pod?.name, process?.name, process?.state, process?.thread !== null]),
      );
  expect({ stuck: holders(stuckPort), moby: holders(2375) }).toEqual({
    stuck: [["orphan", "stuck-leader", "stuck-leader", "Z", true]],
    moby: [["host", undefined, "busybox", "S", false]],
  });
}

/**
 * Proof 21: with its shim dead and a runc that cannot kill, containerd says that the pod has ended [containerd v2.4.2,
 * core/runtime/v2/shim.go, cleanupAfterDeadShim], and the kubelet collects its record. It would end the processes itself then, by the
 * pod's cgroup, but for a volume that is busy [kubernetes v1.36.3, pkg/kubelet/kubelet_pods.go, cleanupOrphanedPodCgroups].
 */
async function seeRecordLost(bed: Bed, w1: NamespaceNode, uid: string): Promise<void> {
  await until("the agent to have written down its ids", async () => {
    const { leftovers } = await agentReport(bed, w1);
    return { done: leftovers.some(({ name }) => name === "lost"), saw: JSON.stringify(leftovers) };
  });
  const { sandboxes } = await truthOf(bed, w1, uid);
  const alive = processesOfPod(uid);
  const volume = `/var/lib/kubelet/pods/${uid}/volumes/kubernetes.io~projected/*`;
  await exec(bed, w1, ["sh", "-c", `cd ${volume} && (sleep 3600 > /dev/null 2>&1 &)`]);
  const isShim = (pid: number): boolean => {
    const words = (readOrNull(`/proc/${pid}/cmdline`) ?? "").split("\0");
    return words[0]?.endsWith("/containerd-shim-runc-v2") === true && sandboxes.some((id) => words.includes(id));
  };
  await Promise.all(processIds().filter(isShim).map(killProcess));
  await until("the kubelet to collect the record", async () => {
    const truth = await truthOf(bed, w1, uid);
    return { done: truth.sandboxes.length === 0, saw: JSON.stringify(truth) };
  });
  expect(processesOfPod(uid)).toEqual(alive);
  await ended(uid);
}
