/**
 * A time of a reading, in UTC: `09:00:41Z`, with the date where it is not the day of `reference`. Both ISO 8601; a text
 * that is none stays as it is.
 */
export function clock(at: string, reference: string): string {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(at) ?? [];
  if (date === undefined || time === undefined) return at;
  return reference.startsWith(date) ? `${time}Z` : `${date} ${time}Z`;
}

/** A length of time in its two largest units: `1 h 14 m`, `3 d 4 h`, `12 s`. */
export function duration(seconds: number): string {
  if (!(seconds >= 0)) return "?";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return pair(hours, "h", minutes % 60, "m");
  return pair(Math.floor(hours / 24), "d", hours % 24, "h");
}

function pair(large: number, unit: string, small: number, below: string): string {
  return small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${below}`;
}
