import type { ObjectReference, RunningObject } from "../model/running-cluster.ts";
import type { SourceFile } from "../model/source.ts";
import type { FileId, Span } from "../model/span.ts";
import { readManifests, type ReadManifests } from "./manifests/read.ts";
import type { ManifestObject } from "./repository.ts";
import type { Value } from "./value.ts";

/** Objects of a cluster, read as manifests are. */
export interface ServedManifests extends ReadManifests {
  /** In the order of the objects. The ids of the files, which all places point into, go on from `firstFile`. */
  readonly printed: readonly PrintedObject[];
}

/** An object of a cluster as a text, and its value with the places in that text. */
export interface PrintedObject {
  readonly file: SourceFile;
  readonly manifest: ManifestObject;
}

/** Reads objects of a cluster with the code that reads those of a repository. Each is printed, so that it has places. */
export function readServed(objects: readonly RunningObject[], firstFile: FileId): ServedManifests {
  const printed = objects.map((one, index) => printServed(one, firstFile + index));
  return { ...readManifests(printed.map(({ manifest }) => manifest)), printed };
}

/** An object as YAML, a scalar a line. `path`: one that no file has. */
export function printServed(
  { reference, object, redacted }: RunningObject,
  id: FileId,
  path = pathOf(reference),
): PrintedObject {
  const printer = new Printer(id, new Set(redacted));
  const value = printer.print(object);
  const at = value.at[0] ?? { file: id, start: 0, end: 0 };
  return {
    file: { id, path, text: printer.text, tracked: null, object: reference },
    manifest: { value, at, stack: null, address: path, ignoreChanges: [] },
  };
}

function pathOf({ kind, namespace, name }: ObjectReference): string {
  return `cluster:${kind}/${namespace === null ? "" : `${namespace}/`}${name}`;
}

const maximumDepth = 64;
/** UTF-16 units of one object: what is beyond is not told. */
const maximumText = 1024 * 1024;

class Printer {
  text = "";
  readonly #file: FileId;
  readonly #redacted: ReadonlySet<string>;

  constructor(file: FileId, redacted: ReadonlySet<string>) {
    this.#file = file;
    this.#redacted = redacted;
  }

  print(object: unknown): Value {
    return this.#node(object, "", 0);
  }

  /** What stands behind a key or a dash: on the same line where it is a scalar, below it where it is not. */
  #node(node: unknown, pointer: string, depth: number): Value {
    if (this.#redacted.has(pointer)) return this.#unknown("sensitive", "it is a placeholder: the secret was left out");
    if (typeof node !== "object" || node === null) return this.#scalar(node);
    const parts = Array.isArray(node)
      ? node.map((item: unknown, index) => [index, item] as const)
      : Object.entries(node);
    if (parts.length === 0) return this.#empty(Array.isArray(node));
    if (depth === maximumDepth || this.text.length > maximumText)
      return this.#unknown("limit", "the object is too deep or too large to be read as a whole");
    if (depth > 0) this.text += "\n";
    const start = this.text.length;
    const values = parts.map(([key, part]) => {
      this.text += `${"  ".repeat(depth)}${typeof key === "number" ? "-" : `${keyText(key)}:`} `;
      const value = this.#node(
        part,
        `${pointer}/${String(key).replaceAll("~", "~0").replaceAll("/", "~1")}`,
        depth + 1,
      );
      if (!this.text.endsWith("\n")) this.text += "\n";
      return [key, value] as const;
    });
    const at = this.#at(start, this.text.length - 1);
    return Array.isArray(node)
      ? { kind: "list", items: values.map(([, value]) => value), at }
      : { kind: "mapping", entries: new Map(values.map(([key, value]) => [String(key), value])), at };
  }

  #scalar(scalar: unknown): Value {
    const written = JSON.stringify(scalar) ?? "null";
    const at = this.#written(written);
    if (typeof scalar === "string") return { kind: "string", value: scalar, at };
    if (typeof scalar === "boolean") return { kind: "bool", value: scalar, at };
    if (typeof scalar === "number") return { kind: "number", value: scalar, text: written, at };
    return { kind: "null", at };
  }

  #empty(isList: boolean): Value {
    const at = this.#written(isList ? "[]" : "{}");
    return isList ? { kind: "list", items: [], at } : { kind: "mapping", entries: new Map(), at };
  }

  #unknown(code: "sensitive" | "limit", text: string): Value {
    const at = this.#written(code === "sensitive" ? "(redacted)" : "(not read)");
    return { kind: "unknown", reason: { code, text, at }, at };
  }

  #written(text: string): readonly Span[] {
    const start = this.text.length;
    this.text += text;
    return this.#at(start, this.text.length);
  }

  #at(start: number, end: number): readonly Span[] {
    return [{ file: this.#file, start, end, role: "cluster" }];
  }
}

function keyText(key: string): string {
  return /^[A-Za-z][\w./-]*$/.test(key) ? key : JSON.stringify(key);
}
