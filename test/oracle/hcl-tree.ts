import type { Body, Expression, TemplatePart } from "../../src/repository/hcl/syntax.ts";

/** A body as test/oracle/hcl/main.go prints what HCL read: items in the order of the text, with places in bytes. */
export function bodyTree(body: Body, text: string): string {
  const bytes = byteOffsets(text);
  const print = ({ attributes, blocks }: Body): string =>
    [
      ...attributes.map(({ start, name, nameEnd, value }) => ({
        start,
        line: `${name}:${bytes(start)}-${bytes(nameEnd)}-${bytes(value.start)}-${bytes(value.end)} ${tree(value)}`,
      })),
      ...blocks.map(({ start, end, type, labels, body: inner }) => ({
        start,
        line: `${[`${type}:${bytes(start)}-${bytes(end)}`, ...labels.map(quoted)].join(" ")} <${print(inner)}>`,
      })),
    ]
      .toSorted((a, b) => a.start - b.start)
      .map(({ line }) => line)
      .join("\n");
  return print(body);
}

/** An expression in the form of test/oracle/hcl/main.go. */
export function tree(e: Expression): string {
  switch (e.kind) {
    case "literal":
      return e.value === Infinity ? "infinite" : JSON.stringify(e.value);
    case "template":
      return `(t ${partTrees(e.parts)})`;
    case "variable":
      return e.name === "" ? "_" : e.name;
    case "get":
      return `(. ${tree(e.object)} ${e.name})`;
    case "index":
      return `(@ ${tree(e.object)} ${keyTree(e.key)})`;
    case "splat":
      return `(${e.attributeOnly ? ".*" : "[*]"} ${tree(e.object)} ${tree(e.each)})`;
    case "call":
      return `(${["call", e.name, ...e.args.map(tree), ...(e.expandLast ? ["..."] : [])].join(" ")})`;
    case "conditional":
      return `(? ${tree(e.condition)} ${tree(e.then)} ${tree(e.otherwise)})`;
    case "unary":
      return `(${e.operator} ${tree(e.operand)})`;
    case "binary":
      return `(${e.operator} ${tree(e.left)} ${tree(e.right)})`;
    case "tuple":
      return `[${e.items.map((item) => ` ${tree(item)}`).join("")}]`;
    case "object":
      return `{${e.items.map(({ key, value }) => ` ${tree(key)}=${tree(value)}`).join("")}}`;
    case "for": {
      const key = e.key === null ? "" : `${tree(e.key)}=> `;
      const condition = e.condition === null ? "" : ` if ${tree(e.condition)}`;
      const grouped = e.grouped ? " ..." : "";
      return `(for ${e.keyName ?? ""} ${e.valueName} ${tree(e.collection)} ${key}${tree(e.value)}${condition}${grouped})`;
    }
    case "parenthesis":
      return `(p ${tree(e.inner)})`;
    case "invalid":
      return "INVALID";
  }
}

/** HCL makes a key that is a plain text part of the traversal. */
function keyTree(key: Expression): string {
  if (key.kind !== "template") return tree(key);
  const texts = key.parts.map((part) => (part.kind === "text" ? part.text : undefined));
  return texts.includes(undefined) ? tree(key) : quoted(texts.join(""));
}

/** Neighbouring texts as one, as both parsers cut them where it suits them. */
function partTrees(parts: readonly TemplatePart[]): string {
  const out: string[] = [];
  let text = "";
  const flush = (): void => {
    if (text !== "") out.push(quoted(text));
    text = "";
  };
  for (const part of parts) {
    if (part.kind === "text") {
      text += part.text;
      continue;
    }
    flush();
    out.push(sequenceTree(part));
  }
  flush();
  return out.join(" ");
}

function sequenceTree(part: Exclude<TemplatePart, { kind: "text" }>): string {
  switch (part.kind) {
    case "interpolation":
      return `\${${tree(part.expression)}}`;
    case "if":
      return `(%if ${tree(part.condition)} [${partTrees(part.then)}] [${partTrees(part.otherwise)}])`;
    case "for":
      return `(%for ${part.keyName ?? ""} ${part.valueName} ${tree(part.collection)} [${partTrees(part.body)}])`;
  }
}

/** As Go writes JSON. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}

/** From UTF-16 units to bytes of UTF-8. */
function byteOffsets(text: string): (offset: number) => number {
  const offsets = [0];
  let bytes = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    for (let unit = 0; unit < character.length; unit++) offsets.push(bytes);
  }
  return (offset) => offsets[offset] ?? Number.NaN;
}
