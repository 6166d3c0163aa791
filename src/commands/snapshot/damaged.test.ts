import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, onTestFinished, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import { isKnown } from "../../model/told.ts";
import { limits } from "../../snapshot/format/format.ts";
import { snapshotLines } from "../../snapshot/record/nodes.ts";
import { fromSnapshot } from "./from-snapshot.ts";

const whole: readonly string[] = [
  ...snapshotLines({
    toolVersion: "0.1.0",
    at: "2026-05-17T09:00:39Z",
    server: null,
    nodes: [{ observed: incident(), cgroupRoot: null }],
  }),
];
const text = whole.join("");
const packed = gzipSync(text);

/** The lines, with an end that fits them. */
function ended(lines: readonly (string | Buffer)[]): Buffer {
  const before = Buffer.concat(lines.map((line) => Buffer.from(line)));
  const sha256 = createHash("sha256").update(before).digest("hex");
  return gzipSync(
    Buffer.concat([before, Buffer.from(`${JSON.stringify({ end: true, lines: lines.length, sha256 })}\n`)]),
  );
}

/** The snapshot with each line changed, and an end that fits. `[]` takes a line out. */
function changed(change: (line: string) => string | readonly string[]): Buffer {
  return ended(whole.slice(0, -1).flatMap(change));
}

function where(key: string, change: (line: string) => string | readonly string[]): Buffer {
  return changed((line) => (line.startsWith(`{"${key}"`) ? change(line) : line));
}

/** What the file gives: the code and the sentence of the failure, or the warnings. */
async function readingOf(bytes: Uint8Array, name?: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-snapshot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "F");
  writeFileSync(file, bytes);
  try {
    const { view } = await fromSnapshot(file, name, {});
    const untold = Object.entries(view.sources).flatMap(([source, told]) =>
      isKnown<unknown>(told) ? [] : [`${source}: ${told.unknown.text}`],
    );
    return [`${view.pods.length} pods`, ...untold, ...view.warnings.map((warning) => warning.text)].join("; ");
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return `${String(error.code)} ${error.message.replace(file, "F")}`;
  }
}

const cut = "SNAP004 F was cut off: it has no end";
const damaged = (what: string) => `SNAP005 F is damaged, or was changed: ${what}`;
const late = "SNAP003 F has lines that this Holdfast does not know and that must not be passed over";

test.each<[string, Uint8Array, string]>([
  ["what was written", packed, "7 pods"],
  ["packed in several parts", Buffer.concat(whole.map((line) => gzipSync(line))), "7 pods"],

  ["nothing", Buffer.of(), "SNAP002 F is no snapshot: it is empty"],
  ["another file", Buffer.from("apiVersion: v1\n"), "SNAP002 F is no snapshot"],
  ["the text, not packed", Buffer.from(text), "SNAP002 F is no snapshot"],
  ["another packed file", gzipSync('{"kind":"PodList"}\n'), "SNAP002 F is no snapshot"],
  ["a packed file without lines", gzipSync(Buffer.alloc(3_000_000)), "SNAP002 F is no snapshot"],
  ["a header without a version", gzipSync('{"holdfast":"snapshot"}\n'), "SNAP002 F is no snapshot"],

  [
    "another major version",
    changed((line) => line.replace('"major":1', '"major":2')),
    "SNAP003 F is of version 2.1 of the format, and this Holdfast reads 1",
  ],
  [
    "another major version, with another header",
    gzipSync('{"holdfast":"snapshot","version":{"major":7,"minor":3},"nodes":7}\n'),
    "SNAP003 F is of version 7.3 of the format, and this Holdfast reads 1",
  ],
  [
    "a critical line",
    changed((line) => (line.includes('"open":"kernel"') ? [line, '{"a":1,"critical":true}\n'] : line)),
    late,
  ],

  ["cut in the packed text", packed.subarray(0, -20), cut],
  ["cut after the first bytes", packed.subarray(0, 1), cut],
  ["cut between two lines, packed anew", gzipSync(whole.slice(0, 9).join("")), cut],
  ["cut in a line, packed anew", gzipSync(text.slice(0, -5)), cut],

  [
    "a byte of the packed text changed",
    changedByte(gzipSync(text, { level: 0 }), text.length >> 1),
    damaged("a line in it has not the form of one"),
  ],
  ["its checksum changed", changedByte(packed, packed.length - 6), damaged("it cannot be unpacked")],
  ["something behind it", Buffer.concat([packed, Buffer.from("more")]), damaged("it cannot be unpacked")],
  ["zeros behind it", Buffer.concat([packed, Buffer.alloc(9)]), damaged("it goes on behind its end")],
  ["twice", Buffer.concat([packed, packed]), damaged("there is something behind its end")],
  ["half a line behind its end", gzipSync(`${text}{`), damaged("there is something behind its end")],
  [
    "a word changed",
    gzipSync(text.replace("csi-nfs-node-slq2j", "csi-nfs-node-slq2k")),
    damaged("its lines are not those that were written"),
  ],
  [
    "two lines swapped",
    gzipSync([whole[0], whole[1], whole[3], whole[2], ...whole.slice(4)].join("")),
    damaged("its lines are not those that were written"),
  ],
  [
    "a line taken out, with its end mended",
    where("process", (line) => (line.includes("1816") ? [] : line)),
    damaged("a section in it has not the lines that it says"),
  ],
  [
    "a section not closed",
    where("close", (line) => (line.includes("kernel") ? [] : line)),
    damaged("a section in it was not closed"),
  ],
  [
    "a section not opened",
    where("open", (line) => (line.includes("answers") ? [] : line)),
    damaged("a section in it is closed that was not open"),
  ],
  ["a section twice", ended([...whole.slice(0, -1), ...whole.slice(-3, -1)]), damaged("it tells the same twice")],
  [
    "a section of another node",
    where("open", (line) => line.replace('"cp"', '"w1"')),
    damaged("it tells of a node that it does not name"),
  ],
  [
    "a pod among the sockets",
    where("socket", (line) => [line, whole[2] ?? ""]),
    damaged("a line in it is in no section, or in that of another"),
  ],
  [
    "a port that is none",
    where("socket", (line) => line.replace('"port":29653', '"port":99999')),
    damaged("a line in it has not the form of one"),
  ],
  ["a line that is no JSON", where("socket", () => "{\n"), damaged("a line in it has not the form of one")],
  [
    "a line that is not UTF-8",
    ended([whole[0] ?? "", Buffer.of(0x22, 0xff, 0x22, 0x0a)]),
    damaged("a line in it has not the form of one"),
  ],
  [
    "a line of nothing but brackets",
    ended([whole[0] ?? "", `${"[".repeat(1_000_000)}\n`]),
    damaged("a line in it has not the form of one"),
  ],

  [
    "a line that does not end",
    gzipSync(`${whole[0]}${" ".repeat(limits.line + 1)}`),
    "SNAP006 F has a line of more than 16777216 bytes",
  ],
  [
    "a bomb",
    gzipSync(`${whole[0]}${`{"x":"${"x".repeat(1_000_000)}"}\n`.repeat(70)}`),
    "SNAP006 F has more than 250 times as much text as it has bytes",
  ],

  [
    "lines and sections of a later minor version",
    ended(
      [
        ...whole
          .slice(0, -1)
          .map((line) => line.replace('"minor":1', '"minor":9').replace('{"process":', '{"new":1,"process":')),
        '{"open":"journal","unit":"kubelet","attempt":1}\n{"pod":7}\n',
        '{"open":"journal","unit":"kubelet","attempt":2}\n{"entry":{}}\n{"close":"journal","unit":"kubelet","attempt":2}\n',
        '{"unread":{"what":"node w3"}}\n',
        '{"note":"seen"}\n',
      ].flatMap((lines) => lines.split(/(?<=\n)/)),
    ),
    "7 pods; 7 lines of the snapshot could not be told: a later version of Holdfast wrote them",
  ],
  [
    "a section that is not complete",
    where("close", (line) => (line.includes('"kernel"') ? line.replace('"complete":true', '"complete":false') : line)),
    "7 pods; kernel: the snapshot does not have all of: kernel",
  ],
  [
    "a section that is not there",
    ended(whole.slice(0, -1).filter((_, at) => at < whole.findIndex((line) => line.includes('"open":"pods after"')))),
    "7 pods; after: the snapshot does not have all of: pods after",
  ],
])("%s", async (_, bytes, expected) => {
  expect(await readingOf(bytes)).toBe(expected);
});

test("a warning of a file has its code; that of an older one, which has none, is of a pod that was left", async () => {
  const warnings = ['{"warning":{"text":"a"}}\n', '{"warning":{"code":"reader-left","text":"b","supply":"s"}}\n'];
  const later = '{"warning":{"code":"node-reboots","text":"c"}}\n';
  const folder = mkdtempSync(join(tmpdir(), "holdfast-snapshot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "F"), ended([...whole.slice(0, -1), ...warnings, later]));
  const { view } = await fromSnapshot(join(folder, "F"), undefined, {});
  expect(view.warnings).toEqual([
    { code: "reader-left", text: "a" },
    { code: "reader-left", text: "b", supply: "s" },
    { code: "snapshot-warning", text: "c" },
  ]);
});

test("the node that is asked for has to be in it", async () => {
  expect(await readingOf(packed, "w1")).toBe("SNAP007 F has no node w1");
  const nodes = ["cp", "w1"].map((name) => {
    const { knowledge, observation } = incident();
    return { observed: { knowledge, observation: { ...observation, node: name } }, cgroupRoot: null };
  });
  const two = gzipSync(
    [...snapshotLines({ toolVersion: "0", at: "2026-05-17T09:00:39Z", server: null, nodes })].join(""),
  );
  expect(await readingOf(two)).toBe("SNAP007 F has 2 nodes");
  expect(await readingOf(two, "cp")).toBe("7 pods");
  expect(
    await readingOf(
      gzipSync([...snapshotLines({ toolVersion: "0", at: "2026-05-17T09:00:39Z", server: null, nodes: [] })].join("")),
    ),
  ).toBe("SNAP007 F has no node");
});

function changedByte(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte));
}
