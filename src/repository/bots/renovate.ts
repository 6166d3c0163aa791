import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import { isKnown } from "../../model/told.ts";
import { parseJson5 } from "../json5.ts";
import { field, itemsOf, textList, textOf } from "../manifests/field.ts";
import type { Bot, BotRule } from "../repository.ts";
import type { Value } from "../value.ts";
import type { Merging } from "./merge-workflow.ts";
import type { BuiltInPreset } from "./renovate-presets.ts";
import { builtInPreset, namesPackages, presetPaths } from "./renovate-presets.ts";

/** Where Renovate looks for its configuration; the first file that is there counts. */
const renovateConfigPaths: readonly string[] = [
  ...["", ".github/", ".gitlab/"].flatMap((directory) =>
    ["json", "jsonc", "json5"].map((end) => `${directory}renovate.${end}`),
  ),
  ".renovaterc",
  ".renovaterc.json",
  ".renovaterc.jsonc",
  ".renovaterc.json5",
  "package.json",
];

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
  for (const path of renovateConfigPaths) {
    const file = open(path);
    if (file === undefined) continue;
    if (path === "package.json" && !file.text.includes('"renovate"')) continue;
    const parsed = parseFile(file);
    if (!("kind" in parsed)) return unreadable(file, parsed);
    const config = path === "package.json" ? field(parsed, "renovate") : parsed;
    if (config.kind !== "null") return { bot: botOf(config, file, open, merging), problems: [] };
  }
  return { bot: null, problems: [] };
}

function parseFile(file: SourceFile): ReturnType<typeof parseJson5> {
  return parseJson5(file.text, (start, end) => ({ file: file.id, start, end, role: "json" }));
}

function unreadable(file: SourceFile, { message, at }: { message: string; at: number }): ReadBot {
  const span = { file: file.id, start: at, end: at };
  const text = `Renovate's configuration does not parse: ${message}`;
  const reason: Reason = { code: "syntax-error", text, at: [span] };
  const bot: Bot = { name: "renovate", at: span, rules: [anyChange(span, [reason])], mayReach: [reason], mayMerge: [] };
  return { bot, problems: [{ code: "YAML001", path: file.path, text, at: span }] };
}

function anyChange(at: Span, furtherConditions: readonly Reason[]): BotRule {
  return {
    automerge: true,
    at,
    managers: null,
    datasources: null,
    updateTypes: null,
    packages: null,
    files: null,
    furtherConditions,
  };
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
    mayReach: settings.mayReach,
    mayMerge: [],
  };
}

const updateTypes = [
  "major",
  "minor",
  "patch",
  "pin",
  "pinDigest",
  "digest",
  "lockFileMaintenance",
  "rollback",
  "replacement",
  "bump",
];

/** Managers that read files of infrastructure; blocks of others say nothing here. */
const managers = [
  "argocd",
  "custom.regex",
  "docker-compose",
  "dockerfile",
  "flux",
  "helm-requirements",
  "helm-values",
  "helmfile",
  "helmsman",
  "helmv3",
  "kubernetes",
  "kustomize",
  "regex",
  "terraform",
  "terraform-version",
  "terragrunt",
  "terragrunt-version",
];

/** Conditions of a package rule that are matched; the others are left undecided. */
type Conditions = Omit<BotRule, "automerge" | "at">;
const always: Conditions = {
  managers: null,
  datasources: null,
  updateTypes: null,
  packages: null,
  files: null,
  furtherConditions: [],
};

class Settings {
  readonly mayReach: Reason[] = [];
  readonly #at: Span;
  readonly #open: (path: string) => SourceFile | undefined;
  /** In order of precedence, the weakest first. */
  readonly #whole: BotRule[] = [];
  readonly #ofManagers: BotRule[] = [];
  readonly #ofUpdateTypes: BotRule[] = [];
  readonly #packageRules: BotRule[] = [];
  readonly #off: BotRule[] = [];
  /** Settings of which the last one counts whole. */
  readonly #last = new Map<string, Value>();
  #enablesAgain = false;

  constructor(at: Span, open: (path: string) => SourceFile | undefined) {
    this.#at = at;
    this.#open = open;
  }

  add(config: Value, seen: ReadonlySet<string>): void {
    const ignored = textsIn(field(config, "ignorePresets"));
    for (const preset of itemsOf(field(config, "extends"))) this.#extend(preset, ignored, seen);
    this.#addWhole(config);
    this.#addReach(config);
    this.#addBlocks(config);
    for (const rule of itemsOf(field(config, "packageRules"))) this.#addPackageRule(rule);
    for (const rule of itemsOf(field(config, "packages"))) this.#addPackageRule(rule);
  }

  rules(merging: readonly Merging[]): BotRule[] {
    const merged = merging.map((step): BotRule => ({ ...always, ...step, automerge: true }));
    const own = [...this.#whole, ...this.#ofManagers, ...this.#ofUpdateTypes, ...this.#packageRules];
    const type = this.#last.get("automergeType");
    return [
      ...(type === undefined ? own : own.map((rule) => onlyCommented(rule, type))),
      ...merged,
      ...this.#switchedOff(),
    ];
  }

  #extend(preset: Value, ignored: readonly string[], seen: ReadonlySet<string>): void {
    const reference = referenceOf(preset);
    if (ignored.includes(reference)) return;
    const at = preset.at[0] ?? this.#at;
    const builtIn = builtInPreset(reference);
    if (builtIn !== undefined) return this.add(asValue(builtIn, at), seen);
    const path = presetPaths(reference).find((candidate) => seen.has(candidate) || this.#open(candidate) !== undefined);
    if (path !== undefined && seen.has(path)) return;
    const file = path === undefined ? undefined : this.#open(path);
    const parsed = file === undefined ? undefined : parseFile(file);
    if (parsed !== undefined && "kind" in parsed && seen.size < 20) this.add(parsed, new Set([...seen, path ?? ""]));
    else this.#packageRules.push(anyChange(at, [this.#unresolvable(at)]));
  }

  /** `customManagers`, and patterns for manifests, which Renovate reads only where a configuration names them. */
  #addReach(config: Value): void {
    const custom = ["customManagers", "regexManagers"].map((key) => field(config, key));
    const kubernetes = field(config, "kubernetes");
    const patterns = ["managerFilePatterns", "fileMatch"].map((key) => field(kubernetes, key));
    for (const value of custom.filter((one) => itemsOf(one).length > 0))
      this.mayReach.push(reaches("its custom managers may read it", value));
    for (const value of patterns.filter(({ kind }) => kind !== "null"))
      this.mayReach.push(reaches("it has file patterns for manifests", value));
  }

  #unresolvable(at: Span): Reason {
    const supply = "keep the preset in the repository, or write its settings out";
    return {
      code: "preset-not-in-repository",
      text: "a preset of Renovate's configuration is kept elsewhere",
      at: [at],
      supply,
    };
  }

  #addWhole(config: Value): void {
    this.#merge(config, always, this.#whole);
    for (const key of [
      "enabled",
      "dependencyDashboardApproval",
      "prCreation",
      "ignorePaths",
      "includePaths",
      "enabledManagers",
      "automergeType",
    ]) {
      const value = field(config, key);
      if (value.kind !== "null") this.#last.set(key, value);
    }
    const ignored = field(config, "ignoreDeps");
    const packages = textsIn(ignored);
    if (packages.length > 0) this.#off.push({ ...always, automerge: false, at: ignored.at[0] ?? this.#at, packages });
  }

  /** Reads `automerge`, and its older forms, of one block. */
  #merge(block: Value, conditions: Conditions, into: BotRule[]): void {
    const value = field(block, "automerge");
    const at = value.at[0] ?? this.#at;
    if (value.kind === "bool")
      into.push(onlyCommented({ ...conditions, automerge: value.value, at }, field(block, "automergeType")));
    else if (value.kind === "string") this.#mergeByName(value.value, conditions, at, into);
    for (const updateType of ["major", "minor", "patch"]) {
      const older = field(block, `automerge${updateType.charAt(0).toUpperCase()}${updateType.slice(1)}`);
      const both = withUpdateType(conditions, updateType);
      if (older.kind === "bool" && both !== undefined) {
        this.#ofUpdateTypes.push({ ...both, automerge: older.value, at: older.at[0] ?? this.#at });
      }
    }
  }

  #mergeByName(name: string, conditions: Conditions, at: Span, into: BotRule[]): void {
    if (name === "none" || name === "any") into.push({ ...conditions, automerge: name === "any", at });
    const merged = name === "patch" ? ["patch"] : name === "minor" ? ["minor"] : [];
    const kept = name === "patch" ? ["minor", "major"] : name === "minor" ? ["major"] : [];
    for (const updateType of [...merged, ...kept]) {
      const both = withUpdateType(conditions, updateType);
      if (both !== undefined) this.#ofUpdateTypes.push({ ...both, automerge: merged.includes(updateType), at });
    }
  }

  #addBlocks(config: Value): void {
    this.#addUpdateTypes(config, always);
    for (const manager of managers) {
      const block = field(config, manager);
      if (block.kind !== "mapping") continue;
      const conditions = { ...always, managers: [manager === "regex" ? "custom.regex" : manager] };
      this.#merge(block, conditions, this.#ofManagers);
      this.#switch(block, conditions);
      this.#addUpdateTypes(block, conditions);
    }
  }

  #addUpdateTypes(config: Value, conditions: Conditions): void {
    for (const updateType of updateTypes) {
      const block = field(config, updateType);
      const both = withUpdateType(conditions, updateType);
      if (block.kind !== "mapping" || both === undefined) continue;
      this.#merge(block, both, this.#ofUpdateTypes);
      this.#switch(block, both);
    }
  }

  #addPackageRule(rule: Value): void {
    const presets = itemsOf(field(rule, "extends"));
    const own = conditionsOf(rule);
    const named = presets.filter((preset) => namesPackages(referenceOf(preset))).map(presetConditions);
    const conditions = { ...own, furtherConditions: [...own.furtherConditions, ...named] };
    for (const preset of presets) this.#addRulePreset(preset, conditions);
    this.#addRuleSettings(rule, conditions);
  }

  #addRulePreset(preset: Value, conditions: Conditions): void {
    const at = preset.at[0] ?? this.#at;
    const builtIn = builtInPreset(referenceOf(preset));
    if (builtIn !== undefined) return this.#addRuleSettings(asValue(builtIn, at), conditions);
    const furtherConditions = [...conditions.furtherConditions, this.#unresolvable(at)];
    this.#packageRules.push({ ...conditions, automerge: true, at, furtherConditions });
  }

  #addRuleSettings(rule: Value, conditions: Conditions): void {
    this.#merge(rule, conditions, this.#packageRules);
    this.#switch(rule, conditions);
    this.#addUpdateTypes(rule, conditions);
  }

  /** What keeps an update from being proposed at all, or until a person asks for it. */
  #switch(block: Value, conditions: Conditions): void {
    const enabled = field(block, "enabled");
    if (enabled.kind === "bool" && enabled.value) this.#enablesAgain = true;
    for (const value of switches(block))
      this.#off.push({ ...conditions, automerge: false, at: value.at[0] ?? this.#at });
  }

  #switchedOff(): BotRule[] {
    const off = [...this.#off];
    const whole: Value = { kind: "mapping", entries: this.#last, at: [] };
    for (const value of switches(whole)) off.push({ ...always, automerge: false, at: value.at[0] ?? this.#at });
    const paths = this.#last.get("ignorePaths");
    const ignored = paths === undefined ? [] : textsIn(paths).map(pathPattern);
    if (ignored.length > 0) off.push({ ...always, automerge: false, at: paths?.at[0] ?? this.#at, files: ignored });
    off.push(...this.#onlyThese("includePaths", "files"), ...this.#onlyThese("enabledManagers", "managers"));
    if (!this.#enablesAgain) return off;
    return off.map((rule) => ({ ...rule, furtherConditions: [...rule.furtherConditions, mayEnable(rule.at)] }));
  }

  #onlyThese(setting: string, condition: "files" | "managers"): BotRule[] {
    const value = this.#last.get(setting);
    const texts = value === undefined ? [] : textsIn(value);
    if (texts.length === 0) return [];
    const others = texts.map(
      (text) => `!${condition === "files" ? pathPattern(text) : text === "regex" ? "custom.regex" : text}`,
    );
    return [{ ...always, automerge: false, at: value?.at[0] ?? this.#at, [condition]: others }];
  }
}

/** `automergeType: "pr-comment"` merges nothing: whether somebody's program acts on the comment is not known here. */
function onlyCommented(rule: BotRule, type: Value): BotRule {
  if (!rule.automerge || type.kind !== "string" || type.value !== "pr-comment") return rule;
  const text = "it only writes a comment, which another program may act on";
  return {
    ...rule,
    furtherConditions: [...rule.furtherConditions, { code: "function-not-evaluated", text, at: type.at }],
  };
}

function reaches(text: string, { at }: Value): Reason {
  return { code: "function-not-evaluated", text, at };
}

function referenceOf(preset: Value): string {
  const text = textOf(preset);
  return isKnown(text) ? (text.known ?? "") : "";
}

function presetConditions(preset: Value): Reason {
  return { code: "preset-not-in-repository", text: "a preset names the packages of a rule", at: preset.at };
}

function mayEnable(at: Span): Reason {
  return { code: "function-not-evaluated", text: "another rule enables updates that this one switches off", at: [at] };
}

function switches(block: Value): Value[] {
  const enabled = field(block, "enabled");
  const approval = field(block, "dependencyDashboardApproval");
  const creation = field(block, "prCreation");
  return [
    ...(enabled.kind === "bool" && !enabled.value ? [enabled] : []),
    ...(approval.kind === "bool" && approval.value ? [approval] : []),
    ...(creation.kind === "string" && creation.value === "approval" ? [creation] : []),
  ];
}

/** A path without wildcards is looked for anywhere in the file's path. */
function pathPattern(path: string): string {
  return /[*?[\]{}]/.test(path) ? path : `/${escaped(path)}/`;
}

function textsIn(value: Value): readonly string[] {
  const texts = textList(value);
  return isKnown(texts) ? texts.known : [];
}

/** `undefined`: the rule is for other update types. */
function withUpdateType(conditions: Conditions, updateType: string): Conditions | undefined {
  if (conditions.updateTypes !== null && !conditions.updateTypes.includes(updateType)) return undefined;
  return { ...conditions, updateTypes: [updateType] };
}

/** Names of conditions in older configurations. */
const renamed = new Map([
  ["packageNames", "matchPackageNames"],
  ["packagePatterns", "matchPackagePatterns"],
  ["depTypeList", "matchDepTypes"],
  ["managers", "matchManagers"],
  ["datasources", "matchDatasources"],
  ["updateTypes", "matchUpdateTypes"],
  ["paths", "matchFileNames"],
  ["matchPaths", "matchFileNames"],
  ["matchFiles", "matchFileNames"],
]);

/** Conditions on the package's name, and the pattern that each of their texts stands for. */
const nameConditions = new Map<string, (text: string) => string>([
  ["matchPackageNames", (text) => text],
  ["matchDepNames", (text) => text],
  ["matchPackagePatterns", (text) => (text === "*" ? text : `/${text}/`)],
  ["matchDepPatterns", (text) => (text === "*" ? text : `/${text}/`)],
  ["matchPackagePrefixes", startsWith],
  ["matchDepPrefixes", startsWith],
  ["excludePackageNames", (text) => `!${text}`],
  ["excludeDepNames", (text) => `!${text}`],
  ["excludePackagePatterns", (text) => `!/${text}/`],
  ["excludePackagePrefixes", (text) => `!${startsWith(text)}`],
  ["excludeDepPatterns", (text) => `!/${text}/`],
  ["excludeDepPrefixes", (text) => `!${startsWith(text)}`],
]);

function startsWith(text: string): string {
  return `/^${escaped(text)}/`;
}

/** A text as a pattern that finds it literally. */
function escaped(text: string): string {
  return text.replaceAll(/[.*+?^$()|[\]{}\\]/g, String.raw`\$&`);
}

interface Building {
  managers: readonly string[] | null;
  datasources: readonly string[] | null;
  updateTypes: readonly string[] | null;
  packages: readonly string[] | null;
  files: readonly string[] | null;
  depTypes?: readonly string[];
  currentVersion?: string;
  furtherConditions: readonly Reason[];
}

function conditionsOf(rule: Value): Conditions {
  const building: Building = { ...always };
  if (rule.kind !== "mapping") return building;
  for (const [written, value] of rule.entries) {
    const key = renamed.get(written) ?? written;
    if (!/^(?:match|exclude)[A-Z]/.test(key)) continue;
    const texts = textsIn(value);
    const pattern = nameConditions.get(key);
    if (pattern !== undefined) addNames(building, key, texts.map(pattern), value);
    else if (key === "matchManagers")
      building.managers = texts.map((text) => (text === "regex" ? "custom.regex" : text));
    else if (key === "matchDatasources") building.datasources = texts;
    else if (key === "matchUpdateTypes") building.updateTypes = texts;
    else if (key === "matchFileNames") building.files = texts;
    else if (key === "matchDepTypes") building.depTypes = texts;
    else if (key === "matchCurrentVersion" && /^!?\/.*\/i?$/.test(texts[0] ?? ""))
      building.currentVersion = texts[0] ?? "";
    else building.furtherConditions = [...building.furtherConditions, notMatched(value)];
  }
  return building;
}

/** Patterns of the older forms join those of the newer; names of package and dependency are asked for both. */
function addNames(building: Building, key: string, patterns: readonly string[], value: Value): void {
  const isOfBoth = building.packages !== null && key.startsWith("matchDep");
  if (isOfBoth) building.furtherConditions = [...building.furtherConditions, notMatched(value)];
  else building.packages = [...(building.packages ?? []), ...patterns];
}

function notMatched(value: Value): Reason {
  return { code: "function-not-evaluated", text: "a package rule has a condition that is not read here", at: value.at };
}

/** A built-in preset as if it were written where it is named. */
function asValue(preset: BuiltInPreset[string], at: Span): Value {
  if (typeof preset === "boolean") return { kind: "bool", value: preset, at: [at] };
  if (typeof preset === "string") return { kind: "string", value: preset, at: [at] };
  if (Array.isArray(preset)) return { kind: "list", items: preset.map((item: unknown) => asValue(item, at)), at: [at] };
  if (typeof preset !== "object" || preset === null) return { kind: "null", at: [at] };
  const entries = Object.entries(preset).map(([key, item]: [string, unknown]) => [key, asValue(item, at)] as const);
  return { kind: "mapping", entries: new Map(entries), at: [at] };
}
