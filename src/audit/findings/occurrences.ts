import { atLeast, type Confidence, type Finding, type Severity } from "../../model/finding.ts";
import type { Span } from "../../model/span.ts";

/** Something that is wrong with one release, image, module call or provider. */
export interface Occurrence {
  /** For people: `namespace/name`, or an address. */
  readonly subject: string;
  /** Unique in the repository and free of line numbers. */
  readonly address: string;
  /** Tells apart what one address may have several of, such as a container; not given: it has one. */
  readonly part?: string;
  /**
   * What makes it the same one in another revision, where that is not what it is said of: the smallest of several
   * addresses changes with every other thing that is reached. Not given: address and part.
   */
  readonly identity?: readonly string[];
  /** Keeps it apart from others at the same place: the edit is not at the place, but elsewhere for each. */
  readonly apart?: string;
  readonly severity: Severity;
  readonly confidence: Confidence;
  /** The place to look at, where the edit or the comment goes. */
  readonly place: Span;
  /** Where it comes from, in the order in which one follows it. */
  readonly from: readonly Span[];
  readonly cells: Finding["cells"];
  /** Who it is said of: one subject or several. */
  readonly what: (who: Who) => string;
  readonly why: string;
  readonly do: string;
}

/** The subjects of a finding, to put a sentence together. */
export interface Who {
  readonly names: string;
  /** The words for one, or for several. */
  say(one: string, several: string): string;
}

/**
 * Findings of a rule, one for each place to edit: the same said of many releases of one `for_each` or of one
 * shared module is said once, with the severity of the worst.
 */
export function findingsOf(rule: string, occurrences: Iterable<Occurrence>): Finding[] {
  const groups = Map.groupBy(
    occurrences,
    ({ place, apart = "", what }) => `${place.file} ${place.start} ${place.end} ${apart} ${what(nobody)}`,
  );
  return [...groups.values()].map((group) => finding(rule, group));
}

/** Findings are told apart by what would be said of several: that has no detail of one of them. */
const nobody: Who = { names: "", say: (_, several) => several };

function finding(rule: string, group: readonly Occurrence[]): Finding {
  const worst = group.reduce((a, b) => (atLeast(a.severity, b.severity) ? a : b));
  const identity = group
    .map(({ address, part = "", identity: own = [address, part] }) => own)
    .reduce((a, b) => (a.join("\0") <= b.join("\0") ? a : b));
  const subjects = group.map(({ subject }) => subject);
  return {
    rule,
    severity: worst.severity,
    confidence: worst.confidence,
    subject: worst.subject,
    what: worst.what(whoOf(subjects)),
    why: worst.why,
    do: worst.do,
    at: withoutRepeats([worst.place, ...worst.from]),
    cells: group.flatMap(({ cells }) => cells),
    identity,
  };
}

/** Named up to three; of more the first two, and how many others. */
function whoOf(subjects: readonly string[]): Who {
  const names = [...new Set(subjects)];
  const [first = "", second = ""] = names;
  const listed = names.length <= 3 ? joined(names) : `${first}, ${second} and ${names.length - 2} more`;
  const times = subjects.length > names.length ? ` (${subjects.length} places)` : "";
  return { names: `${listed}${times}`, say: (one, several) => (names.length === 1 ? one : several) };
}

function joined(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

function withoutRepeats(spans: readonly Span[]): Span[] {
  return spans.filter((span, index) => spans.findIndex((other) => isSamePlace(span, other)) === index);
}

export function isSamePlace(a: Span, b: Span): boolean {
  return a.file === b.file && a.start === b.start && a.end === b.end;
}
