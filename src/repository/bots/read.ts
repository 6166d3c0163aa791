import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Reason } from "../../model/told.ts";
import type { Bot } from "../repository.ts";
import { readDependabot } from "./dependabot.ts";
import { mayMerge, mergingSteps } from "./merge-workflow.ts";
import { readRenovate } from "./renovate.ts";

/** The bots of a tree, and what they merge by themselves or through a workflow. `paths`: every path of the tree. */
export function readBots(
  paths: Iterable<string>,
  open: (path: string) => SourceFile | undefined,
): { bots: readonly Bot[]; problems: readonly Problem[] } {
  const workflows = [...paths]
    .filter((path) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
    .map(open)
    .filter((file) => file !== undefined);
  const merging = workflows
    .filter(({ text }) => mayMerge(text, "renovate"))
    .flatMap((file) => mergingSteps(file, "renovate").steps);
  const renovate = readRenovate(open, merging);
  const dependabot = readDependabot(open, workflows);
  const mergers = mergersAmong(open);
  const problems = [...renovate.problems, ...dependabot.problems];
  const bots = [renovate.bot, dependabot.bot]
    .filter((bot) => bot !== null)
    .map((bot) => ({ ...bot, mayMerge: mergers }));
  return { bots, problems };
}

/** Programs that merge whatever fits their own rules, which are not read here. */
const mergerFiles: readonly (readonly [string, readonly string[]])[] = [
  ["Mergify", [".mergify.yml", ".mergify/config.yml", ".github/mergify.yml"]],
  ["Kodiak", [".kodiak.toml", ".github/.kodiak.toml"]],
];

function mergersAmong(open: (path: string) => SourceFile | undefined): Reason[] {
  return mergerFiles.flatMap(([name, paths]) => {
    const file = paths.map(open).find((found) => found !== undefined);
    return file === undefined
      ? []
      : [{ code: "function-not-evaluated", text: `${name} may merge it`, at: [{ file: file.id, start: 0, end: 0 }] }];
  });
}
