import type { Span } from "./span.ts";

/**
 * Something that was not read, or only in part. The rest of the work goes on; `--strict` turns any of
 * these into exit code 3. `code` is stable and documented in docs/problems.md.
 */
export interface Problem {
  readonly code: ProblemCode;
  /** Relative path; hostile, never printed raw. */
  readonly path: string;
  /** One plain sentence: what is wrong, and what was left out because of it. */
  readonly text: string;
  readonly at?: Span;
}

type ProblemCode =
  | "READ001" // over the size cap
  | "READ002" // not valid UTF-8, or binary
  | "READ003" // encrypted (SOPS, git-crypt)
  | "READ004" // no permission, or vanished
  | "READ005" // a link that leaves the repository or loops
  | "READ009" // a git submodule or nested repository
  | "HCL001" // syntax error in HCL
  | "HCL002" // nested too deeply
  | "HCL003" // module calls in a circle, or too many of them
  | "HCL004" // declared twice
  | "HCL005" // a local module that is not there, or outside of what is read
  | "YAML001" // syntax error in YAML or JSON
  | "YAML002" // nested too deeply, or too many aliases or documents
  | "STATE001" // a state or plan file that could not be read
  | "STATE002" // a plan that fits no stack, or several alike
  | "CLUSTER001" // something of the cluster to compare with that could not be read
  | "GIT001"; // git could not be asked
