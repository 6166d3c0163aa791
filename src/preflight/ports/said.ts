import type { Pointer } from "../../model/json.ts";
import type { Transport } from "../../model/ledger.ts";
import type { BindAddress, ClaimSource, UntoldPort } from "../../model/port-claim.ts";

/** What one place of a pod says of one port. */
export interface Said {
  readonly from: ClaimSource["from"];
  readonly container: string | null;
  readonly name: string;
  readonly pointer: Pointer;
  readonly address: BindAddress;
  readonly port: number;
  /** `null`: it does not say; TCP, as nearly all do. */
  readonly transport: Transport | null;
}

/** What places of one sort say together. */
export interface Sayings {
  readonly said: readonly Said[];
  readonly untold: readonly UntoldPort[];
}

export const nothing: Sayings = { said: [], untold: [] };

export function together(sayings: readonly Sayings[]): Sayings {
  return { said: sayings.flatMap(({ said }) => said), untold: sayings.flatMap(({ untold }) => untold) };
}
