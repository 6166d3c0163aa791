import type { JsonObject } from "./json.ts";
import type { RenderedRelease, ReleaseName } from "./rendered-release.ts";
import type { ObjectReference } from "./running-cluster.ts";

/** A revision of a release, as Helm's record of it has it. */
export interface RecordedRelease {
  readonly release: ReleaseName;
  readonly revision: number;
  /** Helm's word: `deployed`, `failed`, … */
  readonly status: string;
  readonly applies: RenderedRelease["applies"];
  readonly chart: RecordedChart;
  /** The values that were given, and not those of the chart. */
  readonly values: JsonObject;
  /** YAML, as Helm rendered it. */
  readonly manifest: string;
  readonly hooks: readonly RenderedHook[];
  readonly record: ObjectReference;
}

/** A hook, as Helm tells of it. */
export interface RenderedHook {
  /** Of its template. */
  readonly path: string;
  readonly manifest: string;
  readonly events: readonly string[];
}

/** A chart as a record has it: without its subcharts, and without the comments of its values. */
export interface RecordedChart {
  readonly name: string;
  readonly version: string;
  readonly metadata: JsonObject;
  /** The values of the chart itself. */
  readonly values: JsonObject;
  /** What its values have to look like, as JSON; `null`: it does not say. */
  readonly schema: string | null;
  /** Paths are hostile. */
  readonly files: readonly { readonly path: string; readonly content: Uint8Array }[];
  /** Names of the subcharts that it asks for, none of which a record has. */
  readonly dependencies: readonly string[];
}
