import type { Span } from "../model/span.ts";
import type { Reason, Told } from "../model/told.ts";

/**
 * The matrix of audit: who can move it (movers), and what holds it (holds), cell by cell. Only what the
 * mover itself enforces is `held`; what a habit or another program enforces is `conditional`.
 */
export type Cell = Answer & {
  /**
   * What else answers for the mover, where several do, and would still stand without this: another policy that
   * reaches it, or, beside what holds, something else that has to hold. At most 50. Not given: nothing.
   */
  readonly also?: readonly Answer[];
};

/** What one thing has to say for a mover. */
export type Answer =
  | {
      readonly state: "open";
      readonly trigger: string;
      readonly republish: boolean;
      readonly note: string;
      readonly at: readonly Span[];
      /** Of Keel's policy, which is the note: whether only the same tag counts. Not given: not written, or not Keel's. */
      readonly matchTag?: Told<boolean>;
    }
  | {
      readonly state: "conditional";
      readonly on: string;
      readonly note: string;
      readonly at: readonly Span[];
      /** The hold that the repository has and the cluster has not, and where it is missing. Not given: none is. */
      readonly lost?: { readonly hold: HoldKind; readonly where: "policy" | "object" };
    }
  | { readonly state: "unknown"; readonly why: Reason }
  | {
      readonly state: "held";
      readonly by: HoldKind;
      readonly detail: string;
      readonly note: string;
      readonly at: readonly Span[];
    }
  | { readonly state: "unreached"; readonly detail: string };

/** What holds: the word that the table prints. */
type HoldKind =
  | "pin" // an exact version
  | "digest"
  | "local" // the content is in the repository
  | "url" // an archive by its URL
  | "lock" // .terraform.lock.hcl
  | "excl." // an exclusion in an injecting policy
  | "never" // Keel policy never
  | "approval" // Keel asks people first
  | "review" // a bot that opens pull requests and merges none
  | "plan error"; // Terraform, its provider or Helm refuses before anything moves

type CellState = Cell["state"];

export const movers = [
  { id: "terraform", title: "terraform", subjects: ["chart", "module", "provider"] },
  { id: "bot", title: "bot", subjects: ["chart", "image", "module", "provider"] },
  { id: "keel", title: "keel", subjects: ["image"] },
  { id: "chart-republish", title: "chart repo", subjects: ["chart"] },
  { id: "image-republish", title: "registry", subjects: ["image"] },
  { id: "kubelet", title: "kubelet", subjects: ["image"] },
] as const satisfies readonly { id: string; title: string; subjects: readonly SubjectKind[] }[];

export type MoverId = (typeof movers)[number]["id"];
export type SubjectKind = "chart" | "image" | "module" | "provider";

/** One thing that can move. */
export interface Subject {
  /** Unique and stable: `chart <address>`, `image <address> <path>`, `module <stack> <address>`, `provider <stack> <source>`. */
  readonly key: string;
  readonly kind: SubjectKind;
  /** For people. */
  readonly name: string;
  /** What it is at now, as far as told: version, tag, digest, ref. */
  readonly current: string | null;
  readonly at: Span;
  readonly cells: ReadonlyMap<MoverId, Cell>;
}

/** One row of the report: a release, a workload outside any release, or a stack (its modules and providers). */
export interface Row {
  readonly kind: "release" | "workload" | "stack";
  /** `namespace/name`, or the stack's directory. */
  readonly title: string;
  readonly address: string;
  readonly cluster: string | null;
  readonly at: Span;
  /** Where a plan tells of a release whose module is not in the repository. Not given: the repository declares it. */
  readonly plan?: Span;
  readonly subjects: readonly Subject[];
  readonly standing: Standing;
}

/**
 * `moves`: an open cell that needs no re-push under the same name. `exclusion`: nothing moves it, but Keel is
 * kept away by an exclusion only. `republish`: only a re-push under the same version or tag. `unknown`: a
 * cell that the repository should have told. `conditional`; `held`.
 *
 * Images that only the rendered chart would tell do not count: they would make every release unknown. So `held` can mean
 * that the chart is held and its images were not told. Reports then say that in words, and mark the row ◐, not ✔.
 */
export type Standing = "moves" | "unknown" | "conditional" | "republish" | "exclusion" | "held";

/** Key of a cell in maps by subject key and mover. */
export function cellKey(subject: string, mover: string): string {
  return `${subject}\u0000${mover}`;
}

const cellOrder: readonly CellState[] = ["open", "unknown", "conditional", "held", "unreached"];

/** Most alarming first; an open cell that only a re-push uses comes after the other open ones. */
export function cellRank(cell: Answer): number {
  return cellOrder.indexOf(cell.state) * 2 + (cell.state === "open" && cell.republish ? 1 : 0);
}

/** The most alarming of several cells, the first of equals. The list must not be empty. */
export function worstCell(cells: readonly Cell[]): Cell {
  return cells.reduce((worst, cell) => (cellRank(cell) < cellRank(worst) ? cell : worst));
}

/** Other answers that a cell keeps: beyond these nobody reads on. */
const maximumAlso = 50;

/** The cell of one mover for which several things answer: the worst decides and names the others. Not of an empty list. */
export function decidingCell(cells: readonly Cell[]): Cell {
  const worst = worstCell(cells);
  const isHeld = worst.state === "held";
  const told = new Set([tellingOf(worst)]);
  const also: Answer[] = [];
  for (const cell of cells.toSorted((a, b) => cellRank(a) - cellRank(b))) {
    if (cell.state === "unreached" || (cell.state === "held") !== isHeld) continue;
    const telling = tellingOf(cell);
    if (told.has(telling)) continue;
    told.add(telling);
    also.push(cell);
    if (also.length === maximumAlso) break;
  }
  return also.length === 0 ? worst : { ...worst, also };
}

function tellingOf(answer: Answer): string {
  return `${answer.state} ${sentenceOf(answer).text}`;
}

/** The sentence that one answer has to say, and the places it points at. */
export function sentenceOf(answer: Answer): { readonly text: string; readonly at: readonly Span[] } {
  switch (answer.state) {
    case "open":
      return { text: answer.trigger, at: answer.at };
    case "conditional":
      return { text: answer.on, at: answer.at };
    case "held":
      return { text: answer.detail, at: answer.at };
    case "unknown":
      return { text: answer.why.text, at: answer.why.at };
    case "unreached":
      return { text: answer.detail, at: [] };
  }
}

/** All the answers of a cell, the one that decides first. */
export function answersOf(cell: Cell): readonly Answer[] {
  return [cell, ...(cell.also ?? [])];
}

/** True where the repository could have told, and did not: a chart that nobody rendered is said once, apart. */
function isOpenQuestion(cell: Cell): boolean {
  return cell.state === "unknown" && cell.why.code !== "chart-not-rendered";
}

/** Where a row stands: the worst of its cells decides. */
export function standingOf(subjects: readonly Subject[]): Standing {
  const cells = subjects.flatMap((subject) => [...subject.cells.values()]);
  if (cells.some((cell) => cell.state === "open" && !cell.republish)) return "moves";
  if (cells.some(isOpenQuestion)) return "unknown";
  if (cells.some(({ state }) => state === "conditional")) return "conditional";
  if (cells.some((cell) => cell.state === "held" && cell.by === "excl.")) return "exclusion";
  return cells.some(({ state }) => state === "open") ? "republish" : "held";
}
