import type { SourceFile } from "../../../model/source.ts";
import { decidedBy, decidersOf } from "../../provenance.ts";
import { normalized } from "../../value-conversion.ts";
import { makeSet } from "../../value-conversion.ts";
import type { StringValue, UnknownValue, Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { mappingOf, textOf } from "./arguments.ts";
import { anything, computed, textParameter, type CallContext, type TofuFunction } from "./function.ts";

export const files: Readonly<Record<string, TofuFunction>> = {
  file: { parameters: [textParameter], call: file },
  fileexists: { parameters: [textParameter], call: fileExists },
  fileset: { parameters: [textParameter, textParameter], call: fileSet },
  templatefile: { parameters: [textParameter, anything], call: templateFile },
  basename: pathFunction(basename),
  dirname: pathFunction(dirname),
};

function pathFunction(change: (path: string) => string): TofuFunction {
  return {
    parameters: [textParameter],
    call: (args, context) => ({ kind: "string", value: change(textOf(args[0])), at: computed(context, args) }),
  };
}

function basename(path: string): string {
  if (path === "") return ".";
  const stripped = path.replace(/\/+$/, "");
  return stripped === "" ? "/" : stripped.slice(stripped.lastIndexOf("/") + 1);
}

function dirname(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf("/") + 1));
}

function cleanPath(path: string): string {
  const isAbsolute = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  const joined = parts.join("/");
  return isAbsolute ? `/${joined}` : joined === "" ? "." : joined;
}

function file(args: readonly Value[], context: CallContext): Value {
  const opened = open(args, context);
  if ("kind" in opened) return opened;
  const value = normalized(opened.text);
  const span = { file: opened.id, start: 0, end: opened.text.length };
  const at = [...decidersOf(args.slice(0, 1)), span];
  const result: StringValue = { kind: "string", value, at };
  return value === opened.text ? { ...result, pieces: [{ text: value, span }] } : result;
}

function open(args: readonly Value[], context: CallContext): SourceFile | UnknownValue {
  const path = textOf(args[0]);
  if (path.startsWith("~"))
    throw new NotToldError("environment", "a path from the home directory depends on where it runs");
  const opened = context.scope.open(path);
  return "kind" in opened ? { ...opened, at: computed(context, args) } : opened;
}

/** Only presence is told: what is absent here may be made before OpenTofu runs. */
function fileExists(args: readonly Value[], context: CallContext): Value {
  const opened = open(args, context);
  return "kind" in opened ? opened : { kind: "bool", value: true, at: computed(context, args) };
}

function fileSet(args: readonly Value[], context: CallContext): Value {
  const directory = textOf(args[0]);
  const pattern = textOf(args[1]);
  const found = context.scope.list(directory);
  if (found === null)
    throw new NotToldError("file-not-in-repository", "the directory of fileset() is not in the repository");
  const matches = globMatcher(cleanPath(pattern));
  context.spend(found.length);
  const at = computed(context, args);
  const items = found
    .filter((path) => matches.test(path))
    .map((path): Value => ({ kind: "string", value: normalized(path), at }));
  return makeSet(items, "string", at);
}

/** `*`, `?` and `**` between slashes; other forms are not read. */
function globMatcher(pattern: string): RegExp {
  if (/[[\]{}\\!]/.test(pattern) || pattern.startsWith("..") || pattern.length > 300 || pattern.split("*").length > 8) {
    throw new NotToldError("limit", "a pattern of this form is not matched here");
  }
  const parts = pattern.split("/").map((part) => {
    if (part === "**") return undefined;
    if (part.includes("**")) throw new NotToldError("limit", "a pattern of this form is not matched here");
    return part
      .replace(/[.+^$()|]/g, "\\$&")
      .replaceAll("*", "[^/]*")
      .replaceAll("?", "[^/]");
  });
  let source = "";
  parts.forEach((part, index) => {
    const isLast = index === parts.length - 1;
    if (part === undefined) source += isLast ? ".*" : "(?:[^/]+/)*";
    else source += isLast ? part : `${part}/`;
  });
  return new RegExp(`^${source}$`);
}

function templateFile(args: readonly Value[], context: CallContext): Value {
  const opened = open(args, context);
  if ("kind" in opened) return opened;
  const names = mappingOf(args[1]);
  for (const name of names.entries.keys()) {
    if (!/^[\p{ID_Start}_][\p{ID_Continue}-]*$/u.test(name))
      throw new EvaluationError("a template variable has no valid name");
  }
  const rest: UnknownValue | undefined = names.rest && { kind: "unknown", reason: names.rest, at: names.at };
  return decidedBy(decidersOf(args.slice(0, 1)), context.render(opened, names.entries, rest));
}
