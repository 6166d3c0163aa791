const shown = 3;

/** The names that are most like what somebody wrote, at most three, best first. */
export function nearest(written: string, names: readonly string[]): readonly string[] {
  return names
    .map((name) => ({ name, edits: edits(written.slice(0, longest), name.slice(0, longest)) }))
    .toSorted((a, b) => a.edits - b.edits)
    .slice(0, shown)
    .map(({ name }) => name);
}

/** What is longer is like none of them. */
const longest = 64;

/** How many characters have to be added, removed or replaced. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, character] of Array.from(from).entries()) {
    const next = [index + 1];
    for (let at = 1; at <= to.length; at++) {
      const replaced = (row[at - 1] ?? 0) + (to[at - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
