import type { ClusterRecording } from "../../snapshot/record/cluster.ts";
import type { LiveOptions, nodeFormats, ReaderPodOptions } from "../observe/options.ts";

interface RecordOptions {
  /** `-`: standard output. */
  readonly output: string;
  readonly strict?: boolean;
  readonly color: "auto" | "always" | "never";
}

/** Of `holdfast snapshot show`. */
export interface ShowOptions extends Pick<RecordOptions, "color"> {
  readonly output: (typeof nodeFormats)[number];
}

/** Of `holdfast snapshot --local`. */
export interface NodeRecordOptions extends LiveOptions, RecordOptions {
  readonly node?: string;
}

/** Of `holdfast snapshot`. */
export interface ClusterRecordOptions extends ClusterOptions, RecordOptions {
  readonly openapi: boolean;
}

/** A cluster, and which of its nodes are read too. */
export interface ClusterOptions extends Pick<LiveOptions, "kubeconfig" | "context">, Partial<ReaderPodOptions> {
  readonly nodes?: NonNullable<ClusterRecording["nodes"]>["names"];
}
