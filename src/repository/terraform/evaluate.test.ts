import { describe, expect, test } from "vitest";
import { parseExpression } from "../hcl/parse.ts";
import type { Value } from "../value.ts";
import { evaluate } from "./evaluate.ts";
import { decodeYaml } from "./yaml-decode.ts";
import type { Scope } from "./scope.ts";

const rootDefault = { file: 7, start: 1, end: 2, role: "root variable default", name: "var.x" } as const;

const open: Value = {
  kind: "unknown",
  reason: { code: "data-source", text: "data.x is read at apply", at: [] },
  at: [],
};

const names: Readonly<Record<string, Value>> = {
  "var.x": { kind: "string", value: "given", at: [rootDefault, { file: 7, start: 1, end: 2, role: "literal" }] },
  "var.map": {
    kind: "mapping",
    of: "map",
    entries: new Map([
      ["version", { kind: "string", value: "1.0", at: [{ file: 7, start: 3, end: 4, role: "literal" }] }],
    ]),
    at: [rootDefault, { file: 7, start: 0, end: 9, role: "literal" }],
  },
  "var.empty": {
    kind: "mapping",
    of: "object",
    entries: new Map(),
    at: [rootDefault, { file: 7, start: 0, end: 9, role: "literal" }],
  },
  "var.yes": { kind: "bool", value: true, at: [rootDefault, { file: 7, start: 5, end: 6, role: "literal" }] },
  "var.none": { kind: "list", items: [], at: [rootDefault, { file: 7, start: 6, end: 8, role: "literal" }] },
  "var.blank": { kind: "string", value: "", at: [rootDefault, { file: 7, start: 6, end: 8, role: "literal" }] },
  "var.json": { kind: "string", value: '{"version":"1"}', at: [rootDefault, { file: 7, start: 9, end: 24 }] },
  "data.open": open,
};

const files: Readonly<Record<string, string>> = {
  "values.yaml": "image:\n  tag: 1.2.3\n",
  "note.tftpl": "%{ for x in items }${x};%{ endfor }${name}",
  "self.tftpl": '${templatefile("self.tftpl", {})}',
};

function scopeOf(text: string): Scope {
  return {
    file: { id: 0, path: "main.tf", text, tracked: true },
    lookup: (root, [first = ""]) => {
      const value = names[`${root}.${first}`];
      return value && { value, used: 1 };
    },
    open: (path) => {
      const content = files[path];
      if (content !== undefined) return { id: 5, path, text: content, tracked: true };
      return {
        kind: "unknown",
        reason: { code: "file-not-in-repository", text: `${path} is not here`, at: [] },
        at: [],
      };
    },
    list: () => null,
  };
}

function evaluated(text: string): Value {
  const { expression, problems } = parseExpression(text);
  expect(problems).toEqual([]);
  return evaluate(expression, scopeOf(text));
}

function show(value: Value): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "unknown":
      return `?${value.reason.code}`;
    case "string":
      return JSON.stringify(value.value);
    case "number":
      return value.text ?? String(value.value);
    case "bool":
      return String(value.value);
    case "list":
      return `${value.of === "tuple" ? "" : (value.of ?? "")}[${value.items.map(show).join(", ")}]`;
    case "mapping":
      return `{${[...value.entries].map(([key, entry]) => `${key}: ${show(entry)}`).join(", ")}${value.rest ? ", ..." : ""}}`;
  }
}

/** Every place as `text of this file (role)` or the name that was followed. */
function chain(text: string, value: Value): string[] {
  return value.at.map(
    (span) =>
      span.name ??
      (span.file === 0
        ? `${text.slice(span.start, span.end)} (${span.role ?? ""})`
        : `${span.file}:${span.start}-${span.end} (${span.role ?? ""})`),
  );
}

describe("values", () => {
  test.each([
    ["1.50", "1.5"],
    ["0.1 + 0.2", "0.3"],
    ["100000000000000000000 + 1", "100000000000000000001"],
    ["10 / 4", "2.5"],
    ["-7 % 3", "-1"],
    ['"1" == 1', "false"],
    // A template that is one interpolation is what stands in it.
    ['"${1}" == "1"', "false"],
    ['true ? 1 : "a"', '"1"'],
    ['true ? [1] : tolist(["a"])', 'list["1"]'],
    ["false ? {} : { a = 1 }", "{a: 1}"],
    ["null[*]", "[]"],
    ["5[*]", "[5]"],
    ["[for k, v in { b = 1, a = 2 } : k]", '["a", "b"]'],
    ['{ for x in ["a", "b", "a"] : x => 1... }', "{a: [1, 1], b: [1]}"],
    ['toset(["b", "a", "b"])', 'set["a", "b"]'],
    ['"a-${true}-${2}"', '"a-true-2"'],
    ['"%{ for x in [1, 2] }${x},%{ endfor }"', '"1,2,"'],
    ['try({}.a, "b")', '"b"'],
    ['can(1 + "x")', "false"],
    ['coalesce(null, "", "c")', '"c"'],
    ['format("%05.1f|%3s|%q", 2.25, "a", "<")', '"002.2|  a|\\"\\\\u003c\\""'],
    ['replace("1.2.3", "/(\\\\d+)$/", "x$1")', '"1.2.x3"'],
    ['regex("v(\\\\d+)(b)?", "v12")', '["12", null]'],
    ['jsonencode({ b = 1, a = [null, "<"] })', '"{\\"a\\":[null,\\"\\\\u003c\\"],\\"b\\":1}"'],
    ['yamldecode("a: yes\\nb: 1.10\\nc: \\"1.10\\"\\n")', '{a: true, b: 1.1, c: "1.10"}'],
    ['templatefile("note.tftpl", { items = ["a", "b"], name = "n" })', '"a;b;n"'],
    ['yamldecode(file("values.yaml")).image.tag', '"1.2.3"'],
    ['"e\\u0301"', '"é"'],
  ])("%s is %s", (text, expected) => {
    expect(show(evaluated(text))).toBe(expected);
  });
});

describe("what is not known", () => {
  test.each([
    ["data.open", "?data-source"],
    ["missing", "?not-declared"],
    ["{}.a", "?type-mismatch"],
    ['1 + "x"', "?type-mismatch"],
    ["timestamp()", "?environment"],
    ["provider::a::b(1)", "?function-not-evaluated"],
    ['file("none")', "?file-not-in-repository"],
    ["1 / 0", "?limit"],
    ["false && data.open", "false"],
    ["true && data.open", "?data-source"],
    ["data.open ? 1 : 1", "?data-source"],
    ['try(data.open, "b")', "?data-source"],
    ['try([data.open.a, 1][1], "b")', "?type-mismatch"],
    ["merge(data.open, { a = 1 }).a", "1"],
    ["merge({ a = 1 }, data.open).a", "?data-source"],
    ["merge(data.open, { a = 1 }).b", "?data-source"],
    ["length([data.open])", "1"],
    ["{ (data.open) = 1, b = 2 }", "{b: 2, ...}"],
    ['true ? "a" : data.open', '"a"'],
    // What it becomes depends on the type of the other arm.
    ["true ? 1 : data.open", "?type-mismatch"],
    ['coalesce(data.open, "b")', "?data-source"],
    ['"a${data.open}"', "?data-source"],
    ["jsonencode([data.open])", "?data-source"],
    ['yamldecode("a: 1\\nb: ${data.open}\\n")', "{a: 1, b: ?data-source, ...}"],
    ["yamldecode(yamlencode({ a = data.open, b = 2 }))", "{a: ?data-source, b: 2}"],
  ])("%s is %s", (text, expected) => {
    expect(show(evaluated(text))).toBe(expected);
  });

  test("a known part of a text stays with it", () => {
    const value = evaluated('"ghcr.io/x:${data.open}"');
    expect(value.kind === "unknown" && value.pieces?.map((piece) => ("kind" in piece ? "?" : piece.text))).toEqual([
      "ghcr.io/x:",
      "?",
    ]);
  });
});

describe("where a value comes from", () => {
  test.each([
    ['"a"', ['"a" (literal)']],
    ["[1, 2][1]", ["2 (literal)"]],
    ["(var.x)", ["var.x", "7:1-2 (literal)"]],
    ['"${var.x}"', ["var.x", "7:1-2 (literal)"]],
    // A part of what can be overridden can be overridden.
    ["var.map.version", ["var.x", "7:3-4 (literal)"]],
    ['"v${var.x}"', ['"v${var.x}" (computed)', "var.x"]],
    // What decides comes before what was chosen.
    ['var.yes ? "a" : "b"', ["var.x", '"a" (literal)']],
    ['try(var.empty.version, "a")', ["var.x", '"a" (literal)']],
    ['lookup(var.empty, "version", "a")', ["var.x", '"a" (literal)']],
    ['merge({ a = "l" }, var.empty).a', ["var.x", '"l" (literal)']],
    ['merge(var.empty, { a = "l" }).a', ['"l" (literal)']],
    ['[for x in ["a"] : x][0]', ['"a" (literal)']],
    ['[for x in ["a"] : x if var.yes][0]', ["var.x", '"a" (literal)']],
    ['concat(var.none, ["a"])[0]', ["var.x", '"a" (literal)']],
    ['flatten([var.none, ["a"]])[0]', ["var.x", '"a" (literal)']],
    ['compact([var.blank, "a"])[0]', ["var.x", '"a" (literal)']],
    ['zipmap([var.x], ["a"])["given"]', ["var.x", '"a" (literal)']],
    ['{ (var.x) = "a" }["given"]', ["var.x", '"a" (literal)']],
    ['{ b = "a" }["b"]', ['"a" (literal)']],
    ['{ for k, v in { a = "l" } : (var.yes ? k : "b") => v }.a', ["var.x", '"l" (literal)']],
    ['{ for k, v in { a = "l" } : (var.yes ? k : "b") => v... }.a[0]', ["var.x", '"l" (literal)']],
    ["jsondecode(var.json).version", ["var.x", "7:20-23 (json)"]],
    ["{ for k, v in var.map : k => v }.version", ["var.x", "7:3-4 (literal)"]],
    ['upper("a")', ['upper("a") (computed)']],
    ['yamldecode(file("values.yaml")).image.tag', ["5:14-19 (yaml)"]],
  ])("%s comes from %j", (text, expected) => {
    expect(chain(text, evaluated(text))).toEqual(expected);
  });

  test("a leaf of a heredoc has its own place", () => {
    const text = 'yamldecode(<<-EOT\n    image:\n      tag: "1.2.3"\n      name: ${var.x}\n  EOT\n).image';
    const image = evaluated(text);
    if (image.kind !== "mapping") throw new Error(show(image));
    expect([...image.entries].map(([key, leaf]) => [key, chain(text, leaf)])).toEqual([
      ["tag", ['"1.2.3" (yaml)']],
      ["name", ["var.x", "7:1-2 (literal)"]],
    ]);
  });

  test("a text made by yamlencode keeps the tree, and so its places", () => {
    const text = 'yamlencode({ image = { tag = "1.2.3" } })';
    const tree = decodeYaml(evaluated(text));
    const image = tree.kind === "mapping" ? tree.entries.get("image") : undefined;
    const tag = image?.kind === "mapping" ? image.entries.get("tag") : undefined;
    expect(tag && chain(text, tag)).toEqual(['"1.2.3" (literal)']);
  });
});

describe("limits", () => {
  test.each([
    ["work", "[for a in range(1000) : [for b in range(1000) : b]]"],
    ["text", 'join("", [for x in range(1001) : format("%1000s", x)])'],
    ["templates that render themselves", 'templatefile("self.tftpl", {})'],
    ["padding", 'format("%100000s", "a")'],
    ["sets", "setproduct(range(1000), range(1000), range(1000))"],
    ["numbers", "1e999999"],
  ])("of %s end as unknown", (_, text) => {
    expect(show(evaluated(text))).toBe("?limit");
  });

  test("a pattern takes no exponential time", () => {
    expect(show(evaluated(`can(regex("^(a+a+)+$", "${"a".repeat(200)}b"))`))).toBe("false");
  });
});
