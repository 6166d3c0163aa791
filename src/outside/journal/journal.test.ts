import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { content, notesIn, write } from "../../../test/builders/journal.ts";
import { stateFolder } from "../../../test/builders/state-folder.ts";
import { realDisk, type Disk } from "./disk.ts";
import { newRun } from "./journal.ts";

const line = (number: number, note: string, run = "00000000000000aa"): string =>
  JSON.stringify({ run, line: number, at: "2026-05-17T09:00:39.000Z", event: { note } });

describe("writing", () => {
  test("an entry is a line of JSON in a file of this user alone", async () => {
    const folder = join(stateFolder(), "lib", "holdfast");
    const journal = notesIn(folder);
    expect([await write(journal, folder, "a"), await write(journal, folder, "b")]).toEqual(["written", "written"]);
    const file = join(folder, "notes.ndjson");
    expect(readFileSync(file, "utf8")).toBe(`${line(1, "a")}\n${line(2, "b")}\n`);
    const modes = [folder, join(folder, ".."), file].map((path) => (statSync(path).mode & 0o777).toString(8));
    expect(modes).toEqual(["700", "700", "600"]);
    expect(await content(journal, folder)).toBe("aa 1 a; aa 2 b; 0 damaged");
  });

  test("an entry is on the disk before it is answered, and so is the name of a new file", async () => {
    const folder = stateFolder();
    const did: string[] = [];
    const disk: Disk = {
      write: (descriptor, bytes) => (did.push("write"), realDisk.write(descriptor, bytes)),
      sync: (descriptor) => (did.push("sync"), realDisk.sync(descriptor)),
      rename: (from, to) => (did.push("rename"), realDisk.rename(from, to)),
    };
    await write(notesIn(folder, { disk, limit: 100 }), folder, "a");
    await write(notesIn(folder, { disk, limit: 100 }), folder, "b");
    expect(did).toEqual(["write", "sync", "rename", "write", "sync"]);
  });

  test("what others put into an entry is written so that it may be printed", async () => {
    const folder = stateFolder();
    const hostile = "\u001b[2J\n\u202e\u2028";
    const journal = notesIn(folder);
    await write(journal, folder, hostile);
    expect(readFileSync(join(folder, "notes.ndjson"), "utf8")).toMatch(/^[\x20-\x7e]+\n$/);
    expect(await content(journal, folder)).toBe(`aa 1 ${hostile}; 0 damaged`);
  });

  test.each<[string, unknown, string]>([
    [
      "not as the schema has it",
      { note: 1 },
      "not-understood: an entry could not be read back as it was to be written",
    ],
    ["nothing", undefined, "not-understood: an entry could not be read back as it was to be written"],
    ["too large", { note: "x".repeat(1 << 20) }, "limit: an entry is over the cap of 1048576 characters"],
  ])("an entry that is %s is not written", async (_, event, expected) => {
    const folder = stateFolder();
    const told = await notesIn(folder).write(event as { note: string });
    expect("unknown" in told ? `${told.unknown.code}: ${told.unknown.text}` : told).toBe(expected);
    expect(existsSync(join(folder, "notes.ndjson"))).toBe(false);
  });

  test("runs have names of their own", () => {
    const runs = Array.from({ length: 100 }, newRun);
    expect([new Set(runs).size, runs.every((run) => /^[0-9a-f]{16}$/.test(run))]).toEqual([100, true]);
  });
});

describe("what is damaged costs its own line", () => {
  test.each<[string, string, string]>([
    ["the last line is cut", `${line(1, "a")}\n${line(2, "b").slice(0, 40)}`, "aa 1 a; 1 damaged"],
    ["only the end of the last line is missing", `${line(1, "a")}\n${line(2, "b")}`, "aa 1 a; aa 2 b; 0 damaged"],
    ["a line in the middle is none", `${line(1, "a")}\n{"run\n${line(3, "c")}\n`, "aa 1 a; aa 3 c; 1 damaged"],
    ["a line is empty", `${line(1, "a")}\n\n${line(2, "b")}\n`, "aa 1 a; aa 2 b; 0 damaged"],
    ["a line is of zeros", `${line(1, "a")}\n${"\0".repeat(50)}\n${line(2, "b")}\n`, "aa 1 a; aa 2 b; 1 damaged"],
    ["an event has another form", `${line(1, "a").replace("note", "text")}\n${line(2, "b")}\n`, "aa 2 b; 1 damaged"],
    ["a run has another form", `${line(1, "a", "../..")}\n${line(2, "b")}\n`, "aa 2 b; 1 damaged"],
    ["a line has no number", `${line(0, "a")}\n${line(2, "b")}\n`, "aa 2 b; 1 damaged"],
    ["a time is none", `${line(1, "a").replace("2026-", "")}\n${line(2, "b")}\n`, "aa 2 b; 1 damaged"],
    ["two processes ended a cut line", `{"run\n\n${line(1, "a")}\n`, "aa 1 a; 1 damaged"],
  ])("%s", async (_, text, expected) => {
    const folder = stateFolder();
    writeFileSync(join(folder, "notes.ndjson"), text, { mode: 0o600 });
    const journal = notesIn(folder, { run: "00000000000000bb" });
    expect(await content(journal, folder)).toBe(expected);
    expect(await write(journal, folder, "later")).toBe("written");
    expect(await content(journal, folder)).toBe(expected.replace(/\d+ damaged/, (damaged) => `bb 1 later; ${damaged}`));
  });

  test("a line is no UTF-8", async () => {
    const folder = stateFolder();
    const file = join(folder, "notes.ndjson");
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0x0a]), Buffer.from(`${line(1, "a")}\n`)]), { mode: 0o600 });
    expect(await content(notesIn(folder), folder)).toBe("aa 1 a; 1 damaged");
  });
});

describe("rotation", () => {
  test("keeps the file before, and reads both", async () => {
    const folder = stateFolder();
    const journal = notesIn(folder, { limit: 3 * (line(1, "a").length + 1) });
    for (const note of "abcdefgh") expect(await write(journal, folder, note)).toBe("written");
    expect(readFileSync(join(folder, "notes.1.ndjson"), "utf8").split("\n").length - 1).toBe(3);
    expect(await content(journal, folder)).toBe("aa 4 d; aa 5 e; aa 6 f; aa 7 g; aa 8 h; 0 damaged");
  });

  test("a cut line moves on with its file", async () => {
    const folder = stateFolder();
    writeFileSync(join(folder, "notes.ndjson"), `${line(1, "a")}\n{"run`, { mode: 0o600 });
    const journal = notesIn(folder, { limit: line(1, "a").length + 10, run: "00000000000000bb" });
    await write(journal, folder, "b");
    expect(await content(journal, folder)).toBe("aa 1 a; bb 1 b; 1 damaged");
  });

  test("the largest entry still has a file of its own", async () => {
    const folder = stateFolder();
    const journal = notesIn(folder, { limit: 10 });
    for (const note of "abc") expect(await write(journal, folder, note)).toBe("written");
    expect(await content(journal, folder)).toBe("aa 2 b; aa 3 c; 0 damaged");
  });

  test("a file that does not move is not written to", async () => {
    const folder = stateFolder();
    const disk = { ...realDisk, rename: failing("EACCES") };
    const journal = notesIn(folder, { disk, limit: 10 });
    await write(journal, folder, "a");
    expect(await write(journal, folder, "b")).toBe(
      "not-permitted: the journal FOLDER/notes.ndjson could not be written: no permission (run it as root)",
    );
    expect(await content(journal, folder)).toBe("aa 1 a; 0 damaged");
  });
});

describe("a disk that fails", () => {
  test.each<[string, Partial<Disk>, string, string]>([
    [
      "takes nothing",
      { write: failing("ENOSPC") },
      "incomplete: …: no space left (give the disk room)",
      "aa 2 b; 0 damaged",
    ],
    [
      "takes a part",
      { write: (descriptor, bytes) => realDisk.write(descriptor, bytes.subarray(0, 30)) },
      "incomplete: …: no space left (give the disk room)",
      "aa 2 b; 1 damaged",
    ],
    [
      "is read-only",
      { write: failing("EROFS") },
      "not-permitted: …: the file system is read-only (see why: a disk that fails is mounted anew so)",
      "aa 2 b; 0 damaged",
    ],
    // The line is there, and whether it stays nobody knows.
    ["does not sync", { sync: failing("EIO") }, "file-unreadable: …: EIO", "aa 1 a; aa 2 b; 0 damaged"],
  ])("%s", async (_, fault, expected, after) => {
    const folder = stateFolder();
    let isBroken = true;
    const now = (): Disk => (isBroken ? { ...realDisk, ...fault } : realDisk);
    const disk: Disk = {
      write: (descriptor, bytes) => now().write(descriptor, bytes),
      sync: (descriptor) => now().sync(descriptor),
      rename: realDisk.rename,
    };
    const journal = notesIn(folder, { disk });
    expect(await write(journal, folder, "a")).toBe(
      expected.replace("…", "the journal FOLDER/notes.ndjson could not be written"),
    );
    isBroken = false;
    expect(await write(journal, folder, "b")).toBe("written");
    expect(await content(journal, folder)).toBe(after);
  });
});

describe("nothing is read or written where others could have been", () => {
  test.each<[string, (folder: string, file: string) => void, string]>([
    [
      "a link in the place of the file",
      (folder, file) => symlinkSync(join(folder, "elsewhere"), file),
      "not-permitted: …: FOLDER/notes.ndjson is a link, and none is followed (see who put it there, and remove it)",
    ],
    [
      "a file with another name",
      (folder, file) => {
        writeFileSync(join(folder, "passwd"), "", { mode: 0o600 });
        linkSync(join(folder, "passwd"), file);
      },
      "not-permitted: …: FOLDER/notes.ndjson has another name too, or none any more (see who put it there, and remove it)",
    ],
    [
      "a pipe",
      (_, file) => void spawnSync("mkfifo", [file]),
      "not-permitted: …: FOLDER/notes.ndjson is no regular file (see who put it there, and remove it)",
    ],
    [
      "a file that others may write",
      (_, file) => {
        writeFileSync(file, "");
        chmodSync(file, 0o666);
      },
      "not-permitted: …: FOLDER/notes.ndjson may be written by others (see who put it there, and remove it)",
    ],
    [
      "a folder that others may write",
      (folder) => chmodSync(folder, 0o777),
      "not-permitted: …: FOLDER may be written by others (see who put it there, and remove it)",
    ],
  ])("%s", async (_, prepare, expected) => {
    const folder = stateFolder();
    prepare(folder, join(folder, "notes.ndjson"));
    const journal = notesIn(folder);
    for (const [done, told] of [
      ["written", await write(journal, folder, "a")],
      ["read", await content(journal, folder)],
    ])
      expect(told).toBe(expected.replace("…", `the journal FOLDER/notes.ndjson could not be ${done}`));
    expect(existsSync(join(folder, "elsewhere"))).toBe(false);
  });

  test("a link in the place of the folder", async () => {
    const folder = join(stateFolder(), "link");
    symlinkSync(stateFolder(), folder);
    expect(await write(notesIn(folder), folder, "a")).toBe(
      "not-permitted: the journal FOLDER/notes.ndjson could not be written: FOLDER is no folder, or only a link to one (see who put it there, and remove it)",
    );
  });

  test("a file in the place of the folder", async () => {
    const folder = join(stateFolder(), "file");
    writeFileSync(folder, "");
    expect(await write(notesIn(folder), folder, "a")).toBe(
      "not-permitted: the journal FOLDER/notes.ndjson could not be written: FOLDER is no folder, or only a link to one (see who put it there, and remove it)",
    );
  });

  test("a folder in the place of the file", async () => {
    const folder = stateFolder();
    mkdirSync(join(folder, "notes.ndjson"));
    expect(await write(notesIn(folder), folder, "a")).toBe(
      "file-unreadable: the journal FOLDER/notes.ndjson could not be written: it is a directory",
    );
  });
});

test("where there is no folder, there are no entries, and none is made", async () => {
  const folder = join(stateFolder(), "none");
  expect([await content(notesIn(folder), folder), existsSync(folder)]).toEqual(["0 damaged", false]);
});

test("what a person removes is begun anew", async () => {
  const folder = stateFolder();
  const journal = notesIn(folder);
  await write(journal, folder, "a");
  writeFileSync(join(folder, "notes.ndjson"), "");
  await write(journal, folder, "b");
  expect(await content(journal, folder)).toBe("aa 2 b; 0 damaged");
});

test("several write into one journal", async () => {
  const folder = stateFolder();
  const [first, second] = [notesIn(folder), notesIn(folder, { run: "00000000000000bb" })];
  await write(first, folder, "a");
  appendFileSync(join(folder, "notes.ndjson"), '{"run":"');
  await write(second, folder, "b");
  await write(first, folder, "c");
  expect(await content(first, folder)).toBe("aa 1 a; bb 1 b; aa 2 c; 1 damaged");
});

function failing(code: string): () => never {
  return () => {
    throw Object.assign(new Error(code), { code });
  };
}
