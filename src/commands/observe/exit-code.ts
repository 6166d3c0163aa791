import { isOrphaned } from "../../ledger/holders.ts";
import type { Holding } from "../../ledger/holdings.ts";
import { severityOf } from "../../ledger/disagreement.ts";
import type { NodeView } from "../../ledger/node-view.ts";
import { atLeast, type Severity } from "../../model/finding.ts";
import { isKnown } from "../../model/told.ts";
import type { ObserveOptions } from "./options.ts";

type Asked = Pick<ObserveOptions, "failOn" | "strict">;

/**
 * Of those that hold the first: 2 neither runtime nor kernel could be read, 1 the ledgers disagree at least as badly as
 * `--fail-on`, 3 with `--strict` something could not be told, 0.
 */
export function nodeExitCode(view: NodeView, asked: Asked): number {
  const { runtime, kernel } = view.sources;
  if (!isKnown(runtime) && !isKnown(kernel)) return 2;
  const found = view.pods.flatMap(({ disagreements }) => disagreements.map(severityOf));
  return isFound(found, asked) ? 1 : strictly(isInPart(view), asked);
}

/**
 * The same for `ports`, where nothing can be said without the kernel, and what is found is a port that an orphan holds:
 * as bad as an orphan is.
 */
export function portsExitCode(view: NodeView, ports: readonly Holding[], asked: Asked): number {
  if (!isKnown(view.sources.kernel)) return 2;
  const held = ports.flatMap(({ holders }) => holders).filter(({ pod }) => pod !== null && isOrphaned(pod));
  const found = held.map(() => severityOf({ kind: "not-in-api", about: [] }));
  if (isFound(found, asked)) return 1;
  return strictly(isInPart(view) || ports.some(({ verdict }) => verdict === "unknown"), asked);
}

function isFound(severities: readonly Severity[], { failOn }: Asked): boolean {
  return failOn !== "never" && severities.some((severity) => atLeast(severity, failOn));
}

function isInPart({ sources, warnings, pods }: NodeView): boolean {
  const { before, after, runtime, kernel } = sources;
  const told = isKnown(before) && isKnown(after) && isKnown(runtime) && isKnown(kernel);
  return !told || warnings.length > 0 || pods.some(({ standing }) => typeof standing !== "string");
}

function strictly(inPart: boolean, { strict }: Asked): number {
  return inPart && strict === true ? 3 : 0;
}
