import picomatch from "picomatch";

/**
 * Whether a text fits a list of Renovate's patterns: `*`, exact names, globs, `/regex/` and `/regex/i`; one
 * that starts with `!` refuses. With patterns that do not refuse, one of them has to fit; an empty list
 * fits nothing. `undefined`: it has a pattern that is not tried, because it could take too long.
 */
export function fitsPatterns(text: string, patterns: readonly string[]): boolean | undefined {
  if (patterns.length === 0) return false;
  const wanted = patterns.filter((pattern) => !pattern.startsWith("!")).map((pattern) => fits(text, pattern));
  const refusals = patterns.filter((pattern) => pattern.startsWith("!"));
  const refused = new Set(refusals.map((pattern) => fits(text, pattern.slice(1))));
  if (refused.has(true)) return false;
  const isWanted = wanted.length === 0 || wanted.includes(true);
  if (!isWanted && !wanted.includes(undefined)) return false;
  return isWanted && !refused.has(undefined) ? true : undefined;
}

/** Longest text and pattern that are tried. */
const maximumLength = 300;

function fits(text: string, pattern: string): boolean | undefined {
  if (pattern === "*" || pattern === "**") return true;
  if (text.length > maximumLength || pattern.length > maximumLength) return undefined;
  const expression = /^\/(.*)\/(i?)$/s.exec(pattern);
  if (expression !== null) return fitsExpression(text, expression[1] ?? "", expression[2] ?? "");
  if (!/[*?[\]{}()!+@]/.test(pattern)) return text.toLowerCase() === pattern.toLowerCase();
  if (countOf(pattern, /\*+/g) > 4 || /[{}].*[{}].*[{}]|[()]/.test(pattern)) return undefined;
  return picomatch.isMatch(text, pattern, { dot: true, nocase: true, noextglob: true });
}

/** Expressions whose time may grow faster than with the third power of the text are not tried. */
function fitsExpression(text: string, source: string, flags: string): boolean | undefined {
  const isRepeatedGroup = /\)[*+{]/.test(source);
  if (isRepeatedGroup || /\\[1-9k]|\(\?[=!<]/.test(source) || countOf(source, /[*+{]/g) > 3) return undefined;
  try {
    return new RegExp(source, flags).test(text);
  } catch {
    return undefined;
  }
}

function countOf(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}
