import type { SourceFile } from "../../model/source.ts";
import type { Reason } from "../../model/told.ts";
import { resolvePath } from "../paths.ts";
import type { Sources } from "../sources.ts";
import { unknownValue } from "../value-tree.ts";
import type { UnknownValue, Value } from "../value.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Module, PlacedBlock } from "./module.ts";

/** What a module instance needs besides its module: the repository and the stack. */
export interface Surroundings {
  readonly sources: Sources;
  /** Directory of the stack: relative paths in functions start here. */
  readonly stackDirectory: string;
  /** The module of a call, or why it cannot be told. */
  moduleOf(call: PlacedBlock, caller: Caller): Module | Reason;
  /** What a plan says of a data source, by address. */
  data(address: string): Value | undefined;
}

export type Caller = Evaluator & { readonly module: Module };

/** Where the values of a root module's variables come from besides their defaults, strongest first. */
export interface RootInputs {
  /** Value of a variable, or `undefined` where this source says nothing of it. */
  valueOf(name: string): Value | undefined;
}

/** The file that `file()` reads in a stack, or why it cannot be read. */
export function openFrom({ sources, stackDirectory }: Surroundings, path: string): SourceFile | UnknownValue {
  const resolved = resolvePath(stackDirectory, path);
  const opened = resolved === null ? undefined : sources.open(resolved);
  if (opened === undefined) return unknownValue("file-not-in-repository", "the file is not in the repository");
  if (!("code" in opened)) return opened;
  return unknownValue(opened.code === "READ003" ? "encrypted" : "file-unreadable", opened.text);
}

/** Paths below a directory, from it, as `fileset()` wants them; `null` where there are none. */
export function listFrom({ sources, stackDirectory }: Surroundings, directory: string): readonly string[] | null {
  const resolved = resolvePath(stackDirectory, directory);
  if (resolved === null) return null;
  const prefix = resolved === "." ? "" : `${resolved}/`;
  const found = [...sources.entries.keys()].filter((path) => path.startsWith(prefix));
  return found.length === 0 ? null : found.map((path) => path.slice(prefix.length));
}
