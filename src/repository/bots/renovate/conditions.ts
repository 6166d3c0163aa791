import type { Span } from "../../../model/span.ts";
import { isKnown, type Reason } from "../../../model/told.ts";
import { textList } from "../../manifests/field.ts";
import type { BotRule } from "../../repository.ts";
import type { Value } from "../../value.ts";
import { escaped, listConditions, nameConditions, renamedConditions } from "./condition-names.ts";
import { managerName } from "./names.ts";

/** Conditions of a package rule that are matched; the others are left undecided. */
export type Conditions = Omit<BotRule, "automerge" | "at">;
export const always: Conditions = {
  managers: null,
  datasources: null,
  updateTypes: null,
  packages: null,
  files: null,
  furtherConditions: [],
};

/** A rule that merges whatever the conditions leave. */
export function anyChange(at: Span, furtherConditions: readonly Reason[]): BotRule {
  return { ...always, automerge: true, at, furtherConditions };
}

/** The conditions of a package rule. */
export function conditionsOf(rule: Value): Conditions {
  const building: Building = { ...always };
  if (rule.kind !== "mapping") return building;
  for (const [written, value] of rule.entries) {
    const key = renamedConditions.get(written) ?? written;
    if (!/^(?:match|exclude)[A-Z]/.test(key)) continue;
    const texts = textsIn(value);
    const pattern = nameConditions.get(key);
    const list = listConditions.get(key);
    if (pattern !== undefined) addNames(building, key, texts.map(pattern), value);
    else if (list !== undefined) building[list] = list === "managers" ? texts.map(managerName) : texts;
    else if (key === "matchCurrentVersion" && /^!?\/.*\/i?$/.test(texts[0] ?? ""))
      building.currentVersion = texts[0] ?? "";
    else building.furtherConditions = [...building.furtherConditions, notMatched(value)];
  }
  return building;
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

/** Patterns of the older forms join those of the newer; names of package and dependency are asked for both. */
function addNames(building: Building, key: string, patterns: readonly string[], value: Value): void {
  const isOfBoth = building.packages !== null && key.startsWith("matchDep");
  if (isOfBoth) building.furtherConditions = [...building.furtherConditions, notMatched(value)];
  else building.packages = [...(building.packages ?? []), ...patterns];
}

function notMatched(value: Value): Reason {
  return { code: "function-not-evaluated", text: "a package rule has a condition that is not read here", at: value.at };
}

/** The conditions for one update type; `undefined`: the rule is for others. */
export function withUpdateType(conditions: Conditions, updateType: string): Conditions | undefined {
  if (conditions.updateTypes !== null && !conditions.updateTypes.includes(updateType)) return undefined;
  return { ...conditions, updateTypes: [updateType] };
}

/** A path as a condition on files: one without wildcards is looked for anywhere in the file's path. */
export function pathPattern(path: string): string {
  return /[*?[\]{}]/.test(path) ? path : `/${escaped(path)}/`;
}

/** The texts of a list that is known, else none. */
export function textsIn(value: Value): readonly string[] {
  const texts = textList(value);
  return isKnown(texts) ? texts.known : [];
}
