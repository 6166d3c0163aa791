import type { Finding } from "../../model/finding.ts";
import { positionAt, type SourceFile } from "../../model/source.ts";
import type { Span } from "../../model/span.ts";
import type { RuleMetadata } from "../rule.ts";

/** What the comments themselves can be found for. They are judged after all rules, and cannot be suppressed. */
export const suppressionRules = {
  unused: {
    id: "IGN001",
    name: "unused-suppression",
    title: "A suppression that suppresses nothing",
    severity: "low",
    fix: "none",
  },
  expired: {
    id: "IGN002",
    name: "expired-suppression",
    title: "A suppression whose date has passed",
    severity: "medium",
    fix: "none",
  },
  incomplete: {
    id: "IGN003",
    name: "incomplete-suppression",
    title: "A suppression without a date or a reason",
    severity: "medium",
    fix: "none",
  },
} as const satisfies Record<string, RuleMetadata>;

interface Suppression {
  readonly rules: readonly string[];
  readonly until: string | null;
  readonly reason: string | null;
  readonly file: SourceFile;
  /** Lines, from 1, whose findings it suppresses: its own, and the first below it that is no comment. */
  readonly lines: readonly number[];
  readonly span: Span;
}

/** A finding that is kept out of the report, with what keeps it out. */
export interface KeptOut {
  readonly finding: Finding;
  readonly by: "comment" | "baseline" | "settings";
  readonly reason: string | null;
  /** Last day, `YYYY-MM-DD`. */
  readonly until: string | null;
}

export interface Suppressed {
  readonly kept: readonly Finding[];
  readonly suppressed: readonly KeptOut[];
}

/**
 * Applies the comments `# holdfast: ignore[HELM001] until=2027-01-31 reason=...`. One holds for findings of its
 * line or of the next line that is no comment, until the end of its day.
 *
 * @param today as `YYYY-MM-DD`
 * @param isChosen whether comments of a path are themselves looked at; they suppress all the same
 * @param ruleIds ids of the rules that there are; those of {@link suppressionRules} come with them
 */
export function applySuppressions(
  findings: readonly Finding[],
  files: readonly SourceFile[],
  today: string,
  ruleIds: readonly string[],
  isChosen: (path: string) => boolean = () => true,
): Suppressed {
  const known = new Set([...ruleIds, ...Object.values(suppressionRules).map(({ id }) => id)]);
  // What an object of a cluster says suppresses nothing.
  const suppressions = files.filter(({ object }) => object === undefined).flatMap(suppressionsIn);
  const valid = suppressions.filter((one) => one.reason !== null && one.until !== null && one.until >= today);
  const used = new Set<Suppression>();
  const kept: Finding[] = [];
  const suppressed: KeptOut[] = [];
  for (const finding of findings) {
    const by = valid.filter((one) => covers(one, finding, files));
    for (const one of by) used.add(one);
    const [first] = by;
    if (first === undefined) kept.push(finding);
    else suppressed.push({ finding, by: "comment", reason: first.reason, until: first.until });
  }
  const own = suppressions
    .filter(({ file }) => isChosen(file.path))
    .flatMap((one) => {
      const [real, strange] = [one.rules.filter((id) => known.has(id)), one.rules.filter((id) => !known.has(id))];
      return [
        ...(real.length === 0 ? [] : judged({ ...one, rules: real }, used.has(one), today)),
        ...(real.length === one.rules.length && real.length > 0 ? [] : [ruleless({ ...one, rules: strange })]),
      ];
    });
  return { kept: [...kept, ...own], suppressed };
}

const form = /(?:#|\/\/|\/\*)[ \t]*holdfast:[ \t]*ignore\[([^\]\n]*)\]([^\n]*)/g;

function suppressionsIn(file: SourceFile): Suppression[] {
  if (!file.text.includes("holdfast:")) return [];
  const below = linesBelow(file);
  return [...file.text.matchAll(form)].map((match) => {
    const [whole, rules = "", rest = ""] = match;
    const until = /(?:^|\s)until=(\d{4}-\d{2}-\d{2})(?=\s|$)/.exec(rest)?.[1] ?? null;
    const reason = /(?:^|\s)reason=(.*)$/.exec(rest.replace(/\*\/\s*$/, ""))?.[1]?.trim() ?? "";
    const span: Span = { file: file.id, start: match.index, end: match.index + whole.trimEnd().length };
    const ids = rules
      .split(",")
      .map((rule) => rule.trim())
      .filter((rule) => rule !== "");
    return { rules: ids, until, reason: reason === "" ? null : reason, file, lines: below(match.index), span };
  });
}

/** For a comment at an offset: its line, and the first below it that is no comment. */
function linesBelow(file: SourceFile): (offset: number) => readonly number[] {
  const lines = file.text.split("\n");
  const next = lines.map((_, index) => index + 1);
  for (let index = lines.length - 2; index >= 0; index--) {
    if (/^\s*(?:#|\/\/|\/\*|$)/.test(lines[index + 1] ?? "")) next[index] = next[index + 1] ?? index + 1;
  }
  return (offset) => {
    const { line } = positionAt(file, offset);
    return [line, (next[line - 1] ?? line) + 1];
  };
}

function covers(suppression: Suppression, finding: Finding, files: readonly SourceFile[]): boolean {
  if (!suppression.rules.includes(finding.rule)) return false;
  return finding.at.some((span) => {
    const file = files[span.file];
    return file === suppression.file && suppression.lines.includes(positionAt(file, span.start).line);
  });
}

function judged(one: Suppression, isUsed: boolean, today: string): Finding[] {
  const rules = one.rules.join(", ");
  if (one.reason === null || one.until === null) {
    const missing = [one.until === null ? "no date" : "", one.reason === null ? "no reason" : ""]
      .filter((part) => part !== "")
      .join(" and ");
    return [
      findingOf(one, suppressionRules.incomplete, {
        what: `the suppression of ${rules} gives ${missing}, so it suppresses nothing`,
        why: "A suppression without an end or a reason outlives the people who knew it.",
        do: "Write until=YYYY-MM-DD and reason=... behind it.",
      }),
    ];
  }
  if (one.until < today) {
    return [
      findingOf(one, suppressionRules.expired, {
        what: `the suppression of ${rules} ended on ${one.until}`,
        why: `Its findings are reported again. The reason given was: ${one.reason}.`,
        do: "Mend what it hid, or give it a new date.",
      }),
    ];
  }
  if (isUsed) return [];
  return [
    findingOf(one, suppressionRules.unused, {
      what: `the suppression of ${rules} matches no finding here`,
      why: "What it hid is gone, or it stands in the wrong place: it must be on the line of the finding or right above it.",
      do: "Remove it, or move it to the finding.",
    }),
  ];
}

/** What names no rule suppresses nothing, whatever date and reason it gives. */
function ruleless(one: Suppression): Finding {
  const rules = one.rules.join(", ");
  return findingOf(one, suppressionRules.unused, {
    what: rules === "" ? "a suppression names no rule" : `a suppression names ${rules}: there is no such rule`,
    why: "It suppresses nothing; what it was meant for is reported all the same.",
    do: "Write the id that the finding shows, such as ignore[HELM001].",
  });
}

function findingOf(one: Suppression, rule: RuleMetadata, texts: Pick<Finding, "what" | "why" | "do">): Finding {
  const severity = rule.severity === "off" ? "info" : rule.severity;
  return {
    rule: rule.id,
    severity,
    confidence: "observed",
    subject: one.rules.join(", "),
    ...texts,
    at: [one.span],
    cells: [],
    identity: [one.rules.join(","), one.until ?? "", one.reason ?? ""],
  };
}
