/** Statuses after which the same request may succeed. */
export function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/**
 * Milliseconds to wait before attempt `attempt + 1` (the first is 1): what `Retry-After` says (seconds, or
 * a date, `now` being milliseconds), else 0.5 s doubled each time, less up to half of it by chance. Never
 * over `longest`.
 */
export function waitBefore(
  attempt: number,
  retryAfter: string | undefined,
  { now, random, longest }: { now: number; random: number; longest: number },
): number {
  const said = retryAfter === undefined ? null : secondsOrDate(retryAfter.trim(), now);
  const wait = said ?? 500 * 2 ** (attempt - 1) * (1 - random / 2);
  return Math.min(Math.max(wait, 0), longest);
}

function secondsOrDate(text: string, now: number): number | null {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /^[A-Z][a-z]{2}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : date - now;
}
