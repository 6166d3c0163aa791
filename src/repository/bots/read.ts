import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
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
  const problems = [...renovate.problems, ...dependabot.problems];
  return { bots: [renovate.bot, dependabot.bot].filter((bot) => bot !== null), problems };
}
