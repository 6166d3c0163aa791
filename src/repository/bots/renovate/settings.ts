import type { SourceFile } from "../../../model/source.ts";
import type { Span } from "../../../model/span.ts";
import { isKnown, type Reason } from "../../../model/told.ts";
import { field, itemsOf, textOf } from "../../manifests/field.ts";
import type { BotRule } from "../../repository.ts";
import type { Value } from "../../value.ts";
import type { Merging } from "../merge-workflow.ts";
import {
  always,
  anyChange,
  conditionsOf,
  pathPattern,
  textsIn,
  withUpdateType,
  type Conditions,
} from "./conditions.ts";
import { parseConfig } from "./file.ts";
import { LockFileMaintenance } from "./lock-file-maintenance.ts";
import { managerName, managers, updateTypes } from "./names.ts";
import { builtInPreset, namesPackages, presetPaths } from "./presets.ts";

/** Rules of one configuration, with those of the presets that it extends. */
export class Settings {
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
  readonly #maintenance = new LockFileMaintenance();
  #isPartElsewhere = false;

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

  /** Managers whose lock files it renews; a preset that is kept elsewhere may say so. */
  maintains(): ReadonlySet<string> {
    return this.#maintenance.managers(this.#isPartElsewhere);
  }

  #extend(preset: Value, ignored: readonly string[], seen: ReadonlySet<string>): void {
    const reference = referenceOf(preset);
    if (ignored.includes(reference)) return;
    const at = preset.at[0] ?? this.#at;
    const builtIn = builtInPreset(reference, at);
    if (builtIn !== undefined) return this.add(builtIn, seen);
    const path = presetPaths(reference).find((candidate) => seen.has(candidate) || this.#open(candidate) !== undefined);
    if (path !== undefined && seen.has(path)) return;
    const file = path === undefined ? undefined : this.#open(path);
    const parsed = file === undefined ? undefined : parseConfig(file);
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
    this.#isPartElsewhere = true;
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
    this.#addUpdateTypes(this.#maintenance.take(config, null), always);
    for (const manager of managers) {
      const name = managerName(manager);
      const block = this.#maintenance.take(field(config, manager), name);
      if (block.kind !== "mapping") continue;
      const conditions = { ...always, managers: [name] };
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
    const builtIn = builtInPreset(referenceOf(preset), at);
    if (builtIn !== undefined) return this.#addRuleSettings(builtIn, conditions);
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
    const others = texts.map((text) => `!${condition === "files" ? pathPattern(text) : managerName(text)}`);
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
