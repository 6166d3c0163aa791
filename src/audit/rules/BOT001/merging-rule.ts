import type { Span } from "../../../model/span.ts";
import type { Bot, BotRule } from "../../../repository/repository.ts";
import { isSamePlace } from "../../findings/occurrences.ts";

/**
 * What makes the rules at a place the same ones in another revision: whose they are and what they match. What they
 * happen to reach changes with the repository. Rules that match the same are told apart by their order.
 */
export function mergingRule(bots: readonly Bot[], place: Span): readonly string[] {
  for (const bot of bots) {
    const here = bot.rules.filter(({ at }) => isSamePlace(at, place)).map(described);
    const [first] = here;
    if (first === undefined) continue;
    const same = bot.rules.filter((rule) => described(rule) === first);
    const before = same.findIndex(({ at }) => isSamePlace(at, place));
    return [bot.name, ...here, ...(before === 0 ? [] : [String(before)])];
  }
  return [];
}

/** Everything of a rule but its places. */
function described(rule: BotRule): string {
  const { at: _, furtherConditions, ...conditions } = rule;
  return JSON.stringify([conditions, furtherConditions.map(({ text }) => text)]);
}
