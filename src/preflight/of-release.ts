import type { Finding } from "../model/finding.ts";
import type { PortFinding } from "./ports/port-findings.ts";
import type { Preflighted } from "./preflighted.ts";

/** A finding of a release. One that has no place of its own has that of Helm's record. */
export function ofRelease({ release }: Preflighted, finding: PortFinding): Finding {
  const at = finding.at.length > 0 ? finding.at : [{ file: 0, start: 0, end: 0 }];
  return { ...finding, at, subject: `${release.namespace}/${release.name}`, cells: [] };
}
