import { automerges, type Change } from "../../repository/bots/automerges.ts";
import type { Bot, Repository } from "../../repository/repository.ts";
import type { Span } from "../../model/span.ts";
import type { Reason } from "../../model/told.ts";
import { decidingCell, type Cell } from "../matrix.ts";

/** What a bot could change for a subject. */
export interface BotChange extends Change {
  /** A provider whose new version plans the subject anew, where that is the change. */
  readonly through?: string;
}

/** None: there is no text that a bot could change. `null`: no manager of a bot reads the text by itself. */
export type PossibleChanges = readonly BotChange[] | null;

export const versionUpdates = ["major", "minor", "patch"] as const;
/** Renovate leaves a range alone while the newest version is in it (lib/modules/versioning/npm/range.ts). */
export const rangeUpdates = ["major", "minor"] as const;
/** A lock file that is renewed as a whole, within the constraints that it names. */
export const maintenance = ["lockFileMaintenance"] as const;

/** Whether a bot merges a change of this subject without a person's review. */
export function botCell({ bots }: Repository, changes: PossibleChanges): Cell {
  if (bots.length === 0) return { state: "unreached", detail: "no Renovate or Dependabot configuration" };
  if (changes?.length === 0) return { state: "unreached", detail: "there is nothing that a bot could change" };
  const cells = bots.flatMap((bot) => {
    const reached = (changes ?? []).filter((change) => reaches(bot, change));
    if (reached.length > 0) return [cellOf(bot, reached)];
    const [reason] = bot.mayReach;
    return reason === undefined ? [] : [notTold(bot, reason, [bot.at])];
  });
  if (cells.length === 0) return { state: "unreached", detail: "the bots that are configured do not read this" };
  return decidingCell(cells);
}

function notTold(bot: Bot, reason: Reason, at: readonly Span[]): Cell {
  const text = `whether ${bot.name} merges it by itself could not be told: ${reason.text}`;
  return { state: "unknown", why: { ...reason, text, at: [...reason.at, ...at] } };
}

/** Dependabot's terraform ecosystem reads modules and providers, never a helm_release (dependabot-core v0.392, terraform/file_parser.rb). */
function reaches(bot: Bot, change: BotChange): boolean {
  if (change.updateTypes === maintenance) return bot.maintains.has(change.manager);
  // Renovate's kubernetes manager has no file patterns of its own (v44, lib/modules/manager/kubernetes/index.ts).
  if (bot.name === "renovate") return change.manager !== "kubernetes";
  if (change.manager === "helm-values" || change.manager === "kubernetes")
    return automerges(bot, change).answer !== "no";
  return ["terraform-module", "terraform-provider", "git-tags"].includes(change.datasource ?? "");
}

function cellOf(bot: Bot, changes: readonly BotChange[]): Cell {
  const { answer, updateTypes, at, why } = automerges(bot, ...changes);
  const places = [...at, bot.at];
  const through = changes[0]?.through;
  const what = through === undefined ? "" : ` of the provider ${through}, which plans the release anew,`;
  switch (answer) {
    case "yes":
      return {
        state: "open",
        republish: false,
        note: "merge",
        trigger: `${bot.name} merges ${updateTypes.join(", ")} updates${what} by itself`,
        at: places,
      };
    case "no": {
      const [merger] = bot.mayMerge;
      return merger === undefined ? reviewed(bot, what, at) : notTold(bot, merger, places);
    }
    case "unknown":
      return notTold(bot, why[0] ?? undecided, places);
  }
}

const undecided: Reason = { code: "preset-not-in-repository", text: "its rules could not be told", at: [] };

/** Dependabot merges nothing by itself; Renovate does where its configuration says so, of which some may be elsewhere. */
function reviewed(bot: Bot, what: string, at: readonly Span[]): Cell {
  const places = [...at, bot.at];
  const proposes = `${bot.name} opens a pull request for updates${what} and merges none by itself`;
  if (bot.name === "dependabot" || at.length > 0)
    return { state: "held", by: "review", note: "review", detail: proposes, at: places };
  const on = `the bot's own configuration outside the repository does not switch automerge on: ${proposes} by default`;
  return { state: "conditional", note: "review", on, at: places };
}
