import type { Random } from "../oracle/random.ts";
import { lose } from "./acts.ts";
import { apiPodOf, makePod, startPod, startProcess, terminating, type CgroupForm } from "./make.ts";
import { end, held, hold, holdsUid, isAlive, keepOnly, type SimPod, type SimProcess, type World } from "./world.ts";

/** Lets something happen that nobody asked for. */
export function happen(world: World, random: Random, form: CgroupForm): void {
  const event = random.pick(weighted);
  event(world, random, form);
}

type Event = (world: World, random: Random, form: CgroupForm) => void;

/** What people and controllers do. */
const ofTheCluster: readonly Event[] = [
  function create(world, random) {
    const name = random.chance(0.3) ? random.pick(world.pods).name : `new-${world.made}`;
    createPod(world, name);
  },
  function startPending(world, random, form) {
    for (const pod of world.pods) {
      if (pod.kind !== "api" || pod.sandboxes.length > 0 || !isToRun(world, pod)) continue;
      startPod(world, pod, { form, listens: random.chance(0.5) });
    }
  },
  function deleteWithGrace(world, random) {
    const pod = pickHeld(world, random);
    if (pod === null) return;
    const grace = random.pick([0, 30, 300, 7200]);
    replaceHeld(world, pod.uid, terminating(world, apiPodOf(pod), grace));
  },
  function forceDelete(world, random) {
    const pod = pickHeld(world, random);
    if (pod !== null) hold(world, without(world, pod.uid));
  },
  function recreate(world) {
    const gone = world.pods.find((pod) => pod.kind === "api" && !holdsUid(world, pod.uid));
    if (gone !== undefined && !held(world).some(({ name }) => name === gone.name)) createPod(world, gone.name);
  },
  function theKubeletEnds(world) {
    const pod = held(world).find(({ deletion }) => deletion !== null);
    const own = world.pods.find(({ uid }) => uid === pod?.uid);
    if (own === undefined || own.stops !== "ends") return;
    endPod(world, own);
    hold(world, without(world, own.uid));
  },
  function itEndsByItself(world, random) {
    const orphan = pickOrphan(world, random);
    if (orphan !== null && random.chance(0.3)) endPod(world, orphan);
  },
  function mirrorDeleted(world) {
    const mirrors = held(world).filter(({ configMirror }) => configMirror !== null);
    if (mirrors.length > 0)
      hold(
        world,
        held(world).filter((pod) => !mirrors.includes(pod)),
      );
  },
  function claimByAnnotation(world, random) {
    const pod = pickHeld(world, random);
    const victim = random.pick(world.pods);
    if (pod !== null) replaceHeld(world, pod.uid, { ...apiPodOf(pod), configHash: victim.uid });
  },
];

/** What the API server tells. */
const ofTheApi: readonly Event[] = [
  function answersAgain(world) {
    world.api.mode = { is: "true" };
  },
  function fails(world) {
    world.api.mode = { is: "error" };
  },
  function isEmpty(world) {
    world.api.mode = { is: "empty" };
  },
  function isLate(world, random) {
    world.api.mode = { is: "late", by: random.below(60_000) };
  },
  function hangs(world) {
    world.api.mode = { is: "hanging", since: world.now - 1 };
  },
  function lacksOne(world, random) {
    world.api.mode = { is: "lacking", uid: random.pick(world.pods).uid };
  },
  function isAnother(world) {
    world.api.mode = { is: "other-cluster" };
  },
  function isRestored(world, random) {
    const { history } = world.api;
    const old = history[random.below(history.length)];
    if (old === undefined || history.length < 2) return;
    const isBack = random.chance(0.5);
    const revision = isBack ? old.revision : (history.at(-1)?.revision ?? 0) + 1000;
    history.push({ from: world.now, revision, pods: old.pods });
    world.api.restoredAt = world.now;
    world.api.ownWriteLost = true;
    world.api.mode = { is: "true" };
  },
  function nodeIsAnother(world, random) {
    world.api.nodeBootId = random.chance(0.5) ? null : "another";
  },
  function nodeIsRight(world) {
    world.api.nodeBootId = world.kernel.bootId;
  },
];

/** What happens on the node. */
const ofTheNode: readonly Event[] = [
  function runtimeFails(world) {
    world.runtime.answers = false;
  },
  function runtimeAnswers(world) {
    world.runtime.answers = true;
  },
  function runtimeRestarts(world) {
    world.runtime.startedAt = world.now;
  },
  function kernelUnread(world, random) {
    world.kernel.answers = random.chance(0.7);
    world.kernel.unreadable = random.pick([0, 0, 1, 2]);
    world.kernel.socketsUnread = random.chance(0.2);
  },
  function kernelRead(world) {
    world.kernel.answers = true;
    world.kernel.unreadable = 0;
    world.kernel.socketsUnread = false;
  },
  function recordLost(world, random) {
    const pod = random.pick(world.pods);
    for (const sandbox of pod.sandboxes) lose(sandbox);
  },
  function notReadyAlive(world, random) {
    for (const sandbox of random.pick(world.pods).sandboxes)
      sandbox.record = { ...sandbox.record, state: random.pick(["not-ready", "unknown"]) };
  },
  function saysExited(world, random) {
    for (const { containers } of random.pick(world.pods).sandboxes)
      for (const container of containers) container.record = { ...container.record, state: "exited" };
  },
  function fork(world, random) {
    const parent = pickProcess(world, random);
    const pod = world.pods.find(({ uid }) => uid === parent?.uid);
    if (parent === null || pod === undefined || !isAlive(parent)) return;
    const { container } = parent;
    const lines = parent.process.cgroup;
    startProcess(world, pod, { container, lines, name: "child", at: world.now, listens: random.chance(0.3) });
  },
  function exit(world, random) {
    const process = pickProcess(world, random);
    if (process !== null) end(world, [process]);
  },
  function pidUsedAgain(world, random) {
    const process = pickProcess(world, random);
    const pod = random.pick(world.pods);
    const other = world.kernel.processes.find(({ uid }) => uid === pod.uid);
    if (process === null || other === undefined || other === process) return;
    end(world, [process]);
    const { container } = other;
    startProcess(world, pod, {
      container,
      lines: other.process.cgroup,
      name: "again",
      at: world.now,
      pid: process.process.pid,
    });
  },
  function changesState(world, random) {
    const process = pickProcess(world, random);
    if (process === null) return;
    const [state, thread] = random.pick([
      ["D", null],
      ["Z", null],
      ["Z", 4711],
      ["S", null],
    ] as const);
    process.process = { ...process.process, state, thread };
  },
  function inherits(world, random) {
    const process = pickProcess(world, random);
    const socket = world.kernel.sockets.at(random.below(Math.max(1, world.kernel.sockets.length)));
    if (process === null || socket === undefined) return;
    process.process = { ...process.process, sockets: [...process.process.sockets, socket.inode] };
  },
  function reboots(world, random) {
    if (!random.chance(0.1)) return;
    end(world, [...world.kernel.processes]);
    world.kernel.bootId = `boot-${world.made}`;
    for (const pod of world.pods)
      for (const sandbox of pod.sandboxes) sandbox.record = { ...sandbox.record, state: "not-ready" };
  },
];

/** Kubelet, people and other sweepers. */
const ofTheOthers: readonly Event[] = [
  function kubeletRestarts(world) {
    world.kubelet.startedAt = world.now;
  },
  function noneOrTwoKubelets(world, random) {
    world.kubelet.number = random.pick([0, 2]);
  },
  function oneKubelet(world) {
    world.kubelet.number = 1;
  },
  function kubeletFails(world, random) {
    world.kubelet.answers = random.chance(0.5);
    world.kubelet.ends = random.chance(0.5);
  },
  function kubeletWorks(world) {
    world.kubelet.answers = true;
    world.kubelet.ends = true;
  },
  function pause(world) {
    world.person.paused = true;
  },
  function goOn(world) {
    world.person.paused = false;
  },
  function leaseOfAnother(world) {
    const { lease } = world.person;
    // Ours could not be renewed.
    const isOver = lease === null || lease.by === "us" || lease.until <= world.now;
    if (isOver) world.person.lease = { by: "w2", until: world.now + 600_000 };
  },
  function lock(world, random) {
    world.person.locked = random.chance(0.3);
  },
  function serves(world, random) {
    const pod = random.pick(world.pods);
    pod.serves = !pod.serves;
  },
  function faults(world, random) {
    const pod = random.pick(world.pods);
    pod.stops = random.pick(["ends", "refuses", "lies", "silent"]);
    pod.kills = random.pick(["ends", "refuses", "uninterruptible"]);
    pod.recordStuck = random.chance(0.2);
  },
  function consent(world, random) {
    world.person.consents = random.chance(0.8);
    world.kubelet.rejects = random.pick([["apps/critical"], null, [], [], [], [], []]);
    world.rebooter.is = random.pick(["none", "idle", "idle", "idle", "busy", "deaf", "silent"]);
    world.kubelet.restartHelps = random.chance(0.5);
  },
  function journal(world, random) {
    world.journalFails = random.chance(0.3);
  },
  function twoForms(world, random, form) {
    if (random.chance(0.5)) makePod(world, { kind: random.pick(["static", "foreign"]), form, age: random.below(900) });
  },
];

const weighted: readonly Event[] = [...ofTheCluster, ...ofTheCluster, ...ofTheApi, ...ofTheNode, ...ofTheOthers];

function createPod(world: World, name: string): void {
  const pod = makePod(world, { name, orphan: true, age: 0 });
  // The kubelet has not heard of it yet.
  const sandboxes = pod.sandboxes.splice(0);
  const ids = new Set(sandboxes.map(({ record }) => record.id));
  for (const { containers } of sandboxes) for (const { record } of containers) ids.add(record.id);
  end(
    world,
    world.kernel.processes.filter(({ container }) => ids.has(container)),
  );
  hold(world, [...held(world).filter((each) => each.name !== name), apiPodOf(pod)]);
}

function isToRun(world: World, { uid }: SimPod): boolean {
  return held(world).some((each) => each.uid === uid && each.deletion === null);
}

function pickHeld(world: World, random: Random): SimPod | null {
  const uids = new Set(held(world).map(({ uid }) => uid));
  const choices = world.pods.filter(({ kind, uid }) => kind === "api" && uids.has(uid));
  return choices.length === 0 ? null : random.pick(choices);
}

function pickOrphan(world: World, random: Random): SimPod | null {
  const uids = new Set(held(world).map(({ uid }) => uid));
  const choices = world.pods.filter(({ kind, uid }) => kind === "api" && !uids.has(uid));
  return choices.length === 0 ? null : random.pick(choices);
}

function pickProcess({ kernel: { processes } }: World, random: Random): SimProcess | null {
  return processes.length === 0 ? null : random.pick(processes);
}

function without(world: World, uid: string): ReturnType<typeof held> {
  return held(world).filter((pod) => pod.uid !== uid);
}

function replaceHeld(world: World, uid: string, by: ReturnType<typeof apiPodOf>): void {
  hold(world, [...without(world, uid), by]);
}

function endPod(world: World, pod: SimPod): void {
  end(
    world,
    world.kernel.processes.filter(({ uid }) => uid === pod.uid),
  );
  for (const sandbox of pod.sandboxes) lose(sandbox);
  keepOnly(pod.sandboxes, () => false);
}
