import { automerges, type Change } from "../../repository/bots/automerges.ts";
import type { Bot, Repository } from "../../repository/repository.ts";
import { worstCell, type Cell } from "../matrix.ts";

/** What a bot could change for a subject. */
export type BotChange = Change;

export const versionUpdates = ["major", "minor", "patch"] as const;
/** Renovate leaves a range alone while the newest version is in it (lib/modules/versioning/npm/range.ts). */
export const rangeUpdates = ["major", "minor"] as const;

/** Whether a bot merges a change of this subject without a person's review. `null`: no bot can write this change. */
export function botCell({ bots }: Repository, change: BotChange | null): Cell {
  if (bots.length === 0) return { state: "unreached", detail: "no Renovate or Dependabot configuration" };
  if (change === null) return { state: "unreached", detail: "the bots that are configured cannot write this change" };
  const reaching = bots.filter((bot) => reaches(bot, change));
  if (reaching.length === 0) return { state: "unreached", detail: "the bots that are configured do not read this" };
  return worstCell(reaching.map((bot) => cellOf(bot, change)));
}

/** Dependabot's terraform ecosystem reads modules and providers, never a helm_release (dependabot-core v0.392, terraform/file_parser.rb). */
function reaches(bot: Bot, change: BotChange): boolean {
  return (
    bot.name === "renovate" ||
    change.datasource === "terraform-module" ||
    change.datasource === "terraform-provider" ||
    change.datasource === "git-tags"
  );
}

function cellOf(bot: Bot, change: BotChange): Cell {
  const { answer, updateTypes, at, why } = automerges(bot, change);
  const places = [...at, bot.at];
  switch (answer) {
    case "yes":
      return {
        state: "open",
        republish: false,
        note: "merge",
        trigger: `${bot.name} merges ${updateTypes.join(", ")} updates by itself`,
        at: places,
      };
    case "no":
      return {
        state: "held",
        by: "review",
        note: "review",
        detail: `${bot.name} opens a pull request and merges none by itself`,
        at: places,
      };
    case "unknown": {
      const [first] = why;
      const reason = first ?? {
        code: "preset-not-in-repository" as const,
        text: "its rules could not be told",
        at: [],
      };
      return {
        state: "unknown",
        why: {
          ...reason,
          text: `whether ${bot.name} merges it by itself could not be told: ${reason.text}`,
          at: [...reason.at, ...places],
        },
      };
    }
  }
}
