import type { ApiLedger } from "../../model/ledger.ts";

interface RecordedList {
  readonly reading: ApiLedger["reading"];
  readonly servedAt?: ApiLedger["servedAt"] | undefined;
}

/**
 * When the API server answered a list, by its own clock. One that was recorded before that was written down has the recorder's clock alone: by that
 * it is shown, and nothing is done by a snapshot.
 */
export function servedAtOf({ reading, servedAt }: RecordedList): ApiLedger["servedAt"] {
  return servedAt === undefined ? reading.at : servedAt;
}
