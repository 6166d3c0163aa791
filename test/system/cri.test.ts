import { globSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RuntimeLedger } from "../../src/model/ledger.ts";
import type { RuntimeSource } from "../../src/model/sources.ts";
import { isKnown } from "../../src/model/told.ts";
import type { Told } from "../../src/model/told.ts";
import { connectRuntimeActor } from "../../src/outside/cri/actor.ts";
import { connectCri } from "../../src/outside/cri/connect.ts";
import { startContainerd } from "./containerd/containerd.ts";
import type { Containerd } from "./containerd/containerd.ts";
import { image } from "./containerd/image.ts";
import { daemonOf, podProcesses, shimOf } from "./containerd/processes.ts";
import { builtContainerd, distributionContainerd, missingForContainerd } from "./containerd/versions.ts";
import type { Version } from "./containerd/versions.ts";
import { podUid, runWorkload, secret } from "./containerd/workload.ts";
import type { Workload } from "./containerd/workload.ts";

const never = new AbortController().signal;

/** With a deadline that a loaded machine keeps; `short` is for what shall reach it. */
function cri({ socket }: Containerd, { short = false } = {}): RuntimeSource {
  let readings = 0;
  return connectCri(socket, {
    sequence: () => ++readings,
    now: () => new Date(0),
    callDeadline: short ? 3000 : 30_000,
  });
}

async function list(containerd: Containerd): Promise<RuntimeLedger> {
  return value(await cri(containerd).list(never));
}

function value<T>(told: Told<T>): T {
  if (!isKnown(told)) throw new Error(told.unknown.text);
  return told.known;
}

function the<T>(entry: T | undefined): T {
  if (entry === undefined) throw new Error("there is no such entry");
  return entry;
}

/** `code: text`, with SOCKET for the path. */
function reason(told: Told<unknown> | undefined, { socket }: Containerd): string {
  if (told === undefined || isKnown(told)) return "told";
  return `${told.unknown.code}: ${told.unknown.text}`.replaceAll(socket, "SOCKET");
}

const byText = (rows: readonly string[]): string[] => rows.toSorted();

const missing = missingForContainerd();
if (missing.length > 0) console.log(`The tests of containerd are left out, for want of ${missing.join(", ")}`);

test("what the tests of containerd need is there where the suite must be whole", () => {
  expect(process.env["CI"] === "true" ? missing : []).toEqual([]);
});

describe.skipIf(missing.length > 0).each<[string, () => Version]>([
  ["the distribution's containerd", distributionContainerd],
  ["containerd 2", builtContainerd],
])("%s", (_, installed) => {
  let containerd: Containerd;
  let pod: Workload;
  let onHost: Workload;

  beforeAll(async () => {
    containerd = await startContainerd(installed());
    pod = await runWorkload(containerd, { name: "pod" });
    onHost = await runWorkload(containerd, { name: "on-host", hostNetwork: true });
  });
  afterAll(() => containerd[Symbol.asyncDispose]());

  test("its sandboxes and containers are told as they were made", async () => {
    const ledger = await list(containerd);
    expect({ ...ledger, sandboxes: [], containers: [], tasks: [] }).toEqual({
      reading: { began: 1, ended: 2, at: "1970-01-01T00:00:00.000Z" },
      runtime: { name: "containerd", version: installed().version },
      endpoint: containerd.socket,
      sandboxes: [],
      containers: [],
      containersOf: "all",
      tasks: [],
    });
    const sandbox = {
      state: "ready",
      createdAt: expect.stringMatching(/^\d{19}$/) as unknown,
      namespace: "default",
      uid: podUid,
      attempt: 2,
      labelUid: podUid,
      configSource: "api",
      configHash: null,
      runtimeHandler: "",
    };
    expect(ledger.sandboxes.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { ...sandbox, id: onHost.sandbox, name: "on-host" },
      { ...sandbox, id: pod.sandbox, name: "pod" },
    ]);
    const container = {
      name: "main",
      state: "running",
      createdAt: expect.stringMatching(/^\d{19}$/) as unknown,
      attempt: 1,
      image,
      labelUid: podUid,
      graceSeconds: 300,
    };
    expect(new Set(ledger.containers)).toEqual(
      new Set([
        { ...container, id: pod.container, sandboxId: pod.sandbox },
        { ...container, id: onHost.container, sandboxId: onHost.sandbox },
      ]),
    );
  });

  test("its tasks are those of ctr, and of the kernel", async () => {
    const tasks = value((await list(containerd)).tasks).map(({ id, pid, status }) => `${id} ${pid} ${status}`);
    const [, ...rows] = (await containerd.ctr("tasks", "ls")).trim().split("\n");
    const ofCtr = rows.map((row) => row.trim().split(/\s+/).join(" ").toLowerCase());
    const ofKernel = podProcesses(containerd).map(({ id, innerPid }) => `${id} ${innerPid} running`);
    expect(byText(tasks)).toEqual(byText(ofCtr));
    expect(byText(tasks)).toEqual(byText(ofKernel));
    expect(tasks.length).toBe(4);
  });

  test("the verbose status adds pid, cgroup and host ports, and no secret", async () => {
    const details = await cri(containerd).inspect([pod.sandbox, onHost.sandbox, "none"], never);
    const pids = new Map(podProcesses(containerd).map(({ id, innerPid }) => [id, innerPid]));
    const detail = {
      cgroupParent: `${containerd.cgroup}/pod${podUid}`,
      portMappings: [
        { protocol: "tcp", containerPort: 80, hostPort: 18_080, hostIp: "" },
        { protocol: "udp", containerPort: 53, hostPort: 15_353, hostIp: "127.0.0.1" },
      ],
      runtimeType: "io.containerd.runc.v2",
    };
    expect([...details]).toEqual([
      [pod.sandbox, { at: [], known: { ...detail, pid: pids.get(pod.sandbox), hostNetwork: false } }],
      [onHost.sandbox, { at: [], known: { ...detail, pid: pids.get(onHost.sandbox), hostNetwork: true } }],
      ["none", expect.objectContaining({ unknown: expect.anything() as unknown })],
    ]);
    expect(reason(details.get("none"), containerd)).toBe(
      "not-reached: the runtime at SOCKET answered PodSandboxStatus with the error NotFound: an error occurred when try to find sandbox: not found",
    );
    expect(JSON.stringify([...details, await list(containerd)])).not.toContain(secret);
  });

  test("it is told to stop and remove a pod, and each step is seen", async () => {
    const { sandbox, container } = await runWorkload(containerd, { name: "leftover" });
    const actor = connectRuntimeActor(containerd.socket);
    const seen = async (): Promise<string> => {
      const { sandboxes, containers } = await list(containerd);
      const states = [...sandboxes, ...containers].filter((one) => [sandbox, container].includes(one.id));
      const alive = podProcesses(containerd).filter((one) => [sandbox, container].includes(one.id));
      return `${states.map(({ state }) => state).join(" ")}, ${alive.length} alive`;
    };
    const steps: unknown[] = [await seen()];
    // As pid 1 of its namespace, sleep does not hear of SIGTERM: it takes all its grace, and is killed.
    const began = performance.now();
    steps.push(await actor.stopContainers([{ id: container, graceSeconds: 2 }], never), await seen());
    expect(performance.now() - began).toBeGreaterThan(2000);
    steps.push(await actor.stopSandbox(sandbox, never), await seen());
    steps.push(await actor.removeSandbox(sandbox, never), await seen());
    expect(steps).toEqual([
      "ready running, 2 alive",
      { said: "done" },
      "ready exited, 1 alive",
      { said: "done" },
      "not-ready exited, 0 alive",
      { said: "done" },
      ", 0 alive",
    ]);
  });

  test("a sandbox that was stopped has a record and no task", async () => {
    await pod.stop();
    const { sandboxes, containers, tasks } = await list(containerd);
    expect([...sandboxes, ...containers].map(({ id, state }) => [id, state])).toEqual(
      expect.arrayContaining([
        [pod.sandbox, "not-ready"],
        [pod.container, "exited"],
        [onHost.sandbox, "ready"],
      ]),
    );
    expect(value(tasks).map(({ id }) => id)).not.toContain(pod.sandbox);
    const details = await cri(containerd).inspect([pod.sandbox], never);
    expect(value(the(details.get(pod.sandbox)))).toMatchObject({
      pid: null,
      hostNetwork: false,
      cgroupParent: `${containerd.cgroup}/pod${podUid}`,
    });
  });

  // 1.6.20 tells its task with pid 0 and status UNKNOWN, and the status from memory; 2.4.2 leaves the task out, and does
  // not answer for the status.
  test("a shim that hangs leaves the records told, and no pid of it", async () => {
    const shim = shimOf(onHost.sandbox);
    process.kill(shim, "SIGSTOP");
    try {
      const { sandboxes, tasks } = await list(containerd);
      expect(sandboxes.map(({ id, state }) => [id, state])).toContainEqual([onHost.sandbox, "ready"]);
      const pids = value(tasks).flatMap(({ id, pid }) => (id === onHost.sandbox ? [pid] : []));
      expect(pids.filter((pid) => pid !== 0)).toEqual([]);
      const details = await cri(containerd, { short: true }).inspect([onHost.sandbox], never);
      expect(reason(details.get(onHost.sandbox), containerd)).toMatch(/^told$|^timed-out: /);
    } finally {
      process.kill(shim, "SIGCONT");
    }
  });

  test("a runtime that is stopped is given up in time", async () => {
    const daemon = daemonOf(containerd);
    process.kill(daemon, "SIGSTOP");
    try {
      expect(reason(await cri(containerd, { short: true }).list(never), containerd)).toMatch(/^timed-out: /);
    } finally {
      process.kill(daemon, "SIGCONT");
    }
  });

  test("the socket of one that died is not taken for a runtime", async () => {
    process.kill(daemonOf(containerd), "SIGKILL");
    await containerd.ended;
    expect(reason(await cri(containerd).list(never), containerd)).toBe("not-reached: nothing listens on SOCKET");
  });

  test("lists that do not fit into a message are told whole", async () => {
    await using small = await startContainerd(installed(), { maxMessage: 1000 });
    const [one, other] = [await runWorkload(small, { name: "one" }), await runWorkload(small, { name: "other" })];
    await one.stop();
    const { sandboxes, containers, containersOf } = await list(small);
    expect(containersOf).toBe("all");
    expect(byText(sandboxes.map(({ id, state }) => `${id} ${state}`))).toEqual(
      byText([`${one.sandbox} not-ready`, `${other.sandbox} ready`]),
    );
    expect(byText(containers.map(({ id }) => id))).toEqual(byText([one.container, other.container]));
  });

  test("what was started here leaves nothing behind", async () => {
    const { cgroup } = containerd;
    await containerd[Symbol.asyncDispose]();
    expect(globSync([`/sys/fs/cgroup${cgroup}`, `/sys/fs/cgroup/*${cgroup}`, join(tmpdir(), cgroup)])).toEqual([]);
    expect(readFileSync("/proc/mounts", "utf8")).not.toContain(cgroup);
    expect(podProcesses(containerd)).toEqual([]);
  });
});
