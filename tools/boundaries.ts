import { readFileSync } from "node:fs";
import { boundaries, judging } from "./boundaries/boundaries.ts";
import { broken, explain } from "./boundaries/broken.ts";
import { readGraph } from "./boundaries/graph.ts";
import { hiddenInputs } from "./boundaries/hidden-inputs.ts";
import { badNames } from "./boundaries/names.ts";
import { openedSecrets } from "./boundaries/secrets.ts";

/**
 * Checks who may import whom, over transitive imports, that judging has no hidden inputs, who opens what may hold
 * secrets, and how files are named.
 * Exits with 1 when a rule is broken.
 */
async function checkBoundaries(): Promise<void> {
  const graph = await readGraph("src");
  const names = badNames(["src", "test", "tools", "deploy", "bench"]);
  const hidden = [...graph.keys()].filter(isJudging).flatMap((file) => hiddenInputs(file, readFileSync(file, "utf8")));
  const opened = [...graph.keys()].flatMap((file) => openedSecrets(file, readFileSync(file, "utf8")));
  const complaints = [...broken(graph, boundaries).map(explain), ...hidden, ...opened, ...names];
  for (const complaint of complaints) console.error(`${complaint}\n`);
  console.log(`${boundaries.length} boundaries over ${graph.size} files of src: ${complaints.length} broken.`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
}

function isJudging(file: string): boolean {
  return judging.some((folder) => file.startsWith(`${folder}/`));
}

await checkBoundaries();
