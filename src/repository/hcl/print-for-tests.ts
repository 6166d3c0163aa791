import type { Body, Expression, TemplatePart } from "./syntax.ts";

/** One expression as an S-expression without ranges; texts of a template stay apart. */
export function printed(e: Expression): string {
  switch (e.kind) {
    case "literal":
      return e.text;
    case "template":
      return `(${["t", ...e.parts.map(printedPart)].join(" ")})`;
    case "variable":
      return e.name === "" ? "_" : e.name;
    case "get":
      return `(. ${printed(e.object)} ${e.name})`;
    case "index":
      return `(at ${printed(e.object)} ${printed(e.key)})`;
    case "splat":
      return `(${e.attributeOnly ? ".*" : "[*]"} ${printed(e.object)} ${printed(e.each)})`;
    case "call":
      return `(${[`call ${e.name}`, ...e.args.map(printed)].join(" ")}${e.expandLast ? " ..." : ""})`;
    case "conditional":
      return `(? ${printed(e.condition)} ${printed(e.then)} ${printed(e.otherwise)})`;
    case "unary":
      return `(${e.operator} ${printed(e.operand)})`;
    case "binary":
      return `(${e.operator} ${printed(e.left)} ${printed(e.right)})`;
    case "tuple":
      return `[${e.items.map(printed).join(" ")}]`;
    case "object":
      return `{${e.items.map(({ key, value }) => `${printed(key)}=${printed(value)}`).join(" ")}}`;
    case "for": {
      const names = [e.keyName, e.valueName].filter((name) => name !== null).join(",");
      const key = e.key === null ? "" : `${printed(e.key)} => `;
      const condition = e.condition === null ? "" : ` if ${printed(e.condition)}`;
      return `(for ${names} ${printed(e.collection)} ${key}${printed(e.value)}${e.grouped ? " ..." : ""}${condition})`;
    }
    case "parenthesis":
      return `(p ${printed(e.inner)})`;
    case "invalid":
      return "INVALID";
  }
}

/** A body with attributes and blocks in the order of the text. */
export function printedBody(body: Body): string {
  const items = [
    ...body.attributes.map(({ start, name, value }) => ({ start, text: `${name}=${printed(value)}` })),
    ...body.blocks.map(({ start, type, labels, body: inner }) => ({
      start,
      text: `${[type, ...labels.map((label) => JSON.stringify(label))].join(" ")} {${printedBody(inner)}}`,
    })),
  ];
  return items
    .toSorted((a, b) => a.start - b.start)
    .map(({ text }) => text)
    .join("; ");
}

function printedPart(part: TemplatePart): string {
  switch (part.kind) {
    case "text":
      return JSON.stringify(part.text);
    case "interpolation":
      return `\${${printed(part.expression)}}`;
    case "if":
      return `(if ${printed(part.condition)} ${printedList(part.then)} ${printedList(part.otherwise)})`;
    case "for": {
      const names = [part.keyName, part.valueName].filter((name) => name !== null).join(",");
      return `(for ${names} ${printed(part.collection)} ${printedList(part.body)})`;
    }
  }
}

function printedList(parts: readonly TemplatePart[]): string {
  return `[${parts.map(printedPart).join(" ")}]`;
}
