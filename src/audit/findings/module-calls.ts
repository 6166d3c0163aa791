import type { DeclaredRelease } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import type { ModuleCall, Repository } from "../../repository/repository.ts";
import type { Cell, Subject } from "../matrix.ts";
import type { Audited } from "../rule.ts";
import { cellsOf, toldBy } from "../matrix-cells.ts";
import type { Occurrence } from "./occurrences.ts";

/** The call of a module, as findings about what is in the module name it. */
export interface ModuleCaller {
  readonly at: Span;
  readonly name: string;
}

/** The call that a release's own module was called by; `null` for a release of the root, and where it is not found. */
export function callOf(repository: Repository, { id, stack }: DeclaredRelease): ModuleCaller | null {
  const steps = [
    ...id.address.slice(stack.length + 1).matchAll(/module\.([\w-]+)(?:\["(?:[^"\\]|\\.)*"\]|\[\w+\]|\[\?\])?\./gy),
  ];
  let directory = stack;
  let found: ModuleCaller | null = null;
  for (const [, name = ""] of steps) {
    const address = `module.${name}`;
    const call = repository.modules.find((one) => one.stack === directory && one.address === address);
    if (call === undefined) return null;
    found = { at: call.at, name: address };
    directory = call.source.kind === "local" ? call.source.path : "";
  }
  return found;
}

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
