import { keyText } from "../../model/rendered-release.ts";
import type { Meeting } from "../meetings.ts";
import type { Preflighted } from "../preflighted.ts";

/** The same two claims on several nodes. */
export interface MeetingGroup {
  readonly first: Meeting;
  readonly nodes: readonly string[];
}

/** Meetings of one chance, those of the same two workloads on the same port together. */
export function meetingGroups({ meetings }: Preflighted, isCertain: boolean): readonly MeetingGroup[] {
  const chosen = meetings.filter(({ chance }) => (chance === "certain") === isCertain);
  const byPair = Map.groupBy(chosen, ({ one, other }) =>
    [keyText(one.pod), keyText(other.pod), one.port, one.transport, one.container, other.container].join("\n"),
  );
  return [...byPair.values()].flatMap((all) => {
    const [first] = all;
    return first === undefined ? [] : [{ first, nodes: [...new Set(all.map(({ node }) => node))] }];
  });
}

export function identityOf({ one, other }: Meeting): readonly string[] {
  return [keyText(one.pod), keyText(other.pod), `${one.port}/${one.transport}`, one.container, other.container];
}

/** `cp`, `w1, w2 and w3`, `w1, w2 and 5 more`. */
export function nodeNames(nodes: readonly string[]): string {
  const shown = nodes.length > 4 ? nodes.slice(0, 2) : nodes.slice(0, -1);
  const last = nodes.length > 4 ? `${nodes.length - 2} more` : (nodes.at(-1) ?? "");
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}
