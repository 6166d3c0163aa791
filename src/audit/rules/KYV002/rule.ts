import { isKnown } from "../../../model/told.ts";
import type { Row } from "../../matrix.ts";
import type { Comparison } from "../../cluster/comparison.ts";
import { leftBehind, type LeftBehind } from "../../cluster/left-behind.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import type { Rule } from "../../rule.ts";

export const rule: Rule = {
  id: "KYV002",
  name: "keel-annotation-left-behind",
  title: "An object in the cluster keeps an instruction to Keel that nothing writes any more",
  severity: "medium",
  fix: "none",
  check({ repository, rows, comparison }) {
    if (comparison === null) return [];
    const byAddress = new Map(rows.map((row) => [row.address, row]));
    return findingsOf(
      "KYV002",
      leftBehind(repository, comparison).flatMap((one) =>
        occurrence(comparison, byAddress.get(one.owner.id.address), one),
      ),
    );
  },
};

function occurrence(
  { running }: Comparison,
  row: Row | undefined,
  { owner, workload, mark }: LeftBehind,
): Occurrence[] {
  if (row === undefined) return [];
  const { namespace, name } = workload.id;
  const [where, which] = [namespace, name].map((told) => (isKnown(told) ? told.known : "?"));
  const policy = isKnown(mark.policy) ? mark.policy.known : "that could not be told";
  const kind = workload.workloadKind;
  return [
    {
      subject: row.title,
      address: owner.id.address,
      part: `${kind}/${which}`,
      apart: `${kind}/${which}`,
      severity: "medium",
      confidence: "inferred",
      place: owner.at,
      from: mark.at,
      cells: row.subjects.flatMap(({ key, cells }) => (cells.has("keel") ? [{ subject: key, mover: "keel" }] : [])),
      what: () => `${kind} ${where}/${which} keeps Keel's policy ${policy}, which nothing writes any more`,
      why: `neither the repository, nor its chart, nor a policy of the cluster writes it (${running.source}). A policy that only adds leaves it there when it is taken away or changed, and Keel goes by it.`,
      do: `kubectl -n ${where} ${mark.from === "label" ? "label" : "annotate"} ${kind.toLowerCase()}/${which} keel.sh/policy-   or write what is meant into the repository`,
    },
  ];
}
