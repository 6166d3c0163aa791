import type { Problem } from "../../model/problem.ts";
import type { SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import { isKnown } from "../../model/told.ts";
import { field, itemsOf, textOf } from "../manifests/field.ts";
import type { Value } from "../value.ts";
import { parseYaml } from "../yaml.ts";

/** A GitHub workflow that merges the pull requests of a bot. */
export interface Merging {
  readonly at: Span;
  /** Update types that its conditions let through; `null`: all. */
  readonly updateTypes: readonly string[] | null;
  readonly furtherConditions: readonly Reason[];
}

const merges =
  /\bgh\s+pr\s+merge\b|enable-pull-request-automerge|dependabot-auto-?merge|action-dependabot-auto-merge|automerge-action|merge-dependabot|dependabot\s+(?:squash\s+and\s+)?merge\b|mergePullRequest|enablePullRequestAutoMerge/i;

/** Whether a workflow's text can be one that merges what the bot proposes. */
export function mayMerge(text: string, actor: "dependabot" | "renovate"): boolean {
  return text.includes(actor) && merges.test(text);
}

/** Steps that merge pull requests of `actor`, with what must hold for them. */
export function mergingSteps(
  file: SourceFile,
  actor: "dependabot" | "renovate",
): { steps: Merging[]; problems: Problem[] } {
  const read = parseYaml({ text: file.text, locate: (start, end) => ({ file: file.id, start, end }) });
  const problems = read.problems.map(({ code, message, start, end }) => ({
    code,
    path: file.path,
    text: message,
    at: { file: file.id, start, end },
  }));
  const steps = read.documents.flatMap(({ value }) => jobsOf(value).flatMap((job) => jobSteps(job, actor, file)));
  return { steps, problems };
}

function jobsOf(workflow: Value): Value[] {
  const jobs = field(workflow, "jobs");
  return jobs.kind === "mapping" ? [...jobs.entries.values()] : [];
}

function jobSteps(job: Value, actor: string, file: SourceFile): Merging[] {
  const steps = itemsOf(field(job, "steps"));
  const jobCondition = conditionOf(job);
  return steps.filter(isMerge).flatMap((step) => {
    const conditions = [jobCondition, conditionOf(step)].filter((condition) => condition !== undefined);
    const whole = conditions.map(({ text }) => text).join(" && ");
    // A workflow names its bot in a condition or nowhere: then it may merge anyone's.
    const names = [...whole.matchAll(/\b(dependabot|renovate)\b/g)].map((match) => match[1]);
    if (names.length > 0 && !names.includes(actor)) return [];
    const at = step.at[0] ?? { file: file.id, start: 0, end: 0 };
    return [{ at, ...limits(whole, at) }];
  });
}

function conditionOf(owner: Value): { text: string } | undefined {
  const text = textOf(field(owner, "if"));
  return isKnown(text) && text.known !== null ? { text: text.known } : undefined;
}

function isMerge(step: Value): boolean {
  return ["run", "uses"].some((key) => {
    const text = textOf(field(step, key));
    return isKnown(text) && text.known !== null && merges.test(text.known);
  });
}

const updateType = /update-type\s*(==|!=)\s*'version-update:semver-(major|minor|patch)'/g;
/** Conditions that say whose pull request it is or which event, and nothing about the change. */
const known =
  /github\.(?:actor|triggering_actor|repository|repository_owner|event_name|event\.pull_request\.user\.login|event\.pull_request\.draft|event\.action|head_ref|event\.workflow_run\.\w+)\s*(?:==|!=)\s*(?:'[^']*'|true|false)|(?:startsWith|contains)\(github\.head_ref,\s*'[^']*'\)/g;

function limits(
  condition: string,
  at: Span,
): { updateTypes: readonly string[] | null; furtherConditions: readonly Reason[] } {
  const types = [...condition.matchAll(updateType)];
  const rest = condition.replaceAll(updateType, "").replaceAll(known, "");
  const isPlain = !/[\w']/.test(
    rest.replaceAll(/\bsteps\.[\w-]+\.outputs\.|\balways\(\)|\bsuccess\(\)|\$\{\{|\}\}/g, ""),
  );
  const reason: Reason = {
    code: "function-not-evaluated",
    text: "a condition of the merging workflow decides",
    at: [at],
  };
  const furtherConditions = isPlain ? [] : [reason];
  if (types.length === 0) return { updateTypes: null, furtherConditions };
  const wanted = types.filter((type) => type[1] === "==").map((type) => type[2] ?? "");
  const unwanted = new Set(types.filter((type) => type[1] === "!=").map((type) => type[2] ?? ""));
  const updateTypes = wanted.length > 0 ? wanted : ["major", "minor", "patch"].filter((type) => !unwanted.has(type));
  return { updateTypes, furtherConditions };
}
