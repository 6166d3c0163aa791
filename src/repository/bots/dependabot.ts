import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import { field, itemsOf, textList, textOf } from "../manifests/field.ts";
import type { BotRule } from "../repository.ts";
import type { Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";
import type { Merging } from "./merge-workflow.ts";
import { mayMerge, mergingSteps } from "./merge-workflow.ts";
import type { ReadBot } from "./renovate.ts";

const dependabotConfigPaths: readonly string[] = [".github/dependabot.yml", ".github/dependabot.yaml"];

/**
 * Dependabot as the repository configures it. It merges nothing by itself: only a GitHub workflow that
 * merges its pull requests makes rules that do. `workflows`: the files of `.github/workflows`.
 */
export function readDependabot(
  open: (path: string) => SourceFile | undefined,
  workflows: readonly SourceFile[],
): ReadBot {
  const file = dependabotConfigPaths.map(open).find((found) => found !== undefined);
  if (file === undefined) return { bot: null, problems: [] };
  const read = parseYaml({ text: file.text, locate: (start, end) => ({ file: file.id, start, end }) });
  const problems: Problem[] = read.problems.map(({ code, message, start, end }) => ({
    code,
    path: file.path,
    text: message,
    at: { file: file.id, start, end },
  }));
  const merging: Merging[] = [];
  for (const workflow of workflows.filter(({ text }) => mayMerge(text, "dependabot"))) {
    const found = mergingSteps(workflow, "dependabot");
    merging.push(...found.steps);
    problems.push(...found.problems);
  }
  const updates = read.documents.flatMap(({ value }) => itemsOf(field(value, "updates")));
  const at: Span = { file: file.id, start: 0, end: 0 };
  const rules = updates.flatMap((update) => [...mergeRules(update, merging), ...keptRules(update, at)]);
  return { bot: { name: "dependabot", at, rules, maintains: new Set(), mayReach: [], mayMerge: [] }, problems };
}

/** Renovate's names for what each ecosystem reads here, and for the sources of its versions. */
const ecosystems = new Map<string, { managers: readonly string[]; datasources: readonly string[] | null }>([
  ["terraform", { managers: ["terraform", "terragrunt"], datasources: ["!helm", "!docker"] }],
  ["opentofu", { managers: ["terraform", "terragrunt"], datasources: ["!helm", "!docker"] }],
  ["docker", { managers: ["dockerfile", "kubernetes"], datasources: ["docker"] }],
  ["docker-compose", { managers: ["docker-compose"], datasources: ["docker"] }],
  ["helm", { managers: ["helmv3", "helm-values"], datasources: null }],
]);

function scopeOf(update: Value): Pick<BotRule, "managers" | "datasources" | "files"> {
  const name = textOf(field(update, "package-ecosystem"));
  const ecosystem = isKnown(name) ? (name.known ?? "") : "";
  const { managers, datasources } = ecosystems.get(ecosystem) ?? { managers: [ecosystem], datasources: null };
  const directories = textList(field(update, "directories"));
  const directory = textList(field(update, "directory"));
  const all = [...(isKnown(directories) ? directories.known : []), ...(isKnown(directory) ? directory.known : [])];
  return { managers, datasources, files: all.length === 0 ? null : all.map(filesIn) };
}

/** A directory's own files; `**` takes in those below. */
function filesIn(directory: string): string {
  const inner = directory.replace(/^\.?\//, "").replace(/\/+$/, "");
  if (inner === "" || inner === ".") return "*";
  return inner.endsWith("**") || inner.endsWith("**/*") ? inner : `${inner}/*`;
}

function mergeRules(update: Value, merging: readonly Merging[]): BotRule[] {
  const scope = scopeOf(update);
  return merging.map(({ at, updateTypes, furtherConditions }) => ({
    ...scope,
    automerge: true,
    at,
    updateTypes,
    packages: null,
    furtherConditions,
  }));
}

/** Updates that are never proposed: `ignore`, and a limit of no pull requests. */
function keptRules(update: Value, owner: Span): BotRule[] {
  const scope = scopeOf(update);
  const limit = field(update, "open-pull-requests-limit");
  const rules: BotRule[] = itemsOf(field(update, "ignore")).map((item) => ignoreRule(item, scope, owner));
  if (limit.kind === "number" && limit.value === 0) rules.push(kept(scope, limit.at[0] ?? owner));
  return rules;
}

/** A star stands for any text, slashes too. */
function namePattern(name: string): string {
  const parts = name.split("*").map((part) => part.replaceAll(/[.+?^$()|[\]{}\\]/g, String.raw`\$&`));
  return parts.length === 1 ? name : `/^${parts.join(".*")}$/`;
}

function kept(scope: Pick<BotRule, "managers" | "datasources" | "files">, at: Span): BotRule {
  return { ...scope, automerge: false, at, updateTypes: null, packages: null, furtherConditions: [] };
}

function ignoreRule(item: Value, scope: Pick<BotRule, "managers" | "datasources" | "files">, owner: Span): BotRule {
  const names = textList(field(item, "dependency-name"));
  const types = textList(field(item, "update-types"));
  const versions = field(item, "versions");
  const at = item.at[0] ?? owner;
  return {
    ...kept(scope, at),
    packages: isKnown(names) && names.known.length > 0 ? names.known.map(namePattern) : null,
    updateTypes:
      isKnown(types) && types.known.length > 0
        ? types.known.map((type) => type.replace(/^version-update:semver-/, ""))
        : null,
    furtherConditions:
      versions.kind === "null"
        ? []
        : [{ code: "function-not-evaluated", text: "only some versions are ignored", at: versions.at }],
  };
}
