import type { CgroupTarget, Said } from "../../src/model/node-actor.ts";
import { acts, type ActRequest, type Request } from "../../src/sweep/requests.ts";
import { end, type SimPod, type SimProcess, type SimSandbox, type World } from "./world.ts";

const actKinds: ReadonlySet<string> = new Set(acts);

export function isAct(request: Request): request is ActRequest {
  return actKinds.has(request.kind);
}

/** Does what was asked, or what this world's runtime and kernel make of it. What is said need not be what was done. */
export function performAct(world: World, request: ActRequest): Said {
  switch (request.kind) {
    case "stop-containers":
      return (
        request.containers.map(({ id, graceSeconds }) => stopContainer(world, id, graceSeconds)).find(isBad) ?? done
      );
    case "stop-sandbox":
      return stopSandbox(world, request.id);
    case "remove-sandbox":
      return removeSandbox(world, request.id);
    case "kill-cgroup":
      return kill(world, request.target, 0);
    case "kill-processes":
      return kill(world, request.target, null);
    case "restart-kubelet":
      return restartKubelet(world);
    case "request-reboot":
      world.rebooter.asked = true;
      return done;
  }
}

/** Who would be hit by it, however it is named. */
export function aimedAt(world: World, request: ActRequest): readonly SimProcess[] {
  switch (request.kind) {
    case "stop-containers": {
      const ids = new Set(request.containers.map(({ id }) => id));
      return world.kernel.processes.filter(({ container }) => ids.has(container));
    }
    case "stop-sandbox":
    case "remove-sandbox": {
      const found = findSandbox(world, request.id);
      if (found === null) return [];
      const ids = new Set([request.id, ...found.sandbox.containers.map(({ record }) => record.id)]);
      return world.kernel.processes.filter(({ container }) => ids.has(container));
    }
    case "kill-cgroup":
      return world.kernel.processes.filter((each) => isBelow(each, request.target, 0));
    case "kill-processes":
      return world.kernel.processes.filter((each) => isBelow(each, request.target, null));
    case "restart-kubelet":
    case "request-reboot":
      return [];
  }
}

const done: Said = { said: "done" };
const failed: Said = { said: "failed", text: "unable to signal init: permission denied" };
const silent: Said = { said: "silent", reason: { code: "timed-out", text: "not answered in time", at: [] } };

function isBad({ said }: Said): boolean {
  return said !== "done";
}

interface Found {
  readonly pod: SimPod;
  readonly sandbox: SimSandbox;
}

function findSandbox(world: World, id: string): Found | null {
  for (const pod of world.pods) {
    const sandbox = pod.sandboxes.find(({ record }) => record.id === id);
    if (sandbox !== undefined) return { pod, sandbox };
  }
  return null;
}

function stopContainer(world: World, id: string, graceSeconds: number): Said {
  for (const pod of world.pods) {
    for (const { containers } of pod.sandboxes) {
      const container = containers.find(({ record }) => record.id === id);
      if (container === undefined) continue;
      if (!container.listed) return done;
      world.now += Math.min(graceSeconds, 5) * 1000;
      if (pod.stops === "ends") {
        endAll(world, (each) => each.container === id);
        container.record = { ...container.record, state: "exited" };
      }
      return saidOf(pod);
    }
  }
  return done;
}

function saidOf({ stops }: SimPod): Said {
  if (stops === "refuses") return failed;
  return stops === "silent" ? silent : done;
}

function stopSandbox(world: World, id: string): Said {
  const found = findSandbox(world, id);
  if (found === null || !found.sandbox.listed) return done;
  const { pod, sandbox } = found;
  if (pod.stops === "refuses" && livesIn(world, found)) return failed;
  if (pod.stops === "silent" && livesIn(world, found)) return silent;
  if (pod.stops === "ends") endAll(world, ({ container }) => isIn(sandbox, container));
  setNotReady(sandbox);
  if (world.runtime.loses && livesIn(world, found)) lose(sandbox);
  return done;
}

function removeSandbox(world: World, id: string): Said {
  const found = findSandbox(world, id);
  if (found === null || !found.sandbox.listed) return done;
  if (found.pod.recordStuck) return failed;
  lose(found.sandbox);
  return done;
}

/** Containerd has no record of it any more, whatever lives. */
export function lose(sandbox: SimSandbox): void {
  sandbox.listed = false;
  for (const container of sandbox.containers) container.listed = false;
}

function setNotReady(sandbox: SimSandbox): void {
  sandbox.record = { ...sandbox.record, state: "not-ready" };
  for (const container of sandbox.containers) container.record = { ...container.record, state: "exited" };
}

function livesIn({ kernel }: World, { sandbox }: Found): boolean {
  return kernel.processes.some(({ container }) => isIn(sandbox, container));
}

function isIn({ record, containers }: SimSandbox, id: string): boolean {
  return record.id === id || containers.some((each) => each.record.id === id);
}

function endAll(world: World, which: (each: SimProcess) => boolean): void {
  end(
    world,
    world.kernel.processes.filter((each) => which(each) && each.process.state !== "D"),
  );
}

function isBelow({ process }: SimProcess, { cgroups }: CgroupTarget, only: number | null): boolean {
  return process.cgroup.some(({ hierarchy, path }) =>
    cgroups.some(
      (folder) =>
        folder.hierarchy === hierarchy &&
        (only === null || only === hierarchy) &&
        (path === folder.path || path.startsWith(`${folder.path}/`)),
    ),
  );
}

function kill(world: World, target: CgroupTarget, only: number | null): Said {
  const hit = world.kernel.processes.filter((each) => isBelow(each, target, only));
  const pods = new Set(hit.map(({ uid }) => uid));
  const refuses = world.pods.some(({ uid, kills }) => pods.has(uid) && kills === "refuses");
  if (refuses) return { said: "refused", reason: { code: "not-permitted", text: "a guard said no", at: [] } };
  const stuck = new Set(world.pods.filter(({ kills }) => kills === "uninterruptible").map(({ uid }) => uid));
  end(
    world,
    hit.filter(({ uid, process }) => process.state !== "D" && !stuck.has(uid)),
  );
  // A shim that lives tells the runtime.
  for (const pod of world.pods) {
    if (!pods.has(pod.uid) || stuck.has(pod.uid)) continue;
    if (pod.stops === "refuses") pod.stops = "ends";
    for (const sandbox of pod.sandboxes) setNotReady(sandbox);
  }
  return done;
}

function restartKubelet(world: World): Said {
  const { kubelet, now } = world;
  if (kubelet.restartedAt !== null && now - kubelet.restartedAt < 3_600_000)
    return { said: "refused", reason: { code: "not-permitted", text: "it was restarted an hour ago or less", at: [] } };
  kubelet.restartedAt = now;
  if (kubelet.restarts === "old") return failed;
  kubelet.startedAt = now;
  if (kubelet.restarts === "none") kubelet.number = 0;
  if (!world.kubelet.restartHelps) return done;
  const inApi = new Set(world.api.history.at(-1)?.pods.map(({ uid }) => uid));
  for (const pod of world.pods.filter(({ kind, uid }) => kind === "api" && !inApi.has(uid))) {
    endAll(world, ({ uid }) => uid === pod.uid);
    for (const sandbox of pod.sandboxes) setNotReady(sandbox);
  }
  return done;
}
