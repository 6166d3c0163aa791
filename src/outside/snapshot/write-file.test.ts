import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { SnapshotFault } from "../../snapshot/format/fault.ts";
import { packed, writeSnapshot } from "./write-file.ts";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-write-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const noCheck = (): Promise<void> => Promise.resolve();

test("a file is replaced whole, with the mode that it has", async () => {
  const file = join(newFolder(), "F");
  writeFileSync(file, "before", { mode: 0o640 });
  expect(await writeSnapshot(file, packed(["a\n", "b\n"]), noCheck)).toBe(null);
  expect(gunzipSync(readFileSync(file)).toString()).toBe("a\nb\n");
  expect(statSync(file).mode & 0o777).toBe(0o640);
});

test("what cannot be read back does not take the name, and nothing is left", async () => {
  const folder = newFolder();
  const file = join(folder, "F");
  writeFileSync(file, "before");
  const bad = (): Promise<void> => Promise.reject(new SnapshotFault("truncated", "was cut off"));
  expect(await writeSnapshot(file, packed(["a\n"]), bad)).toBe("what was written was cut off");
  expect(readFileSync(file, "utf8")).toBe("before");
  expect(readdirSync(folder)).toEqual(["F"]);
});

/** Writes lines without an end, in a process of its own, behind this line of a shell. */
function endless(folder: string, before = ":") {
  return running(
    `function* lines() { for (;;) yield Math.random() + "\\n"; }
    console.log(await writeSnapshot(${JSON.stringify(join(folder, "F"))}, packed(lines()), async () => {}));`,
    before,
  );
}

function running(body: string, before = ":") {
  const script = `
    import { packed, writeSnapshot } from ${JSON.stringify(join(import.meta.dirname, "write-file.ts"))};
    import { untilStopped } from ${JSON.stringify(join(import.meta.dirname, "../node-reader/until-stopped.ts"))};
    ${body}`;
  const node = [process.execPath, "--input-type=module", "-e", script];
  return spawn("bash", ["-c", `${before}; exec "$@"`, "bash", ...node], { stdio: ["ignore", "pipe", "inherit"] });
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s while it is written leaves nothing", async (signal) => {
  const folder = newFolder();
  const child = endless(folder);
  const ended = once(child, "close");
  while (readdirSync(folder).length === 0) await sleep(5);
  child.kill(signal);
  expect(await ended).toEqual([null, signal]);
  expect(readdirSync(folder)).toEqual([]);
});

test("where the first signal is left to somebody who needs long, the second leaves nothing either", async () => {
  const folder = newFolder();
  const child = running(`
    async function* lines() { for (;;) { yield "a\\n"; await new Promise((on) => setTimeout(on, 5)); } }
    await untilStopped((stopped) => {
      stopped.addEventListener("abort", () => setImmediate(() => console.log("heard")));
      return writeSnapshot(${JSON.stringify(join(folder, "F"))}, packed(lines()), async () => {}, stopped);
    });`);
  const ended = once(child, "close");
  while (readdirSync(folder).length === 0) await sleep(5);
  child.kill("SIGINT");
  await once(child.stdout, "data");
  expect([child.exitCode, readdirSync(folder).length]).toEqual([null, 1]);
  child.kill("SIGINT");
  expect(await ended).toEqual([null, "SIGINT"]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a disk that has no room any more leaves nothing", async () => {
  const folder = newFolder();
  // The limit of a file's size fails as a full disk does, after some of it was written.
  const child = endless(folder, "ulimit -f 64");
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  await once(child, "close");
  expect(stdout).toBe("larger than this process may write\n");
  expect(readdirSync(folder)).toEqual([]);
});
