import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startTime } from "../processes.ts";
import type { Say } from "../say.ts";
import { makeDisk } from "./disk.ts";
import { goBuild } from "./go-build.ts";
import { bedRecipes, keyOf, recipeNames, recipes, type Recipe, type RecipeName } from "./recipes.ts";

/** Where what each recipe makes is, once it is made. */
export type Programs = Readonly<z.infer<typeof programsSchema>>;

export const programsSchema = z.record(z.enum(recipeNames), z.string());

/** Tells how far the making of something is, in a few words. */
export type Progress = (where: string) => void;

/** The recipes that a bed needs. */
export function recipesFor({ vmNodes = 0 }: { readonly vmNodes?: number | undefined }): readonly RecipeName[] {
  return vmNodes > 0 ? recipeNames : bedRecipes;
}

/** Where programs are, and the recipes of those that are needed and not built yet. */
export function findPrograms(needed: readonly RecipeName[] = bedRecipes): {
  readonly programs: Programs;
  readonly missing: readonly RecipeName[];
} {
  const folders = recipeNames.map((name) => [name, folderOf(name)] as const);
  const programs = programsSchema.parse(Object.fromEntries(folders));
  return { programs, missing: needed.filter((name) => !existsSync(programs[name])) };
}

/** Builds what is needed and not in the cache yet. */
export async function buildPrograms(needed: readonly RecipeName[], say: Say): Promise<Programs> {
  const { programs, missing } = findPrograms(needed);
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
  let where = "starting";
  const progress = setInterval(() => say(`  ${where} (${seconds()})`), 15_000);
  const partial = `${folder}.partial-${process.pid}-${startTime(process.pid)}`;
  try {
    mkdirSync(partial);
    await ("module" in recipe ? goBuild(recipe, partial, tell) : makeDisk(recipe, partial, tell));
    // Another build of the same may have been faster; then its folder is as good.
    if (!existsSync(folder)) renameSync(partial, folder);
    say(`built ${recipe.title} in ${seconds()}`);
  } finally {
    clearInterval(progress);
    rmSync(partial, { recursive: true, force: true });
  }
  function tell(now: string): void {
    where = now;
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

function folderOf(name: RecipeName): string {
  const recipe = recipes[name];
  return join(cacheFolder(), `${"module" in recipe ? recipe.module : "vm-disk"}-${keyOf(recipe)}`);
}

function cacheFolder(): string {
  return join(process.env["HOLDFAST_CACHE"] ?? join(homedir(), ".cache/holdfast"), "testbed");
}
