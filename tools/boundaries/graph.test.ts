import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readGraph } from "./graph.ts";

test("reads imports of code and of types, of files, packages and Node's modules", async () => {
  mkdirSync("build", { recursive: true });
  const folder = mkdtempSync(join("build", "graph-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = (name: string): string => join(folder, name);
  writeFileSync(
    file("a.ts"),
    `import { readFileSync } from "node:fs";
import { z } from "zod/v4";
import type { C } from "./c.ts";
export type {
  D,
} from "./d.ts";
import { b, type B } from "./b.ts";
export const a: [C, B] = [readFileSync(z.string().parse(b)), b];
export const lazy = () => import("./d.ts");
`,
  );
  writeFileSync(file("b.ts"), "export type B = string;\nexport const b: B = '';\n");
  writeFileSync(file("c.ts"), "export type C = Buffer;\n");
  writeFileSync(file("d.ts"), "export type D = string;\n");
  writeFileSync(file("a.test.ts"), 'import "node:net";\n');

  const graph = await readGraph(folder);
  expect([...graph.keys()].toSorted()).toEqual([file("a.ts"), file("b.ts"), file("c.ts"), file("d.ts")]);
  expect(graph.get(file("a.ts"))).toEqual([
    { to: "node:fs", kind: "code" },
    { to: "package:zod", kind: "code" },
    { to: file("b.ts"), kind: "code" },
    { to: file("d.ts"), kind: "code" },
    { to: file("c.ts"), kind: "type" },
    { to: file("d.ts"), kind: "type" },
  ]);
});
