import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { stateFolder } from "../../../test/builders/state-folder.ts";
import { isKnown } from "../../model/told.ts";
import { machineIds } from "./machine.ts";

const machineId = "bd406a93db19ab96ffd9cdfc8725ba21";
const bootId = "e24b7fc3-9fd9-4e6f-9f95-f49f75b53813";

function told(files: Readonly<Record<string, string>>): unknown {
  const root = stateFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const ids = machineIds(root);
  return isKnown(ids) ? ids.known : ids.unknown.text;
}

const boot = "proc/sys/kernel/random/boot_id";

test.each<[string, Readonly<Record<string, string>>, unknown]>([
  ["both", { [boot]: `${bootId}\n`, "etc/machine-id": `${machineId}\n` }, { bootId, machineId }],
  ["no machine id", { [boot]: `${bootId}\n` }, { bootId, machineId: null }],
  ["one that is none yet", { [boot]: bootId, "etc/machine-id": "uninitialized\n" }, { bootId, machineId: null }],
  ["no boot id", {}, "the boot id could not be read: no such file"],
  ["an empty one", { [boot]: "" }, "the boot id could not be read: it is empty"],
])("%s", (_, files, expected) => expect(told(files)).toEqual(expected));

test("of this machine, whose kernel calls the file empty until it is read", () => {
  const ids = machineIds("/");
  const own = readFileSync(join("/", boot), "utf8").trim();
  expect(isKnown(ids) ? ids.known.bootId : ids).toBe(own);
});
