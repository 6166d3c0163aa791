import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import type { Bot, BotRule } from "../repository.ts";
import { fitsPatterns } from "./pattern-list.ts";

/** A change that a bot could propose. `null`: it has no such thing, so that no condition on it fits. Not given: not known. */
export interface Change {
  /** Renovate's name: `terraform`, `terragrunt`, `kubernetes`, `helm-values`, `dockerfile`, ... */
  readonly manager: string;
  /** `helm`, `docker`, `terraform-module`, `terraform-provider`, `git-tags`, `github-tags`, ... */
  readonly datasource: string | null;
  /** Chart, image without tag, module or provider, as the bot names it. */
  readonly package: string | null;
  /** Path of the file that would change, relative to the root. */
  readonly file: string;
  /** What the change could be: `major`, `minor`, `patch`, `pin`, `digest`, `lockFileMaintenance`, ... */
  readonly updateTypes: readonly string[];
  /** `helm_release`, `module`, `required_provider`, ... */
  readonly depType?: string | null;
  readonly currentVersion?: string | null;
}

/** Whether a bot merges one of several changes by itself. */
export interface Automerges {
  /** `yes` when it does so for at least one update type of one change. */
  readonly answer: "yes" | "no" | "unknown";
  /** The update types with this answer. */
  readonly updateTypes: readonly string[];
  /** What decided, or may decide. Empty: the bot's default, which is no. */
  readonly at: readonly Span[];
  /** What could not be told; empty unless the answer is `unknown`. */
  readonly why: readonly Reason[];
}

/** The last rule that matches decides; one that may match leaves the answer open unless it says the same. */
export function automerges(bot: Bot, ...changes: readonly Change[]): Automerges {
  const answers = changes.flatMap((change) =>
    change.updateTypes.map((updateType) => ({ updateType, ...decide(bot.rules, change, updateType) })),
  );
  for (const answer of ["yes", "unknown", "no"] as const) {
    const found = answers.filter((one) => one.answer === answer);
    // Of several that it does not merge, one by default alone says least.
    const first = found.find(({ at }) => at.length === 0) ?? found[0];
    if (first !== undefined)
      return { answer, updateTypes: found.map((one) => one.updateType), at: first.at, why: first.why };
  }
  return { answer: "no", updateTypes: [], at: [], why: [] };
}

type Decision = Pick<Automerges, "answer" | "at" | "why">;

function decide(rules: readonly BotRule[], change: Change, updateType: string): Decision {
  const doubtful: { rule: BotRule; why: readonly Reason[] }[] = [];
  let decided: BotRule | undefined;
  for (const rule of rules.toReversed()) {
    const why = matches(rule, change, updateType);
    if (why === undefined) continue;
    if (why.length === 0) {
      decided = rule;
      break;
    }
    doubtful.push({ rule, why });
  }
  const automerge = decided?.automerge ?? false;
  const others = doubtful.filter(({ rule }) => rule.automerge !== automerge);
  if (others.length === 0)
    return { answer: automerge ? "yes" : "no", at: decided === undefined ? [] : [decided.at], why: [] };
  return { answer: "unknown", at: others.map(({ rule }) => rule.at), why: others.flatMap(({ why }) => why) };
}

/** `undefined`: it does not match. Empty: it does. Else what decides whether it does. */
function matches(rule: BotRule, change: Change, updateType: string): readonly Reason[] | undefined {
  const why: Reason[] = [...rule.furtherConditions];
  const conditions: [readonly string[] | null | undefined, string | null | undefined][] = [
    [rule.managers, change.manager],
    [rule.datasources, change.datasource],
    [rule.updateTypes, updateType],
    [rule.packages, change.package],
    [rule.files, change.file],
    [rule.depTypes, change.depType],
    [rule.currentVersion === undefined ? null : [rule.currentVersion], change.currentVersion],
  ];
  for (const [patterns, text] of conditions) {
    if (patterns === null || patterns === undefined) continue;
    if (text === null) return undefined;
    const fits = text === undefined ? undefined : fitsPatterns(text, patterns);
    if (fits === false) return undefined;
    if (fits === undefined)
      why.push({ code: "function-not-evaluated", text: "a rule has a pattern that is not tried here", at: [rule.at] });
  }
  return why;
}
