import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startTime } from "../processes.ts";
import type { Say } from "../say.ts";
import { goBuild } from "./go-build.ts";
import { keyOf, recipeNames, recipes, type Recipe, type RecipeName } from "./recipes.ts";

/** Where each recipe's programs are. */
export type Programs = Readonly<z.infer<typeof programsSchema>>;

export const programsSchema = z.record(z.enum(recipeNames), z.string());

/** The programs that are built already, and the recipes of those that are not. */
export function findPrograms(): { readonly programs: Programs; readonly missing: readonly RecipeName[] } {
  const folders = recipeNames.map((name) => [name, folderOf(recipes[name])] as const);
  const programs = programsSchema.parse(Object.fromEntries(folders));
  return { programs, missing: recipeNames.filter((name) => !existsSync(programs[name])) };
}

/** Builds what is not in the cache yet. */
export async function buildPrograms(say: Say): Promise<Programs> {
  const { programs, missing } = findPrograms();
  mkdirSync(cacheFolder(), { recursive: true });
  removePartial();
  for (const [index, name] of missing.entries()) {
    const recipe: Recipe = recipes[name];
    const count = `${index + 1} of ${missing.length}`;
    say(`building ${recipe.title} (${count}; about ${recipe.takes} where nothing of it was built before)`);
    await build(recipe, programs[name], say);
  }
  if (missing.length === 0) say(`all programs are built: ${cacheFolder()}`);
  return programs;
}

/** Built beside its place and moved there whole, so that no half-built folder is ever taken for a built one. */
async function build(recipe: Recipe, folder: string, say: Say): Promise<void> {
  const start = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
  let packages = 0;
  const progress = setInterval(() => say(`  ${packages} packages compiled in ${seconds()}`), 15_000);
  const partial = `${folder}.partial-${process.pid}-${startTime(process.pid)}`;
  try {
    mkdirSync(partial);
    await goBuild(recipe, partial, (more) => (packages += more));
    for (const [link, program] of Object.entries(recipe.links ?? {})) symlinkSync(program, join(partial, link));
    // Another build of the same may have been faster; then its folder is as good.
    if (!existsSync(folder)) renameSync(partial, folder);
    say(`built ${recipe.title} in ${seconds()}`);
  } finally {
    clearInterval(progress);
    rmSync(partial, { recursive: true, force: true });
  }
}

/** What builds that were killed have left. */
function removePartial(): void {
  for (const name of readdirSync(cacheFolder())) {
    const [, pid, started] = /\.partial-(\d+)-(\d+)$/.exec(name) ?? [];
    if (pid !== undefined && startTime(Number(pid)) !== started) {
      rmSync(join(cacheFolder(), name), { recursive: true, force: true });
    }
  }
}

function folderOf(recipe: Recipe): string {
  return join(cacheFolder(), `${recipe.module}-${keyOf(recipe)}`);
}

function cacheFolder(): string {
  return join(process.env["HOLDFAST_CACHE"] ?? join(homedir(), ".cache/holdfast"), "testbed");
}
