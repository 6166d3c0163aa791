import type { Severity } from "../model/finding.ts";
import { isHeldInPart } from "./not-rendered.ts";
import { printable } from "./safe.ts";
import type { ReportCell, ReportRow } from "./audit-report.ts";

/** What a sign or a word says. Colour follows it; the sign and the word say it without colour. */
export type Tone = "bad" | "warn" | "unknown" | "good" | "faint" | "strong";

/** How text is dressed. Made by {@link styleOf}; knows nothing of the process. */
export interface Style {
  /** Repository text made safe, and plain ASCII where the locale asks for it. */
  text(text: string): string;
  paint(tone: Tone, text: string): string;
  readonly signs: Readonly<Record<"bad" | "warn" | "good" | "unknown" | "none", string>>;
  readonly ellipsis: string;
}

/** The style of one run. `color` comes from {@link wantsColor}, `ascii` from {@link wantsAscii}. */
export function styleOf({ color, ascii }: { color: boolean; ascii: boolean }): Style {
  return {
    text: (text) => printable(text, { ascii }),
    paint: (tone, text) => (color && text !== "" ? `\u{1b}[${codes[tone]}m${text}\u{1b}[0m` : text),
    signs: ascii
      ? { bad: "x", warn: "~", good: "+", unknown: "?", none: "." }
      : { bad: "✖", warn: "◐", good: "✔", unknown: "?", none: "·" },
    ellipsis: ascii ? "..." : "…",
  };
}

/**
 * Whether to colour. The flag decides; then a non-empty NO_COLOR says no, FORCE_COLOR says yes (`0` and
 * `false` say no), a dumb terminal says no; else colour is for terminals only.
 */
export function wantsColor(asked: {
  isTTY: boolean;
  flag?: "always" | "never" | "auto" | undefined;
  NO_COLOR?: string | undefined;
  FORCE_COLOR?: string | undefined;
  TERM?: string | undefined;
}): boolean {
  if (asked.flag === "always") return true;
  if (asked.flag === "never") return false;
  if (asked.NO_COLOR !== undefined && asked.NO_COLOR !== "") return false;
  if (asked.FORCE_COLOR !== undefined) return asked.FORCE_COLOR !== "0" && asked.FORCE_COLOR !== "false";
  return asked.isTTY && asked.TERM !== "dumb";
}

/** True when the locale names a character set other than UTF-8. A locale that is not set says nothing. */
export function wantsAscii(locale: {
  LC_ALL?: string | undefined;
  LC_CTYPE?: string | undefined;
  LANG?: string | undefined;
}): boolean {
  const set = [locale.LC_ALL, locale.LC_CTYPE, locale.LANG].find((value) => value !== undefined && value !== "");
  return set !== undefined && !/utf-?8/i.test(set);
}

export function toneOfSeverity(severity: Severity): Tone {
  return severityTones[severity];
}

/** A row that is held as far as told is not marked as held. */
export function toneOfRow(row: ReportRow): Tone {
  return isHeldInPart(row) ? "warn" : standingTones[row.standing];
}

export function toneOfState(state: ReportCell["state"]): Tone {
  return stateTones[state];
}

/** The painted sign of a tone: every colour comes with one. */
export function sign(style: Style, tone: Tone): string {
  const shape = tone === "faint" || tone === "strong" ? "none" : tone;
  return style.paint(tone, style.signs[shape]);
}

const codes: Readonly<Record<Tone, string>> = {
  bad: "31",
  warn: "33",
  unknown: "35",
  good: "32",
  faint: "2",
  strong: "1",
};

const severityTones = { block: "bad", high: "bad", medium: "warn", low: "warn", info: "faint" } as const;

const standingTones = {
  moves: "bad",
  unknown: "unknown",
  conditional: "warn",
  republish: "warn",
  exclusion: "warn",
  held: "good",
} as const;

const stateTones = { open: "bad", unknown: "unknown", conditional: "warn", held: "good", unreached: "faint" } as const;
