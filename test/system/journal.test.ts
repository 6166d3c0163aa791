import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { content, notesIn, write } from "../builders/journal.ts";

/** A disk of 64 KiB. */
function smallDisk(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-disk-"));
  mount(["-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", folder]);
  onTestFinished(() => {
    spawnSync("umount", [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function mount(options: readonly string[]): void {
  const { status, stderr } = spawnSync("mount", options, { encoding: "utf8" });
  if (status !== 0) throw new Error(`this needs root: ${stderr}`);
}

const entry = "x".repeat(5_000);
const full = "incomplete: the journal FOLDER/notes.ndjson could not be written: no space left (give the disk room)";

test("a disk that is full takes no entry, and all before it stay", async () => {
  const folder = smallDisk();
  const journal = notesIn(folder);
  const said: string[] = [];
  for (let count = 0; count < 20; count++) said.push(await write(journal, folder, entry));
  const written = said.filter((each) => each === "written").length;
  expect([written > 5, said.slice(written)]).toEqual([true, Array.from({ length: 20 - written }, () => full)]);
  const before = readFileSync(join(folder, "notes.ndjson"));
  const told = await content(journal, folder);
  // tmpfs takes what fits into its last page: whatever of a line is there does no harm.
  expect(told.split("; ").length - 1).toBe(written);
  expect(told).toMatch(/; [01] damaged$/);
  mount(["-o", "remount,size=256k", folder]);
  expect(await write(journal, folder, "room")).toBe("written");
  expect(await content(journal, folder)).toMatch(/ room; [01] damaged$/);
  expect(readFileSync(join(folder, "notes.ndjson")).subarray(0, before.length)).toEqual(before);
});

test("a disk that is read-only takes none, and is read", async () => {
  const folder = smallDisk();
  const journal = notesIn(folder);
  await write(journal, folder, "a");
  mount(["-o", "remount,ro", folder]);
  expect(await write(journal, folder, "b")).toBe(
    "not-permitted: the journal FOLDER/notes.ndjson could not be written: the file system is read-only (see why: a disk that fails is mounted anew so)",
  );
  expect(await content(journal, folder)).toBe("aa 1 a; 0 damaged");
});

test("a process that is killed while it writes costs at most its last line", async () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-journal-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = `
    const { notesIn } = await import(${JSON.stringify(join(import.meta.dirname, "../builders/journal.ts"))});
    const journal = notesIn(${JSON.stringify(folder)}, { limit: 100_000 });
    for (let count = 1; ; count++) {
      await journal.write({ note: String(count) });
      process.stdout.write(count + "\\n");
    }`;
  const writers = [1, 2].map(() => spawn(process.execPath, ["--input-type=module", "--eval", program]));
  const said = writers.map(() => "");
  writers.forEach((writer, index) => writer.stdout.on("data", (text: Buffer) => (said[index] += text.toString())));
  while (said.some((text) => text.split("\n").length < 100)) await sleep(20);
  for (const writer of writers) writer.kill("SIGKILL");
  await Promise.all(writers.map((writer) => once(writer, "close")));
  const told = await content(notesIn(folder), folder);
  expect(told).toMatch(/; [012] damaged$/);
  for (const text of said) {
    const last = text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1) ?? "";
    expect(told).toContain(` ${last}; `);
  }
});
