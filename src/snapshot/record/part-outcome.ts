/**
 * How it went with a kind of objects, with a section of a node, or with one question about it. `in part`: it was read, and
 * something of it was not told. `warned`: something is to be known beside it.
 */
export type PartOutcome = "read" | "in part" | "unread" | "warned";

/** What one value of a snapshot says of that. `null`: nothing. */
export function outcomeOf(value: object): PartOutcome | null {
  if ("unread" in value) return "unread";
  if ("warning" in value) return "warned";
  // A list that was given up is read again, or is said to be unread.
  if ("complete" in value)
    return value.complete !== true ? null : "tasks" in value && isUntold(value.tasks) ? "in part" : "read";
  const asked = "detail" in value ? value.detail : "answer" in value ? value.answer : null;
  return typeof asked === "object" && asked !== null && "told" in asked && isUntold(asked.told) ? "in part" : null;
}

function isUntold(told: unknown): boolean {
  return typeof told === "object" && told !== null && "unknown" in told;
}
