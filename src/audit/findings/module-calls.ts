import type { ModuleCall } from "../../repository/repository.ts";
import type { Cell, Subject } from "../matrix.ts";
import type { Audited } from "../rule.ts";
import { cellsOf, toldBy } from "../matrix-cells.ts";
import type { Occurrence } from "./occurrences.ts";

/** A module call with what `terraform init` can do to it. */
export interface PlacedCall {
  readonly call: ModuleCall;
  readonly subject: Subject;
  readonly cell: Cell;
}

export function moduleCalls(audited: Audited): PlacedCall[] {
  const calls = new Map(audited.repository.modules.map((call) => [`module ${call.stack} ${call.address}`, call]));
  return cellsOf(audited, "module", "terraform").flatMap(({ subject, cell }) => {
    const call = calls.get(subject.key);
    return call === undefined ? [] : [{ call, subject, cell }];
  });
}

/** What the findings about a module call have in common. */
export function ofCall({ call, subject, cell }: PlacedCall) {
  return {
    // What Terragrunt fetches has the same address in every unit.
    subject: call.address === "terraform.source" ? call.stack : call.address,
    address: `${call.stack}:${call.address}`,
    confidence: "observed",
    place: call.at,
    from: toldBy(cell).at,
    cells: [{ subject: subject.key, mover: "terraform" }],
  } satisfies Partial<Occurrence>;
}
