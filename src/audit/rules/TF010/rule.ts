import type { Severity } from "../../../model/finding.ts";
import type { ProviderFact, Stack } from "../../../repository/repository.ts";
import type { Audited, Rule } from "../../rule.ts";
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
    return findingsOf(
      "TF010",
      audited.repository.stacks.flatMap((stack) => occurrences(stack, openProviders(audited, stack))),
    );
  },
};

interface OpenProvider extends PlacedCell {
  readonly fact: ProviderFact;
}

function openProviders(audited: Audited, { key, providers }: Stack): OpenProvider[] {
  return cellsOf(audited, "provider", "terraform").flatMap((placed) => {
    const fact =
      placed.row.address === key ? providers.find(({ source }) => source === placed.subject.name) : undefined;
    return placed.cell.state === "open" && fact !== undefined ? [{ ...placed, fact }] : [];
  });
}

/** What one lock file would mend is said once for each severity. */
function occurrences(stack: Stack, open: readonly OpenProvider[]): Occurrence[] {
  const groups = Map.groupBy(open, ({ fact }) => `${severityOf(fact)} ${lackOf(fact, stack)}`);
  return [...groups].flatMap(([part, group]) => occurrence(stack, part, group));
}

function occurrence(stack: Stack, part: string, group: readonly OpenProvider[]): Occurrence[] {
  const [first] = group;
  if (first === undefined) return [];
  const { fact, cell, row } = first;
  const sources = group.map((one) => one.fact.source);
  const named = `the provider${sources.length > 1 ? "s" : ""} ${sources.join(", ")}`;
  return [
    {
      subject: row.title,
      address: row.address,
      part,
      severity: severityOf(fact),
      confidence: "observed",
      place: fact.constraints[0]?.at ?? fact.at,
      from: [...group.flatMap((one) => toldBy(one.cell).at), ...(stack.lock === null ? [] : [stack.lock.at])],
      cells: group.map(({ subject }) => ({ subject: subject.key, mover: "terraform" })),
      what: (who) => `${who.names}: ${lacks[lackOf(fact, stack)].replace("NAMED", () => named)}`,
      why: `${toldBy(cell).text}.${severityOf(fact) === "high" ? " Another version of it plans releases and workloads anew." : ""}`,
      do: "terraform init, then commit .terraform.lock.hcl   (this is about the provider, not about chart versions)",
    },
  ];
}

const lacks = {
  "no lock": "no lock file fixes NAMED",
  "no entry": "the lock file has no entry for NAMED",
  "not committed": "the lock file that fixes NAMED is not committed",
};

function lackOf(fact: ProviderFact, { lock }: Stack): keyof typeof lacks {
  if (lock === null) return "no lock";
  return lock.tracked === false && fact.locked !== null ? "not committed" : "no entry";
}

function severityOf({ source }: ProviderFact): Severity {
  return /\/(?:helm|kubernetes)$/.test(source) ? "high" : "medium";
}
