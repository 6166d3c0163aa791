import type { Said } from "../../../model/node-actor.ts";
import type { Reason, ReasonCode } from "../../../model/told.ts";

/** A guard said no, and nothing was done. Thrown inside of this folder, and made into an answer at its edge. */
export class Refused extends Error {
  readonly reason: Reason;

  constructor(code: ReasonCode, text: string, supply?: string) {
    super(text);
    this.reason = { code, text, at: [], ...(supply === undefined ? {} : { supply }) };
  }
}

/**
 * What came of an act: `done`, `refused` by a guard, or `failed` with the words of the system. `act` gives what went
 * wrong, or `null`.
 */
export function saying(act: () => string | null): Said {
  try {
    const text = act();
    return text === null ? { said: "done" } : { said: "failed", text };
  } catch (error) {
    if (error instanceof Refused) return { said: "refused", reason: error.reason };
    return { said: "failed", text: systemText(error) };
  }
}

/** `EBUSY: resource or device busy, write`. */
export function systemText(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 300) : "an error without a word on it";
}
