import type { Tally } from "./tally.ts";

/** What some thousand histories have to come to: else it is not shown that anything dangerous was near. */
const toBeSeen: readonly RegExp[] = [
  ...[1, 2, 3].map((rung) => new RegExp(`^cleared on ${rung}$`)),
  /^ports-freed on /,
  ...[1, 2, 3, 4].map((rung) => new RegExp(`^left on ${rung}$`)),
  ...[1, 2, 3, 4].map((rung) => new RegExp(`^aborted before ${rung}$`)),
  /^refused before /,
  /^would-act on /,
  /^crash$/,
  ...["P1", "P2", "P3", "P4", "P5", "P6"].map((id) => new RegExp(`^${id} fails$`)),
  /^aborted sweeping is paused/,
  /^aborted something is swept already/,
  /^aborted no answer$/,
  /^aborted PN does not hold/,
  ...[
    "self",
    "denied",
    "not-named",
    "overdue-by-agent",
    "lives-in-own-record",
    "too-young",
    "serving",
    "quarantined",
  ].map((id) => new RegExp(`^protected ${id}$`)),
];

/** Those of them that did not come. */
export function neverSeen({ counts }: Tally): readonly string[] {
  const all = [...counts.keys()];
  return toBeSeen.filter((wanted) => !all.some((what) => wanted.test(what))).map(String);
}
