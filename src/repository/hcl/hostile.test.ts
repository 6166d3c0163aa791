import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExpression, parseHcl, parseTemplate } from "./parse.ts";
import { maximumDepth } from "./syntax.ts";

const size = 512 * 1024;
const fill = (piece: string): string => piece.repeat(Math.ceil(size / piece.length));

describe("hostile text of 512 KiB takes linear time", () => {
  test.each([
    ["braces", fill("{")],
    ["blocks", fill("a{")],
    ["blocks on lines", fill("a {\n")],
    ["brackets", `a = ${fill("[")}`],
    ["balanced brackets", `a = ${"[".repeat(size / 2)}${"]".repeat(size / 2)}`],
    ["mixed brackets", `a = ${fill("[({f(")}`],
    ["closers", fill("}")],
    ["mixed closers after openers", `a = ${"[".repeat(150)}${fill(")]}")}`],
    ["interpolations", `a = ${fill('"${')}`],
    ["interpolations in heredocs", fill("a = <<X\n${")],
    ["unclosed heredocs", fill("a = <<X\n")],
    ["unclosed heredocs with many markers", Array.from({ length: size / 16 }, (_, i) => `a = <<X${i}\n`).join("")],
    ["nested heredocs", `${fill("${<<X\n")}\nX\n`],
    ["heredocs with a far end", `${fill("a = <<X\n${<<Y\n")}\nX\nY\n`],
    ["unclosed strings", fill('a = "\n')],
    ["quotes", fill('"')],
    ["unclosed comments", fill("/*")],
    ["minus signs", `a = ${fill("- ")}`],
    ["a sum", `a = ${fill("1+")}`],
    ["operators that bind tighter and tighter", `a = ${fill("1||1&&1==1<1+1*")}`],
    ["conditionals", `a = ${fill("b?c:")}`],
    ["conditionals inside", `a = ${fill("b?")}`],
    ["attribute steps", `a = b${fill(".c")}`],
    ["index steps", `a = b${fill("[0]")}`],
    ["splats", `a = b${fill("[*]")}`],
    ["attribute splats", `a = b${fill(".*.c")}`],
    ["a chain in every item", `a = [${fill(`${"1+".repeat(150)}1,`)}]`],
    ["for expressions", `a = ${fill("[for x in ")}`],
    ["directives", `a = "${fill("%{if a}")}`],
    ["ends of directives", `a = "${fill("%{endif}")}`],
    ["spaces", fill(" ")],
    ["spaces before a failure", `a = ${"[".repeat(190)}${fill(" ")}?`],
    ["an endless name", fill("a")],
    ["names", fill("a ")],
    ["newlines in brackets", `a = [${fill("\n")}`],
    ["lines that look like items", `a = [${fill("\n  b = (")}`],
    ["missing brackets", fill("a = [\n")],
    ["the same name", fill("a=1\n")],
    ["escapes", `a = "${fill("\\q")}"`],
    ["dollars", `a = "${fill("$")}`],
    ["null characters", fill("\0")],
    ["surrogates", fill("\ud83d")],
  ])("%s", (_, text) => {
    expect(parseHcl(text).body.end).toBeLessThanOrEqual(text.length);
    expect(parseTemplate(text).template.end).toBeLessThanOrEqual(text.length);
    // Some 100 ms; what is quadratic takes minutes, and the runner's limit ends it.
  });
});

describe("nesting", () => {
  const nested = (open: string, inner: string, close: string, count: number): string =>
    open.repeat(count) + inner + close.repeat(count);

  test.each([
    ["brackets", (n: number) => nested("[", "1", "]", n)],
    ["parentheses", (n: number) => nested("(", "1", ")", n)],
    ["objects", (n: number) => nested("{a=", "1", "}", n)],
    ["calls", (n: number) => nested("f(", "1", ")", n)],
    ["interpolations", (n: number) => nested('"${', "1", '}"', n)],
    ["indexes", (n: number) => nested("a[", "1", "]", n)],
    ["for", (n: number) => nested("[for a in ", "b", " : 1]", n)],
    ["signs", (n: number) => `${"-".repeat(n)}1`],
    ["sums", (n: number) => `1${"+1".repeat(n)}`],
    ["steps", (n: number) => `a${".b".repeat(n)}`],
    ["legacy splats", (n: number) => `a.*${".b".repeat(n - 1)}`],
    ["conditionals", (n: number) => `${"a ? b : ".repeat(n)}c`],
    ["directives", (n: number) => `"${nested("%{if a}", "b", "%{endif}", n)}"`],
  ])("of %s is read up to the limit, and told beyond it", (_, make) => {
    expect(parseExpression(make(maximumDepth)).problems).toEqual([]);
    expect(parseExpression(make(maximumDepth + 1)).problems[0]?.kind).toBe("depth");
    const { body, problems } = parseHcl(`a = [${make(100_000)}, 1]\nb = 2`);
    expect(problems[0]).toMatchObject({ kind: "depth", message: "nested more than 200 deep" });
    expect(body.attributes.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("of blocks is read up to the limit, and told beyond it", () => {
    const make = (n: number): string => `${nested("a {\n", "", "}\n", n)}b {\n}\n`;
    expect(parseHcl(make(maximumDepth)).problems).toEqual([]);
    const { body, problems } = parseHcl(make(100_000));
    expect(problems.map(({ kind }) => kind)).toEqual(["depth"]);
    expect(body.blocks.map(({ type }) => type)).toEqual(["a", "b"]);
  });

  test("what is too deep is lost alone", () => {
    const deep = nested("[", "1", "]", 300);
    const { body, problems } = parseHcl(`a = [1, ${deep}, 2]\nb = { c = ${deep} }\nd = 1`);
    expect(problems.map(({ kind }) => kind)).toEqual(["depth", "depth"]);
    expect(body.attributes.map(({ value }) => value.kind)).toEqual(["tuple", "object", "literal"]);
  });
});

describe("whatever the text is", () => {
  const sample = `
resource "helm_release" "x" {
  name = "a-\${var.b[0].c}" # why
  set { name = "x" }
  values = [<<-EOT
    a: \${yamlencode({ for k, v in local.m : k => v... if v != null })}
    %{~ if x ~}
    b
    %{ else }
    c $\${d}
    %{ endif }
  EOT
  , file("\${path.module}/a.yaml")]
  count = var.on ? -1 + 2 * 3 : length(a.*.b[*].c)
  o = { (k) = 1, "q" : [1.5e3, true,], }
}
`;
  const pieces = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    '"',
    "${",
    "%{ if a }",
    "%{ endif }",
    "~}",
    "\n",
    "\r\n",
    ",",
    "=",
    "?",
    ":",
    ".",
    ".*",
    "[*]",
    "<<X\n",
    "<<-X\n",
    "\nX\n",
    "#",
    "/*",
    "*/",
    "\\",
    "\ud800",
    "é",
    "for",
    "\0",
  ];
  const mutation = fc.record({ at: fc.nat(sample.length), drop: fc.nat(20), piece: fc.constantFrom("", ...pieces) });
  const text = fc.oneof(
    {
      weight: 3,
      arbitrary: fc
        .array(mutation, { minLength: 1, maxLength: 6 })
        .map((list) =>
          list.reduce((now, { at, drop, piece }) => now.slice(0, at) + piece + now.slice(at + drop), sample),
        ),
    },
    {
      weight: 1,
      arbitrary: fc.array(fc.constantFrom(...pieces, "a", "1", " "), { maxLength: 40 }).map((list) => list.join("")),
    },
  );

  test("ranges are nested in each other and in the text", () => {
    fc.assert(
      fc.property(text, (input) => {
        const file = parseHcl(input);
        const whole = parseTemplate(input);
        const single = parseExpression(input);
        expect(misplaced([file, whole, single], 0, input.length)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("an invalid expression comes with a problem", () => {
    fc.assert(
      fc.property(text, (input) => {
        const { body, problems } = parseHcl(input);
        const isInvalid = JSON.stringify(body).includes('"kind":"invalid"');
        expect(isInvalid && problems.length === 0).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});

/** Ranges that are not inside of the range around them. */
function misplaced(value: unknown, start: number, end: number): string[] {
  if (typeof value !== "object" || value === null) return [];
  const isNode = "start" in value && "end" in value && typeof value.start === "number" && typeof value.end === "number";
  const [from, to] = isNode ? [Number(value.start), Number(value.end)] : [start, end];
  const isInside = start <= from && from <= to && to <= end;
  const here = isInside ? [] : [`${from}-${to} in ${start}-${end}: ${JSON.stringify(value).slice(0, 200)}`];
  return [...here, ...Object.values(value).flatMap((inner) => misplaced(inner, from, to))];
}
