import type { Span } from "../../../model/span.ts";
import type { Value } from "../../value.ts";

/** What a preset of Renovate's own means for merging; settings as a configuration would write them. */
type BuiltInPreset = Readonly<Record<string, unknown>>;

const blocks = (...updateTypes: string[]): BuiltInPreset =>
  Object.fromEntries(updateTypes.map((updateType) => [updateType, { automerge: true }]));

const maintenance = (enabled: boolean): BuiltInPreset => ({ lockFileMaintenance: { enabled } });

/** Paths that `config:recommended` and its kin leave alone. */
const ignoredPaths = [
  "node_modules",
  "bower_components",
  "vendor",
  "examples",
  "__tests__",
  "test",
  "tests",
  "__fixtures__",
].map((directory) => `**/${directory}/**`);

/** Only the presets that bear on merging (v44, lib/config/presets/internal/); linters, testers and types are packages of npm and left out. */
const presets = new Map<string, BuiltInPreset>([
  ["default:automergeAll", { automerge: true }],
  ["default:automergeMajor", { automerge: true }],
  ["default:automergeDisabled", { automerge: false }],
  ["default:automergeMinor", blocks("minor", "patch", "pin", "lockFileMaintenance")],
  ["default:automergePatch", blocks("patch", "pin", "lockFileMaintenance")],
  ["default:automergeDigest", blocks("digest")],
  [
    "default:automergeStableNonMajor",
    { packageRules: [{ automerge: true, matchCurrentVersion: "!/^0/", matchUpdateTypes: ["minor", "patch"] }] },
  ],
  ["default:maintainLockFilesWeekly", maintenance(true)],
  ["default:maintainLockFilesMonthly", maintenance(true)],
  ["default:maintainLockFilesDisabled", maintenance(false)],
  ["default:disableRenovate", { enabled: false }],
  ["default:disableMajorUpdates", { major: { enabled: false } }],
  ["default:disableDigestUpdates", { digest: { enabled: false } }],
  ["default:dependencyDashboardApproval", { dependencyDashboardApproval: true }],
  [
    "default:approveMajorUpdates",
    { packageRules: [{ dependencyDashboardApproval: true, matchUpdateTypes: ["major"] }] },
  ],
  ["default:ignoreModulesAndTests", { ignorePaths: ignoredPaths }],
  ["docker:disable", { dockerfile: { enabled: false }, "docker-compose": { enabled: false } }],
  [
    "docker:disableMajor",
    { packageRules: [{ enabled: false, matchDatasources: ["docker"], matchUpdateTypes: ["major"] }] },
  ],
  [
    "docker:enableMajor",
    { packageRules: [{ enabled: true, matchDatasources: ["docker"], matchUpdateTypes: ["major"] }] },
  ],
  ...["recommended", "base", "js-app", "js-lib"].map((name): [string, BuiltInPreset] => [
    `config:${name}`,
    { ignorePaths: ignoredPaths },
  ]),
  ["config:best-practices", { ignorePaths: ignoredPaths, ...maintenance(true) }],
  ["config:semverAllMonthly", maintenance(true)],
  ["config:semverAllWeekly", maintenance(true)],
]);

const families = new Set([
  "abandonments",
  "compatibility",
  "config",
  "customManagers",
  "default",
  "docker",
  "global",
  "group",
  "helpers",
  "mergeConfidence",
  "monorepo",
  "npm",
  "packages",
  "preview",
  "regexManagers",
  "replacements",
  "schedule",
  "security",
  "workarounds",
]);

/** The built-in preset of a reference such as `:automergeMinor`, as if written there; `undefined` for presets kept elsewhere. */
export function builtInPreset(reference: string, at: Span): Value | undefined {
  const name = (reference.startsWith(":") ? `default${reference}` : reference).replace(/\(.*$/s, "");
  const [family = "", ...rest] = name.split(":");
  if (rest.length !== 1 || !families.has(family)) return undefined;
  return asValue(presets.get(name) ?? {}, at);
}

function asValue(preset: unknown, at: Span): Value {
  if (typeof preset === "boolean") return { kind: "bool", value: preset, at: [at] };
  if (typeof preset === "string") return { kind: "string", value: preset, at: [at] };
  if (Array.isArray(preset)) return { kind: "list", items: preset.map((item: unknown) => asValue(item, at)), at: [at] };
  if (typeof preset !== "object" || preset === null) return { kind: "null", at: [at] };
  const entries = Object.entries(preset).map(([key, item]: [string, unknown]) => [key, asValue(item, at)] as const);
  return { kind: "mapping", entries: new Map(entries), at: [at] };
}

/** Built-in presets that give a package rule its conditions. */
export function namesPackages(reference: string): boolean {
  return /^(?:group|monorepo|packages|replacements):/.test(reference);
}

/** Paths at which a preset kept in this repository would stand: `local>o/r//dir/name`, `github>o/r:name`, `./name`. */
export function presetPaths(reference: string): readonly string[] {
  const relative = /^\.?\/([\w.-]+(?:\/[\w.-]+)*)$/.exec(reference);
  const hosted = /^(?:local|github|gitlab|gitea|forgejo)>[\w.~-]+(?:\/[\w.-]+)+?(?:\/\/([\w./-]+)|:([\w.+/-]+))?$/.exec(
    reference,
  );
  if (relative === null && hosted === null) return [];
  const name = relative?.[1] ?? hosted?.[1] ?? hosted?.[2] ?? "default";
  return /\.json[5c]?$/.test(name) ? [name] : [`${name}.json`, `${name}.json5`];
}
