import type { Severity } from "../../../model/finding.ts";
import type { ProviderFact, Stack } from "../../../repository/repository.ts";
import type { Audited, Rule } from "../../rule.ts";
import { lockHold } from "../../lock-file.ts";
import { cellsOf, toldBy, type PlacedCell } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";
import { nearestConstraint } from "./nearest-constraint.ts";

export const rule: Rule = {
  id: "TF010",
  name: "provider-without-committed-lock",
  title: "A provider is not fixed by a committed lock file",
  severity: "medium",
  severityNote: "high for the helm and kubernetes providers: another version of them plans releases and workloads anew",
  fix: "none",
  check(audited) {
    const open = Map.groupBy(openProviders(audited), ({ stack }) => stack);
    return findingsOf(
      "TF010",
      [...open].flatMap(([stack, group]) => occurrences(audited, stack, group)),
    );
  },
};

interface OpenProvider extends PlacedCell {
  readonly stack: Stack;
  readonly fact: ProviderFact;
  readonly lack: keyof typeof lacks;
}

function openProviders(audited: Audited): OpenProvider[] {
  const stacks = new Map(audited.repository.stacks.map((stack) => [stack.key, stack]));
  return cellsOf(audited, "provider", "terraform").flatMap((placed) => {
    const stack = stacks.get(placed.row.address);
    const fact = stack?.providers.find(({ source }) => source === placed.subject.name);
    if (stack === undefined || fact === undefined || placed.cell.state !== "open") return [];
    const hold = lockHold(fact, stack);
    return hold.holds === "no" ? [{ ...placed, stack, fact, lack: hold.lack }] : [];
  });
}

/** What one lock file would mend is said once for each severity. */
function occurrences(audited: Audited, stack: Stack, open: readonly OpenProvider[]): Occurrence[] {
  const groups = Map.groupBy(open, ({ fact, lack }) => `${severityOf(fact)} ${lack}`);
  return [...groups].flatMap(([part, group]) => occurrence(audited, stack, part, group));
}

function occurrence(audited: Audited, stack: Stack, part: string, group: readonly OpenProvider[]): Occurrence[] {
  const [first] = group;
  if (first === undefined) return [];
  const { fact, cell, row } = first;
  const sources = group.map((one) => one.fact.source);
  const named = `the provider${sources.length > 1 ? "s" : ""} ${sources.join(", ")}`;
  const lack = lacks[first.lack];
  return [
    {
      subject: row.title,
      address: row.address,
      part,
      severity: severityOf(fact),
      confidence: "observed",
      place:
        nearestConstraint(
          audited.repository,
          stack,
          group.map((one) => one.fact),
        ) ?? fact.at,
      from: [...group.flatMap((one) => toldBy(one.cell).at), ...(stack.lock === null ? [] : [stack.lock.at])],
      cells: group.map(({ subject }) => ({ subject: subject.key, mover: "terraform" })),
      what: (who) =>
        `${who.names}: ${who.say(
          lack.replace("NAMED", () => named),
          lack.replace("NAMED", "their providers"),
        )}`,
      why: `${toldBy(cell).text}.${severityOf(fact) === "high" ? " Another version of it plans releases and workloads anew." : ""}`,
      do: `${first.lack === "passed over" ? "take -upgrade out of the arguments of init" : "terraform init, then commit .terraform.lock.hcl"}   (this is about the provider, not about chart versions)`,
    },
  ];
}

const lacks = {
  "no lock": "no lock file fixes NAMED",
  "no entry": "the lock file has no entry for NAMED",
  "not committed": "the lock file that fixes NAMED is not committed",
  "passed over": "init runs with -upgrade, which passes over the lock file that fixes NAMED",
};

function severityOf({ source }: ProviderFact): Severity {
  return /\/(?:helm|kubernetes)$/.test(source) ? "high" : "medium";
}
