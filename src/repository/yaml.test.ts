import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Value } from "./value.ts";
import { parseYaml, splitDocuments } from "./yaml.ts";
import { composeDocument } from "./yaml/compose.ts";
import { readEveryday } from "./yaml/everyday.ts";

function read(text: string) {
  return parseYaml({ text, locate: (start, end) => ({ file: 0, start, end }) });
}
function plain(value: Value): unknown {
  switch (value.kind) {
    case "mapping":
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
    case "list":
      return value.items.map(plain);
    case "null":
      return null;
    case "unknown":
      return { unknown: value.reason.code };
    case "number":
      return value.text === undefined ? value.value : { number: value.text };
    default:
      return value.value;
  }
}
function problems(text: string): string[] {
  return read(text).problems.map(
    ({ code, start, end }) => `${code} ${JSON.stringify(text.slice(start, Math.min(end, start + 12)))}`,
  );
}

describe("values", () => {
  test.each([
    [
      "a: 1.10\nb: 007\nc: 12345678901234567890\nd: 1.5",
      { a: { number: "1.10" }, b: { number: "007" }, c: { number: "12345678901234567890" }, d: 1.5 },
    ],
    [
      "[yes, no, on, true, True, ~, null, 0x1F, 0o17, 1e3, .5, -1, +1, 1.2.3, 2024-01-01]",
      [
        "yes",
        "no",
        "on",
        true,
        true,
        null,
        null,
        { number: "0x1F" },
        { number: "0o17" },
        { number: "1e3" },
        { number: ".5" },
        -1,
        { number: "+1" },
        "1.2.3",
        "2024-01-01",
      ],
    ],
    ["a:\nb: ~\nc: ''\nd:   # none\ne: x # y\nf: x#y", { a: null, b: null, c: "", d: null, e: "x", f: "x#y" }],
    ["a:\n- 1\n-\n- b: 2\n  c: 3\n- - d\n  - e\nf: g", { a: [1, null, { b: 2, c: 3 }, ["d", "e"]], f: "g" }],
    [
      "a: |\n  x\n   y\n\n  z\n\nb: |-\n  x\nc: |+\n  x\n\nd: >\n  x\n  y\n\n  z\n",
      { a: "x\n y\n\nz\n", b: "x", c: "x\n\n", d: "x y\nz\n" },
    ],
    ["a: \"x\\ty\\u00e9\\\\\"\nb: 'it''s'\n\"c d\": 1\n'e': 2", { a: "x\ty\u00e9\\", b: "it's", "c d": 1, e: 2 }],
    ['{"a": [1, {"b": "c"}], "d": "e:f"}', { a: [1, { b: "c" }], d: "e:f" }],
    ["a: {\n  b: c,\n  d: [e,\n    f],\n}", { a: { b: "c", d: ["e", "f"] } }],
    ["a: http://x:80/y\nb: :80\nc: -x\nd: a:b", { a: "http://x:80/y", b: ":80", c: "-x", d: "a:b" }],
    ["a: one\n  two\nb: 'x\n  y'", { a: "one two", b: "x y" }],
    [
      "a: &x {k: 1}\nb: {<<: *x, z: 2}\nc: *x\nd:\n  <<: [*x, {k: 3, l: 4}]\n  k: 5",
      { a: { k: 1 }, b: { z: 2, k: 1 }, c: { k: 1 }, d: { k: 5, l: 4 } },
    ],
    [
      "a: !Ref foo\nb: !reference [x, y]\nc: !foo!bar z\nd: !!str 1.0\ne: ! 5",
      { a: "foo", b: ["x", "y"], c: "z", d: "1.0", e: "5" },
    ],
    [
      "a: !vault |\n  $ANSIBLE_VAULT;1.1\nb: ENC[AES256_GCM,data:abc=,type:str]\nc: 'ENC[AES256_GCM,data:x]'",
      { a: { unknown: "encrypted" }, b: { unknown: "encrypted" }, c: { unknown: "encrypted" } },
    ],
    ["\uFEFF---\r\na: b\r\nc: |\r\n  d\r\n  e\r\n", { a: "b", c: "d\ne\n" }],
    ["1: a\nnull: b\n1.10: c\ntrue: d", { "1": "a", null: "b", "1.10": "c", true: "d" }],
    ["__proto__: {a: 1}\nconstructor: b", JSON.parse('{"__proto__": {"a": 1}, "constructor": "b"}')],
    ["a: '{{ .Values.x }}'\nb: ${c}", { a: "{{ .Values.x }}", b: "${c}" }],
    ["- a\n- b", ["a", "b"]],
    ["text", "text"],
    ["%YAML 1.1\n---\nyes", "yes"],
    ["a: |\n  x", { a: "x\n" }],
  ])("%j", (text, expected) => {
    const result = read(text);
    expect(result.problems).toEqual([]);
    expect(result.documents.map(({ value }) => plain(value))).toEqual([expected]);
  });

  test("every scalar and collection knows its place", () => {
    const text = 'a: "b"\nc:\n  - d # e\n  - {f: g}\n';
    const places: string[] = [];
    const visit = (value: Value): void => {
      for (const { start, end, role } of value.at) places.push(`${role} ${text.slice(start, end)}`);
      if (value.kind === "mapping") for (const item of value.entries.values()) visit(item);
      if (value.kind === "list") for (const item of value.items) visit(item);
    };
    for (const { value } of read(text).documents) visit(value);
    expect(places).toEqual([
      `yaml ${text.trimEnd()}`,
      'yaml "b"',
      "yaml - d # e\n  - {f: g}",
      "yaml d",
      "yaml {f: g}",
      "yaml g",
    ]);
  });

  test("text without a place of its own gives values without places, and a given role stays", () => {
    expect(parseYaml({ text: "a", locate: () => null }).documents[0]?.value.at).toEqual([]);
    const located = parseYaml({
      text: "a",
      locate: (start, end) => ({ file: 3, start: start + 7, end: end + 7, role: "literal" }),
    });
    expect(located.documents[0]?.value.at).toEqual([{ file: 3, start: 7, end: 8, role: "literal" }]);
  });
});

describe("documents", () => {
  test.each([
    ["", []],
    ["# nothing\n---\n# still\n---\n", []],
    ["a\n---\nb", ["a\n", "---\nb"]],
    ["---\na\n...\nb\n", ["---\na\n", "\nb\n"]],
    ["\uFEFF---\r\na\r\n---\r\nb", ["---\r\na\r\n", "---\r\nb"]],
    ["--- a\n---b: c\n--- # d\n", ["--- a\n---b: c\n"]],
    ["a: |\n  x\n---\nb", ["a: |\n  x\n", "---\nb"]],
    ["...\n...\n---", []],
  ])("of %j", (text, expected) => {
    expect(splitDocuments(text).map(({ start, end }) => text.slice(start, end))).toEqual(expected);
  });

  test("one that is broken does not hurt the others", () => {
    const text = "a: 1\n---\nb: [\n---\nc: 'x\n---\nd: 2\n";
    expect(read(text).documents.map(({ value }) => plain(value))).toEqual([{ a: 1 }, { d: 2 }]);
    expect(read(text).problems.map(({ code }) => code)).toEqual(["YAML001", "YAML001"]);
  });

  test("those that fail the text test are not even checked", () => {
    const only = (text: string): boolean => text.includes("kind");
    const result = parseYaml({ text: "a: [\n---\nkind: x\n", locate: () => null }, { only });
    expect([result.documents.length, result.problems.length]).toEqual([1, 0]);
  });
});

test.each([
  ["a: 1\nb: 2\na: 3", ['YAML001 "a"']],
  ["? [a]\n: b\nc: 1", ['YAML001 "[a]"']],
  ["a: *b", ['YAML001 "*b"']],
  ["a:\n\t- b", ['YAML001 "\\t"']],
  ["a: b: c", ['YAML001 "b"']],
])("the problem in %j", (text, expected) => {
  expect(problems(text)).toEqual(expected);
});

test("where a key stands twice the last one counts", () => {
  expect(read("a: 1\na: 2").documents.map(({ value }) => plain(value))).toEqual([{ a: 2 }]);
});

describe("hostile text comes back fast, with a problem", () => {
  const size = 4 * 1024 * 1024;
  const letters = "abcdefghijkl".split("");
  const bomb = letters.map((letter, index) => {
    const before = letters[index - 1];
    return `${letter}: &${letter} [${Array.from({ length: 9 }, () => (before === undefined ? "x" : `*${before}`)).join(",")}]\n`;
  });
  test.each([
    ["brackets", "[".repeat(100_000)],
    ["4 MiB of brackets", "[".repeat(size)],
    ["braces", "{a: ".repeat(100_000)],
    ["dashes", "- ".repeat(size / 2)],
    ["question marks", "? ".repeat(size / 2)],
    ["colons", "a: ".repeat(size / 3)],
    ["deep indents", Array.from({ length: 1000 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n")],
    ["an alias bomb", bomb.join("")],
    ["anchors", "&a ".repeat(size / 3)],
    ["tags", "! ".repeat(size / 2)],
    ["documents", "---\na\n".repeat(size / 6)],
  ])("%s", (_, text) => {
    expect(read(text).problems.map(({ code }) => code)).toContain("YAML002");
  });

  test.each([
    ["blank documents", "---\n".repeat(size / 4)],
    ["comments", "#\n".repeat(size / 2)],
  ])("%s are nothing", (_, text) => {
    expect(read(text)).toEqual({ documents: [], problems: [] });
  });

  test("10,000 documents are read", () => {
    expect(read("---\na: 1\nb: {c: d}\n".repeat(10_000)).documents).toHaveLength(10_000);
  });
});

describe("the fast reader gives what the slow one gives", () => {
  const place = (start: number, end: number) => [{ file: 0, start, end }];
  const agree = (text: string): boolean => {
    const fast = readEveryday(text, place);
    if (fast === undefined) return false;
    const slow = composeDocument(text, place, { tokens: 10_000 });
    expect(slow.problems).toEqual([]);
    expect(slow.value && startsOf(slow.value, text)).toEqual(startsOf(fast, text));
    return true;
  };

  test("on documents as people write them", () => {
    const scalar = fc.oneof(
      fc.constantFrom(
        "1.10",
        "true",
        "null",
        "~",
        "",
        "a b",
        "x: y",
        "# z",
        "- q",
        "it's",
        "a\nb",
        "a\n\n  b\n",
        "{{ x }}",
        "é\t",
        ":",
        "[",
        "0x1f",
        "yes",
      ),
      fc.string({ maxLength: 12 }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        scalar,
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(fc.string({ maxLength: 6 }), tie("tree"), { maxKeys: 4 }),
      ),
    }));
    let fast = 0;
    fc.assert(
      fc.property(tree, fc.constantFrom(0, 40, 80), fc.boolean(), (value, lineWidth, indentSeq) => {
        if (agree(stringify({ root: value }, { lineWidth, indentSeq }))) fast += 1;
      }),
      { numRuns: 300 },
    );
    expect(fast).toBeGreaterThan(100);
  });

  test("on any lines put together", () => {
    let fast = 0;
    const lines = [
      "a:",
      "b: c",
      "  d: e",
      "  - f",
      "- g",
      "    - h: i",
      "  j: |",
      "   k",
      "",
      "# l",
      "  > m",
      "n: >-",
      "'o': p",
      'q: "r" # s',
      "t: {u: v,",
      "  w: [x]}",
      "- - y",
      "  ",
      "z: [",
      "]",
      "---",
      "a: ' b'",
      "\tc",
      "d : e",
      "- f : g",
      "h: i j: k",
      "-",
      "l: -",
      "?",
      "m: {n}",
      "o: [p: q]",
      "r:s",
      "  t #u",
      "v: w:",
      'x: "y',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...lines), { maxLength: 7 }),
        fc.constantFrom("\n", "\r\n"),
        (chosen, end) => {
          if (agree(chosen.join(end))) fast += 1;
        },
      ),
      { numRuns: 3000 },
    );
    expect(fast).toBeGreaterThan(100);
  });

  /** Where each scalar starts and ends and each collection starts; nulls and text blocks count from their owner. */
  function startsOf(value: Value, text: string): unknown {
    const [span] = value.at;
    if (value.kind === "list") return { start: span?.start, items: value.items.map((item) => startsOf(item, text)) };
    if (value.kind === "mapping") {
      return { start: span?.start, entries: [...value.entries].map(([key, item]) => [key, startsOf(item, text)]) };
    }
    if (value.kind === "null" || value.kind === "unknown") return value.kind;
    const isBlock = span !== undefined && /[|>]/.test(text[span.start] ?? "");
    return { ...value, at: isBlock ? span.start : span };
  }
});
