import type { LiveOptions } from "../observe/options.ts";

interface RecordOptions {
  /** `-`: standard output. */
  readonly output: string;
  readonly strict?: boolean;
  readonly color: "auto" | "always" | "never";
}

/** Of `holdfast snapshot --local`. */
export interface NodeRecordOptions extends LiveOptions, RecordOptions {
  readonly node?: string;
}

/** Of `holdfast snapshot`. */
export interface ClusterRecordOptions extends Pick<LiveOptions, "kubeconfig" | "context">, RecordOptions {
  readonly openapi: boolean;
}
