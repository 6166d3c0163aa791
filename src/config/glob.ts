/**
 * The test of globs that docs/configuration.md describes: `*` within a part of a path, `**` across parts, `?`
 * one character, `{a,b}` alternatives; everything else stands for itself. Takes time in proportion to the
 * lengths of pattern and path multiplied, whatever the pattern: it comes from the repository.
 */
export function globTest(globs: readonly string[]): (path: string) => boolean {
  const patterns = globs
    .flatMap((glob) => alternatives(glob) ?? [glob])
    .map((glob) => glob.split("/").map((part) => (part === "**" ? "**" : Array.from(part))));
  return (path) => {
    const parts = path.split("/").map((part) => Array.from(part));
    return patterns.some((pattern) => fits(pattern, parts, "**", partFits));
  };
}

/** Why a glob is refused: what somebody left open matches nothing that they meant. `null`: it is not. */
export function globFault(glob: string): string | null {
  const open: string[] = [];
  for (const character of glob) {
    if (character === "{" || character === "[") open.push(character);
    else if (character === "}" || character === "]") {
      const last = open.pop();
      if (last === undefined) return `has a ${character} that closes nothing`;
      if (last !== (character === "}" ? "{" : "[")) return `has a ${last} that is not closed`;
    }
  }
  const unclosed = open.pop();
  if (unclosed !== undefined) return `has a ${unclosed} that is not closed`;
  return alternatives(glob) === null ? "has too many alternatives in braces" : null;
}

type Part = "**" | readonly string[];

function partFits(pattern: Part, part: readonly string[]): boolean {
  return pattern !== "**" && fits(pattern, part, "*", (wanted, character) => wanted === "?" || wanted === character);
}

/** Matches items against a pattern where `star` stands for any number of them. Only the last star is ever tried again. */
function fits<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  star: P,
  same: (wanted: P, item: T) => boolean,
): boolean {
  let at = 0;
  let item = 0;
  let afterStar = -1;
  let retry = 0;
  while (item < items.length) {
    const wanted = pattern[at];
    const found = items[item];
    if (wanted === star) {
      at += 1;
      afterStar = at;
      retry = item;
    } else if (wanted !== undefined && found !== undefined && same(wanted, found)) {
      at += 1;
      item += 1;
    } else if (afterStar >= 0) {
      at = afterStar;
      retry += 1;
      item = retry;
    } else return false;
  }
  while (at < pattern.length && pattern[at] === star) at += 1;
  return at === pattern.length;
}

const maximumAlternatives = 200;

/** The globs without braces that a glob stands for; `null`: too many. Braces that do not match stand for themselves. */
function alternatives(glob: string): readonly string[] | null {
  const done: string[] = [];
  const pending = [glob];
  for (const next of pending) {
    const found = /\{([^{}]*,[^{}]*)\}/.exec(next);
    if (found === null) done.push(next);
    else
      for (const choice of (found[1] ?? "").split(","))
        pending.push(next.slice(0, found.index) + choice + next.slice(found.index + found[0].length));
    if (pending.length > maximumAlternatives * 2) return null;
  }
  return done;
}
