import type { ReportProblem } from "./audit-report.ts";
import { compare } from "./order.ts";
import type { Style } from "./style.ts";

/** `path:line: CODE text`, a line each, by path and line; without the line where the whole file is meant. */
export function problemLines(problems: readonly ReportProblem[], style: Style): readonly string[] {
  return problems
    .toSorted((a, b) => compare(a.path, b.path) || lineOf(a) - lineOf(b) || compare(a.code, b.code))
    .map((problem) => {
      const line = problem.place === undefined ? "" : `:${problem.place.line}`;
      return `${style.text(problem.path)}${line}: ${style.text(problem.code)} ${style.text(problem.text)}`;
    });
}

function lineOf(problem: ReportProblem): number {
  return problem.place?.line ?? 0;
}
