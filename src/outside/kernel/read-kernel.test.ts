import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { procTree, removeTree, writeProcess, type RecordedProcess } from "../../../test/builders/proc-tree.ts";
import { isKnown } from "../../model/told.ts";
import { readKernel } from "./read-kernel.ts";

const trees: string[] = [];
afterAll(() => trees.forEach(removeTree));

/** So long that no reader meets it, on a busy machine either. */
const deadline = 60_000;

const init: RecordedProcess = { pid: 1, parent: 0 };

function tree(...processes: readonly RecordedProcess[]): string {
  const root = procTree({ processes: [init, ...processes] });
  trees.push(root);
  return root;
}

/** A file that blocks whoever opens it, as one whose lock a stuck process holds. */
function block(root: string, path: string): void {
  rmSync(join(root, path), { recursive: true, force: true });
  execFileSync("mkfifo", [join(root, path)]);
}

/** Makes a file hold whoever reads it, until the function that is given lets it go. */
function held(root: string, path: string): () => void {
  const file = join(root, path);
  const text = readFileSync(file);
  block(root, path);
  // Who opens it for both is not held, and nor is who opens it after.
  const descriptor = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
  return () => {
    writeFileSync(join(root, "text"), text);
    renameSync(join(root, "text"), file);
    writeSync(descriptor, text);
    closeSync(descriptor);
  };
}

/** Whether nobody waits for the file any more. */
async function isLeft(path: string): Promise<boolean> {
  for (let tries = 0; tries < 400; tries += 1) {
    try {
      closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENXIO") return true;
      throw error;
    }
    await sleep(25);
  }
  return false;
}

/** The pid of the child of that name, once there is one. */
async function childNamed(name: string): Promise<number> {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = spawnSync("pgrep", ["--parent", `${process.pid}`, "--exact", name], { encoding: "utf8" });
    if (found.status === 0) return Number(found.stdout);
    await sleep(25);
  }
  throw new Error(`no child ${name}`);
}

function counter(): () => number {
  let count = 0;
  return () => ++count;
}

test("processes that are asked for by pid are told, and no others that are in no pod", async () => {
  const root = tree({ pid: 7, name: "fled" }, { pid: 8, name: "cron" });
  const told = await readKernel(root, { sequence: () => 1, pids: [7, 77] });
  expect(isKnown(told) ? told.known.processes : told).toMatchObject([{ pid: 7, startTicks: 700, name: "fled" }]);
});

test("a reading has its place in the order of readings", async () => {
  const sequence = counter();
  const first = await readKernel(tree(), { sequence, deadline });
  const second = await readKernel(tree(), { sequence, deadline, byteOrder: "BE" });
  expect(first).toMatchObject({ known: { reading: { began: 1, ended: 2 }, seen: 1 } });
  expect(second).toMatchObject({ known: { reading: { began: 3, ended: 4 }, seen: 1 } });
  const at = isKnown(first) ? first.known.reading.at : "";
  expect(new Date(at).toISOString()).toBe(at);
});

test("why a ledger was refused is told as it is", async () => {
  expect(await readKernel("/nonexistent", { sequence: counter(), deadline })).toMatchObject({
    unknown: { code: "not-permitted", text: expect.stringContaining("shows no pid 1") },
  });
});

test.concurrent.each([
  ["proc/42/stat", "stuck at pid 42 for 4 s"],
  ["proc/42/cgroup", "stuck at pid 42 for 4 s"],
  ["proc/1/net/tcp", "stuck at pid 1 for 4 s"],
  ["proc/43/task/44/cgroup", "stuck at pid 43, thread 44 for 4 s"],
  ["proc/stat", "stuck before the first process for 4 s"],
])("a read of %s that does not come back is given up", async (path, text) => {
  const root = tree({ pid: 42 }, { pid: 43, state: "Z", network: null, threads: [{ pid: 44 }] });
  const { dir, file } = /(?<dir>.*)\/(?<file>.*)/.exec(path)?.groups ?? {};
  block(root, `${dir}/${file}`);
  const told = await readKernel(root, { sequence: counter(), patience: 4000, deadline });
  expect(told).toMatchObject({ unknown: { code: "timed-out", text } });
  expect(await isLeft(join(root, path))).toBe(true);
});

test("a reader that gets on is waited for, however long it takes in all", async () => {
  const pids = [42, 43, 44];
  const root = tree(...pids.map((pid) => ({ pid })));
  const slow = pids.map((pid) => held(root, `proc/${pid}/stat`));
  const reading = readKernel(root, { sequence: counter(), patience: 6000, deadline });
  for (const release of slow) {
    await sleep(2500);
    release();
  }
  expect(await reading).toMatchObject({ known: { seen: 4, unreadable: 0 } });
});

test("a reading that goes on for too long is given up, and says where it was", async () => {
  const root = tree({ pid: 42 });
  block(root, "proc/42/stat");
  const told = await readKernel(root, { sequence: counter(), patience: 60_000, deadline: 2000 });
  expect(told).toMatchObject({
    unknown: { code: "timed-out", text: expect.stringMatching(/^too slow, it was .* after 2 s$/) },
  });
});

test("a reading begins when what it has to wait for is done", async () => {
  const sequence = counter();
  const root = tree();
  const waited = Promise.withResolvers<void>();
  const reading = readKernel(root, { sequence, after: waited.promise, patience: 4000, deadline });
  // Longer than its patience: that begins with the reading.
  await sleep(5000);
  writeProcess(root, { pid: 42 });
  const before = sequence();
  waited.reject(new Error("it was refused"));
  expect(await reading).toMatchObject({ known: { reading: { began: before + 1 }, seen: 2 } });
});

test("a reader that cannot be started has told nothing", async () => {
  const { execPath } = process;
  process.execPath = "/nonexistent/node";
  try {
    expect(await readKernel(tree(), { sequence: counter(), deadline })).toMatchObject({
      unknown: {
        code: "not-reached",
        text: "the kernel's reader could not be started: spawn /nonexistent/node ENOENT",
      },
    });
  } finally {
    process.execPath = execPath;
  }
});

test("a reader that ends early has told nothing", async () => {
  const root = tree({ pid: 4242 });
  block(root, "proc/4242/stat");
  const reading = readKernel(root, { sequence: counter(), deadline });
  process.kill(await childNamed("4242 holdfast"), "SIGKILL");
  expect(await reading).toMatchObject({
    unknown: { code: "incomplete", text: expect.stringContaining("ended with SIGKILL") },
  });
});

test("no other file of a process is opened", async () => {
  const root = tree({ pid: 42, sockets: [501] }, { pid: 43, state: "Z", network: null, threads: [{ pid: 44 }] });
  const never = ["cmdline", "environ", "maps", "smaps", "stack", "syscall", "status", "mountinfo", "mounts", "io"];
  for (const task of ["1", "42", "42/task/42", "43", "43/task/44"]) {
    for (const file of [...never, "comm", "exe", "cwd", "root", "wchan"]) block(root, `proc/${task}/${file}`);
  }
  // Links are read, not followed: whoever opened this one would wait.
  block(root, "proc/42/fd/9");
  rmSync(join(root, "proc/42/fd/9"));
  execFileSync("ln", ["-s", join(root, "proc/42/cmdline"), join(root, "proc/42/fd/9")]);
  expect(await readKernel(root, { sequence: counter(), deadline })).toMatchObject({
    known: { seen: 3, unreadable: 0 },
  });
});
