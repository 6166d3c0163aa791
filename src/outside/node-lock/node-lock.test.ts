import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { lockProcess, saidBy } from "../../../test/builders/lock-process.ts";
import { stateFolder } from "../../../test/builders/state-folder.ts";
import { isKnown } from "../../model/told.ts";
import { fileOf } from "./claim.ts";
import { ownClaim } from "./claimant.ts";
import { takeNodeLock, type NodeLock } from "./node-lock.ts";

/** `taken`, or who has it, or why that is not told. */
function taken(folder: string): { readonly told: string; readonly lock: NodeLock | null } {
  const told = takeNodeLock(folder, "sweep");
  if (!isKnown(told))
    return { told: `${told.unknown.code}: ${told.unknown.text}`.replaceAll(folder, "FOLDER"), lock: null };
  return "heldBy" in told.known
    ? { told: `held by ${told.known.heldBy.pid}`, lock: null }
    : { told: "taken", lock: told.known };
}

const taking = (folder: string, then: string): string => `
  const told = takeNodeLock(${JSON.stringify(folder)}, "sweep");
  console.log("unknown" in told ? told.unknown.text : "heldBy" in told.known ? "held by " + told.known.heldBy.pid : "taken");
  ${then}`;
const forever = "setInterval(() => {}, 1000);";

test("a lock is a file while it is held", () => {
  const folder = stateFolder();
  const { told, lock } = taken(folder);
  expect([told, readdirSync(folder)]).toEqual(["taken", [fileOf("sweep", ownClaim())]]);
  lock?.release();
  expect(readdirSync(folder)).toEqual([]);
  expect(taken(folder).told).toBe("taken");
});

test("a process does not have it twice", () => {
  const folder = stateFolder();
  const { lock } = taken(folder);
  expect(taken(folder).told).toBe(`held by ${process.pid}`);
  lock?.release();
});

test("of two processes one has it, until it is killed", async () => {
  const folder = stateFolder();
  const child = lockProcess(taking(folder, forever));
  expect(await saidBy(child)).toBe("taken");
  expect(taken(folder).told).toBe(`held by ${child.pid}`);
  expect(readdirSync(folder).length).toBe(1);
  child.kill("SIGKILL");
  await once(child, "exit");
  const { told, lock } = taken(folder);
  expect([told, readdirSync(folder)]).toEqual(["taken", [fileOf("sweep", ownClaim())]]);
  const other = lockProcess(taking(folder, ""));
  expect(await saidBy(other)).toBe(`held by ${process.pid}`);
  await once(other, "exit");
  lock?.release();
});

test("a process that ends by itself leaves nothing", async () => {
  const folder = stateFolder();
  const child = lockProcess(taking(folder, "process.exit(3)"));
  expect(await saidBy(child)).toBe("taken");
  if (child.exitCode === null) await once(child, "exit");
  expect([child.exitCode, readdirSync(folder)]).toEqual([3, []]);
});

test("at most one of many has it at a time", async () => {
  const folder = stateFolder();
  const critical = join(stateFolder(), "critical");
  const program = `
    import { closeSync, openSync, rmSync } from "node:fs";
    import { once } from "node:events";
    console.log("ready");
    await once(process.stdin, "data");
    process.stdin.destroy();
    let held = 0, seen = 0;
    for (const end = Date.now() + 1500; Date.now() < end;) {
      const told = takeNodeLock(${JSON.stringify(folder)}, "sweep");
      if (!("known" in told)) throw new Error(told.unknown.text);
      if ("heldBy" in told.known) { seen++; continue; }
      closeSync(openSync(${JSON.stringify(critical)}, "wx"));
      for (let spin = Date.now(); Date.now() === spin;);
      rmSync(${JSON.stringify(critical)});
      told.known.release();
      held++;
    }
    console.log(held + " " + seen);`;
  const children = [1, 2, 3, 4].map(() => lockProcess(program));
  expect(await Promise.all(children.map(saidBy))).toEqual(["ready", "ready", "ready", "ready"]);
  for (const { stdin } of children) stdin?.write("go");
  const said = await Promise.all(children.map(saidBy));
  const [held, seen] = [0, 1].map((at) => said.reduce((sum, text) => sum + Number(text.split(" ")[at]), 0));
  expect([held, seen].every((count) => count !== undefined && count > 0)).toBe(true);
  for (const child of children) if (child.exitCode === null) await once(child, "exit");
  expect([children.map(({ exitCode }) => exitCode), readdirSync(folder)]).toEqual([[0, 0, 0, 0], []]);
});

describe("a file in the folder", () => {
  const own = ownClaim();
  const parent = { ...own, pid: process.ppid, startTicks: startOf(process.ppid) };
  const otherBoot = own.bootId.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  test.each<[string, string, string, boolean]>([
    ["of a process that is", fileOf("sweep", parent), `held by ${process.ppid}`, true],
    [
      "of one that had its pid before",
      fileOf("sweep", { ...parent, startTicks: parent.startTicks - 1 }),
      "taken",
      false,
    ],
    ["of a pid that nobody has", fileOf("sweep", { ...own, pid: 2 ** 30 }), "taken", false],
    ["of another boot", fileOf("sweep", { ...parent, bootId: otherBoot }), "taken", false],
    [
      "of another pid namespace",
      fileOf("sweep", { ...parent, pidNamespace: 1 }),
      "contradicted: whether the process of the lock FOLDER/FILE still is could not be told",
      true,
    ],
    [
      "that is no claim",
      "sweep.1.lock",
      "contradicted: whether the process of the lock FOLDER/FILE still is could not be told",
      true,
    ],
    ["of another lock", fileOf("upgrade", parent), "taken", true],
    ["that is none", "sweep.ndjson", "taken", true],
  ])("%s", (_, file, expected, stays) => {
    const folder = stateFolder();
    writeFileSync(join(folder, file), "");
    const { told, lock } = taken(folder);
    expect([told.replace(file, "FILE"), readdirSync(folder).includes(file)]).toEqual([expected, stays]);
    lock?.release();
    expect(readdirSync(folder)).toEqual(stays ? [file] : []);
  });

  test("of a zombie", async () => {
    const folder = stateFolder();
    const shell = spawn("sh", ["-c", "true & exec sleep 60"], { stdio: "ignore" });
    const children = `/proc/${shell.pid}/task/${shell.pid}/children`;
    let zombie = 0;
    while (zombie === 0 || !/\) Z /.test(readFileSync(`/proc/${zombie}/stat`, "utf8"))) {
      zombie = Number(readFileSync(children, "utf8").trim());
      await sleep(20);
    }
    writeFileSync(join(folder, fileOf("sweep", { ...own, pid: zombie, startTicks: startOf(zombie) })), "");
    const { told, lock } = taken(folder);
    lock?.release();
    shell.kill("SIGKILL");
    expect(told).toBe("taken");
  });
});

test("a folder that others may write into has no lock", () => {
  const folder = stateFolder();
  chmodSync(folder, 0o777);
  expect(taken(folder).told).toBe(
    "not-permitted: the lock of this node could not be taken in FOLDER: FOLDER may be written by others",
  );
});

function startOf(pid: number): number {
  return Number(
    readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ")[19],
  );
}
