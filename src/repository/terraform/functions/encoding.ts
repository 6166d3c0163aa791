import { createHash } from "node:crypto";
import { decidedBy, decidersOf } from "../../provenance.ts";
import { sortedEntries, tupleValue, unknownLike, whyUnknown } from "../../value-tree.ts";
import { orderedItems, text } from "../../value-conversion.ts";
import type { Value } from "../../value.ts";
import { EvaluationError, NotToldError } from "../evaluation-error.ts";
import { decodeJson } from "../json-decode.ts";
import { encodeJson } from "../json-encode.ts";
import { placeText } from "../placed-text.ts";
import { decodeYamlText } from "../yaml-decode.ts";
import { encodeYaml } from "../yaml-encode.ts";
import { textOf } from "./arguments.ts";
import { anyValue, computed, textParameter, type CallContext, type TofuFunction } from "./function.ts";

export const encoding: Readonly<Record<string, TofuFunction>> = {
  jsonencode: { parameters: [anyValue], call: (args, context) => encode(args, context, encodeJson) },
  yamlencode: { parameters: [anyValue], call: (args, context) => encode(args, context, encodeYaml) },
  jsondecode: {
    parameters: [{ type: "string", allowUnknown: true }],
    call: (args, context) => decode(args, context, "json"),
  },
  yamldecode: {
    parameters: [{ type: "string", allowUnknown: true }],
    call: (args, context) => decode(args, context, "yaml"),
  },
  base64encode: digest((value) => Buffer.from(value, "utf8").toString("base64")),
  base64decode: digest(base64Decode),
  urlencode: digest(urlEncode),
  md5: digest((value) => createHash("md5").update(value).digest("hex")),
  sha1: digest((value) => createHash("sha1").update(value).digest("hex")),
  sha256: digest((value) => createHash("sha256").update(value).digest("hex")),
  sha512: digest((value) => createHash("sha512").update(value).digest("hex")),
  base64sha256: digest((value) => createHash("sha256").update(value).digest("base64")),
  base64sha512: digest((value) => createHash("sha512").update(value).digest("base64")),
};

function digest(make: (value: string) => string): TofuFunction {
  return { parameters: [textParameter], call: (args, context) => text(make(textOf(args[0])), computed(context, args)) };
}

function base64Decode(value: string): string {
  const plain = value.replace(/[\r\n]/g, "");
  if (plain.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) throw new EvaluationError("not base64");
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(plain, "base64"));
  } catch {
    throw new EvaluationError("base64 of something that is not text");
  }
}

function urlEncode(value: string): string {
  return encodeURIComponent(value)
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** The tree stays with its text, so that its parts keep their places. */
function encode(args: readonly Value[], context: CallContext, write: (value: Value) => string): Value {
  const [tree] = args;
  if (tree === undefined) throw new EvaluationError("a value is required");
  const at = computed(context, args);
  const reason = whyUnknown(tree);
  if (reason !== undefined) return { kind: "unknown", reason, type: "string", encodes: tree, at };
  try {
    return { ...text(write(tree), at), encodes: tree };
  } catch (error) {
    if (!(error instanceof NotToldError)) throw error;
    return {
      kind: "unknown",
      reason: { code: error.code, text: error.message, at: [context.place] },
      type: "string",
      encodes: tree,
      at,
    };
  }
}

function decode(args: readonly Value[], context: CallContext, format: "json" | "yaml"): Value {
  const [given] = args;
  if (given?.kind !== "string" && given?.kind !== "unknown") throw new EvaluationError("text is required");
  if (given.encodes !== undefined) return decoded(given.encodes);
  context.spend(given.kind === "string" ? given.value.length >> 4 : 0);
  const open = (): Value =>
    unknownLike(given.kind === "unknown" ? given.reason : { code: "limit", text: "", at: [] }, computed(context, args));
  if (given.kind === "unknown" && (given.pieces === undefined || format === "json")) return open();
  // Whoever replaces the text replaces all that it says.
  const deciders = decidersOf([given]);
  if (format === "yaml") return decidedBy(deciders, decodeYamlText(given));
  const placed = placeText(given, () => "");
  return placed === undefined ? open() : decidedBy(deciders, decodeJson(placed));
}

/** What a tree becomes by being written and read again: collections of one type become written ones. */
function decoded(tree: Value): Value {
  switch (tree.kind) {
    case "list":
      return tupleValue(orderedItems(tree).map(decoded), tree.at);
    case "mapping": {
      const entries = new Map(sortedEntries(tree).map(([key, entry]) => [key, decoded(entry)]));
      return { kind: "mapping", of: "object", entries, ...(tree.rest && { rest: tree.rest }), at: tree.at };
    }
    case "null":
      return { kind: "null", at: tree.at };
    case "number": {
      const { precision: _, ...written } = tree;
      return written;
    }
    case "unknown":
      return unknownLike(tree.reason, tree.at);
    default:
      return tree;
  }
}
