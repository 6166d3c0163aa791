import type { LiveOptions } from "../observe/options.ts";

/** What `holdfast snapshot` is asked. */
export interface RecordOptions extends LiveOptions {
  /** A path; `-`: standard output. */
  readonly output: string;
  readonly node?: string;
  readonly strict?: boolean;
  readonly color: "auto" | "always" | "never";
}
