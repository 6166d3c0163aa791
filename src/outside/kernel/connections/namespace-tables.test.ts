import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { hostNetwork, procTree, removeTree } from "../../../../test/builders/proc-tree.ts";
import { kernelFiles } from "../kernel-files.ts";
import { tablesOf } from "./namespace-tables.ts";

const trees: string[] = [];
const home = process.cwd();
afterEach(() => {
  process.chdir(home);
  trees.splice(0).forEach(removeTree);
});

const node = {
  processes: [{ pid: 7 }],
  networks: {
    [hostNetwork]: {
      tcp: [{ address: "00000000", port: 80, inode: 501 }],
      tcp6: [{ address: "0".repeat(32), port: 81, inode: 502 }],
    },
  },
};
const unix = "Num RefCount\n0000000000000001: 00000003 00000000 00000000 0001 03 20412 /run/a.sock\n";

test.each<[string, (tables: string, task: string) => void, string]>([
  ["both families", () => {}, "80 81, unix 20412"],
  ["where IPv6 is off there is no table of it", (tables) => rmSync(join(tables, "tcp6")), "80, unix 20412"],
  ["a table that is there, and cannot be read", (tables) => notAFile(join(tables, "tcp6")), "not told"],
  ["no table of IPv4", (tables) => rmSync(join(tables, "tcp")), "not told"],
  ["no table of unix sockets", (tables) => rmSync(join(tables, "unix")), "not told"],
  ["a table of IPv6 that is not one", (tables) => writeFileSync(join(tables, "tcp6"), "sl\nx\n"), "not told"],
  [
    "a task that has ended by then",
    (tables, task) => {
      rmSync(join(tables, "tcp6"));
      rmSync(join(task, "ns/net"));
    },
    "not told",
  ],
])("the tables of a network: %s", (_, change, expected) => {
  const root = procTree(node);
  trees.push(root);
  const [tables, task] = [join(root, "networks", `${hostNetwork}`), join(root, "proc/7")];
  writeFileSync(join(tables, "unix"), unix);
  const files = kernelFiles(root, () => {});
  files.enter("7");
  change(tables, task);
  const told = tablesOf(files, hostNetwork);
  const ports = told?.tcp.map(({ port }) => port).join(" ");
  expect(told === null ? "not told" : `${ports}, unix ${[...told.connected].join(" ")}`).toBe(expected);
});

test("a task that has gone to another network tells nothing of this one", () => {
  const root = procTree(node);
  trees.push(root);
  writeFileSync(join(root, "networks", `${hostNetwork}`, "unix"), unix);
  const files = kernelFiles(root, () => {});
  files.enter("7");
  expect(tablesOf(files, hostNetwork + 1)).toBeNull();
});

/** What is no file cannot be read as one, by root neither. */
function notAFile(path: string): void {
  rmSync(path);
  mkdirSync(path);
}
