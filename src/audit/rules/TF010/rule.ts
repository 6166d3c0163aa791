import type { Severity } from "../../../model/finding.ts";
import type { ProviderFact, Stack } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { cellsOf, toldBy, type PlacedCell } from "../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../occurrences.ts";

export const rule: Rule = {
  id: "TF010",
  name: "provider-without-committed-lock",
  title: "A provider is not fixed by a committed lock file",
  severity: "medium",
  severityNote: "high for the helm and kubernetes providers: another version of them plans releases and workloads anew",
  fix: "none",
  check(audited) {
    const stacks = new Map(audited.repository.stacks.map((stack) => [stack.key, stack]));
    const open = cellsOf(audited, "provider", "terraform").filter(({ cell }) => cell.state === "open");
    return findingsOf("TF010", open.flatMap((placed) => occurrence(placed, stacks.get(placed.row.address))));
  },
};

function occurrence({ row, subject, cell }: PlacedCell, stack: Stack | undefined): Occurrence[] {
  const fact = stack?.providers.find(({ source }) => source === subject.name);
  if (stack === undefined || fact === undefined) return [];
  return [
    {
      subject: row.title,
      address: `${row.address}:${fact.source}`,
      severity: severityOf(fact),
      confidence: "observed",
      place: fact.constraints[0]?.at ?? fact.at,
      from: [...toldBy(cell).at, ...(stack.lock === null ? [] : [stack.lock.at])],
      cells: [{ subject: subject.key, mover: "terraform" }],
      what: (who) => `${who.names}: ${missing(fact, stack)} for the provider ${fact.source}`,
      why: `${toldBy(cell).text}${meaning(fact)}`,
      do: `terraform init, then commit ${stack.key === "." ? "" : `${stack.key}/`}.terraform.lock.hcl   (this is about the provider, not about chart versions)`,
    },
  ];
}

function missing(fact: ProviderFact, { lock }: Stack): string {
  if (lock === null) return "no lock file";
  return lock.tracked === false && fact.locked !== null ? "the lock file is not committed" : "the lock file has no entry";
}

function isOf(name: string, { source }: ProviderFact): boolean {
  return source.endsWith(`/${name}`);
}

function severityOf(fact: ProviderFact): Severity {
  return isOf("helm", fact) || isOf("kubernetes", fact) ? "high" : "medium";
}

function meaning(fact: ProviderFact): string {
  if (isOf("helm", fact)) return "; a new version of it plans every release anew, also those whose chart version is missing";
  return isOf("kubernetes", fact) ? "; a new version of it plans the workloads anew" : "";
}
