import type { ApiPod, Process } from "../../src/model/ledger.ts";
import type { Policy } from "../../src/sweep/policy.ts";
import type { RequestKind } from "../../src/sweep/requests.ts";
import { apiPodOf, makePod, startProcess, terminating, type PodWish } from "./make.ts";
import { aNode, aPerson, orphan, play, threeScans, type Moment } from "./play.ts";
import { end, held, heldAt, hold, type SimPod, type SimSandbox, type World } from "./world.ts";

/** What a scenario lets happen before a request is answered. */
export type Before = (moment: Moment) => boolean | void;

/** A person sweeps a node with one orphan, three times. */
export function sweepOne(
  wish: PodWish,
  before: (world: World, pod: SimPod) => Before | void = () => undefined,
  policy: Policy = aPerson(),
): readonly string[] {
  const { world, pods } = aNode({ ...orphan, ...wish });
  const happens = before(world, first(pods));
  return play({ world, policy, cycles: threeScans, ...(happens === undefined ? {} : { before: happens }) });
}

export function first(pods: readonly SimPod[]): SimPod {
  const [pod] = pods;
  if (pod === undefined) throw new Error("the scenario has no pod");
  return pod;
}

/** Once, before this request of this cycle. */
export function when(cycle: number, kind: RequestKind, nth: number, happens: () => void): Before {
  return (moment) => {
    if (moment.cycle === cycle && moment.request.kind === kind && moment.nth === nth) happens();
  };
}

/** Just before the first rung is confirmed. */
export function whileConfirmed(happens: () => void): Before {
  return ({ request, nth }) => {
    if (request.kind === "lease" && nth === 1) happens();
  };
}

export function drop(world: World, { uid }: SimPod): void {
  hold(
    world,
    held(world).filter((pod) => pod.uid !== uid),
  );
}

export function comesBack(world: World, pod: SimPod): void {
  hold(world, [...held(world), apiPodOf(pod)]);
}

export function terminate(world: World, pod: SimPod, graceSeconds: number): void {
  const others = held(world).filter(({ uid }) => uid !== pod.uid);
  hold(world, [...others, terminating(world, apiPodOf(pod), graceSeconds)]);
}

/** The API has another pod in the place of the first. */
export function changeFirst(world: World, change: Partial<ApiPod>): void {
  const [pod, ...others] = held(world);
  if (pod !== undefined) hold(world, [{ ...pod, ...change }, ...others]);
}

/** Makes a pod that runs at once, and that the API has from now on. */
export function create(world: World, wish: PodWish): SimPod {
  const pod = makePod(world, { ...wish, age: 0, orphan: true });
  hold(world, [...held(world), apiPodOf(pod)]);
  return pod;
}

/** The database is as it was before the simulation began, but for this pod. */
export function restore(world: World, pod: SimPod, by: number): void {
  const pods = heldAt(world, 0).pods.filter(({ uid }) => uid !== pod.uid);
  hold(world, pods, by);
  world.api.ownWriteLost = true;
  world.api.restoredAt = world.now;
}

export function sandboxesOf(pod: SimPod): readonly SimSandbox[] {
  return pod.sandboxes;
}

export function endAll(world: World, pod: SimPod): void {
  end(
    world,
    world.kernel.processes.filter(({ uid }) => uid === pod.uid),
  );
}

export function sayExited(pod: SimPod): void {
  for (const { containers } of pod.sandboxes)
    for (const container of containers) container.record = { ...container.record, state: "exited" };
}

export function sayNotReady(pod: SimPod): void {
  for (const sandbox of pod.sandboxes) sandbox.record = { ...sandbox.record, state: "not-ready" };
}

/** Its main process starts another. */
export function fork(world: World, pod: SimPod): void {
  const parent = world.kernel.processes.find(({ uid, process }) => uid === pod.uid && process.name === "main");
  if (parent === undefined) return;
  startProcess(world, pod, {
    container: parent.container,
    lines: parent.process.cgroup,
    name: "child",
    at: world.now,
  });
}

export function changeProcesses(world: World, pod: SimPod, change: (process: Process) => Partial<Process>): void {
  for (const each of world.kernel.processes)
    if (each.uid === pod.uid) each.process = { ...each.process, ...change(each.process) };
}

/** Something in no pod has the sockets of a pod open. */
export function inherit(world: World, pod: SimPod): void {
  const host = makePod(world, { kind: "foreign", name: "host" });
  for (const sandbox of host.sandboxes) sandbox.listed = false;
  host.sandboxes.length = 0;
  changeProcesses(world, host, ({ sockets }) => ({
    sockets: [...sockets, ...pod.inodes],
    cgroup: [{ hierarchy: 0, controllers: "", path: "/system.slice/host.service" }],
  }));
}

/** Something in no pod has its sockets from now on, and its own process ends. */
export function handOver(world: World, pod: SimPod): void {
  inherit(world, pod);
  endOne(world, pod);
}

/** Its main process ends; that of its sandbox lives on. */
export function endOne(world: World, pod: SimPod): void {
  end(
    world,
    world.kernel.processes.filter(({ uid, process }) => uid === pod.uid && process.name !== "pause"),
  );
}

/** Another process of its container, that listens. */
export function listen(world: World, pod: SimPod): void {
  const container = pod.sandboxes[0]?.containers[0];
  if (container === undefined) return;
  const { lines, record } = container;
  startProcess(world, pod, { container: record.id, lines, name: "late", at: world.now, listens: true });
}

/** What its main process started goes to a cgroup of the host's, where nothing that ends the pod reaches it. */
export function escape(world: World, pod: SimPod): void {
  const child = world.kernel.processes.findIndex(({ uid, process }) => uid === pod.uid && process.name === "child");
  const escaped = world.kernel.processes[child];
  if (escaped === undefined) return;
  const cgroup = [{ hierarchy: 0, controllers: "", path: "/system.slice/cron.service" }];
  world.kernel.processes[child] = { ...escaped, container: "none", process: { ...escaped.process, cgroup } };
}

/** Another container in the same sandbox, with a process of its own. */
export function addContainer(world: World, pod: SimPod): void {
  const sandbox = pod.sandboxes[0];
  const [container] = sandbox?.containers ?? [];
  if (sandbox === undefined || container === undefined) return;
  const id = "e".repeat(64);
  const lines = container.lines.map((line) => ({ ...line, path: line.path.replace(container.record.id, id) }));
  sandbox.containers.push({ record: { ...container.record, id, name: "again", attempt: 1 }, listed: true, lines });
  startProcess(world, pod, { container: id, lines, name: "main", at: world.now - 100_000 });
}

/** A child in a container of the pod of which no reading has said anything yet. */
export function startChild(world: World, pod: SimPod): void {
  const container = pod.sandboxes[0]?.containers[0];
  if (container === undefined) return;
  startProcess(world, pod, { container: container.record.id, lines: container.lines, name: "child", at: world.now });
}
