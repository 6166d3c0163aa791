import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Reason } from "../../model/told.ts";
import { field } from "../manifests/field.ts";
import type { Bot } from "../repository.ts";
import type { Value } from "../value.ts";
import type { Merging } from "./merge-workflow.ts";
import { anyChange } from "./renovate/conditions.ts";
import { LockFileMaintenance } from "./renovate/lock-file-maintenance.ts";
import { configPaths, parseConfig } from "./renovate/file.ts";
import { Settings } from "./renovate/settings.ts";

export interface ReadBot {
  readonly bot: Bot | null;
  readonly problems: readonly Problem[];
}

/**
 * Renovate as the repository configures it, with the presets that are built in or kept in the repository.
 * Its order of precedence is kept: settings of the whole, of managers, of update types, package rules, and
 * last what switches updates off or waits for a person. `open` gives a file of the tree by its path;
 * `merging` are workflows that merge what Renovate proposes.
 */
export function readRenovate(
  open: (path: string) => SourceFile | undefined,
  merging: readonly Merging[] = [],
): ReadBot {
  for (const path of configPaths) {
    const file = open(path);
    if (file === undefined) continue;
    if (path === "package.json" && !file.text.includes('"renovate"')) continue;
    const parsed = parseConfig(file);
    if (!("kind" in parsed)) return unreadable(file, parsed);
    const config = path === "package.json" ? field(parsed, "renovate") : parsed;
    if (config.kind !== "null") return { bot: botOf(config, file, open, merging), problems: [] };
  }
  return { bot: null, problems: [] };
}

function unreadable(file: SourceFile, { message, at }: { message: string; at: number }): ReadBot {
  const span = { file: file.id, start: at, end: at };
  const text = `Renovate's configuration does not parse: ${message}`;
  const reason: Reason = { code: "syntax-error", text, at: [span] };
  const rules = [anyChange(span, [reason])];
  const maintains = new LockFileMaintenance().managers(true);
  const bot: Bot = { name: "renovate", at: span, rules, maintains, mayReach: [reason], mayMerge: [] };
  return { bot, problems: [{ code: "YAML001", path: file.path, text, at: span }] };
}

function botOf(
  config: Value,
  file: SourceFile,
  open: (path: string) => SourceFile | undefined,
  merging: readonly Merging[],
): Bot {
  const at = config.at[0] ?? { file: file.id, start: 0, end: 0 };
  const settings = new Settings(at, open);
  settings.add(config, new Set([file.path]));
  return {
    name: "renovate",
    at: { ...at, end: at.start },
    rules: settings.rules(merging),
    maintains: settings.maintains(),
    mayReach: settings.mayReach,
    mayMerge: [],
  };
}
