import { isKnown } from "../../../model/told.ts";
import type { ModuleCall } from "../../../repository/repository.ts";
import type { Rule } from "../../rule.ts";
import { moduleCalls, ofCall, type PlacedCall } from "../../findings/module-calls.ts";
import { toldBy } from "../../matrix-cells.ts";
import { findingsOf, type Occurrence } from "../../findings/occurrences.ts";

export const rule: Rule = {
  id: "TF001",
  name: "registry-module-without-exact-version",
  title: "A module from a registry has no version, or a range",
  severity: "medium",
  fix: "none",
  check(audited) {
    return findingsOf("TF001", moduleCalls(audited).filter(isFloating).map(occurrence));
  },
};

function isFloating({ call, cell }: PlacedCall): boolean {
  return call.source.kind === "registry" && cell.state === "open";
}

function occurrence(placed: PlacedCall): Occurrence {
  const range = rangeOf(placed.call);
  return {
    ...ofCall(placed),
    severity: "medium",
    what: (who) =>
      range === null
        ? `${who.names} ${who.say("has", "have")} no module version`
        : `${who.names} ${who.say("takes", "take")} any module version in "${range}"`,
    why: `${toldBy(placed.cell).text}; the lock file holds providers only.`,
    do: 'version = "<the version you reviewed>"   in the module block',
  };
}

function rangeOf({ version }: ModuleCall): string | null {
  return isKnown(version) ? version.known : null;
}
