import { describe, expect, test } from "vitest";
import { parseHcl } from "./parse.ts";
import { printedBody } from "./print-for-tests.ts";

describe("a body", () => {
  test.each([
    ["", ""],
    ["\ufeffa = 1", "a=1"],
    ["a = 1\r\nb = 2\r\n", "a=1; b=2"],
    ["# x\na = 1 # y\n// z\n/* b = 2\n*/ c = 3\n", "a=1; c=3"],
    ['resource "a" "b" {}\n', 'resource "a" "b" {}'],
    ["a b {\n c = 1\n}", 'a "b" {c=1}'],
    ["a { b = 1 }\nc { }", "a {b=1}; c {}"],
    ["a {\n b {\n c = 1\n }\n d = 2\n}\ne = 3", "a {b {c=1}; d=2}; e=3"],
    ['a "\\"x\\"" {}', 'a "\\"x\\"" {}'],
    ["a = {\n b = 1\n}\nc = [\n 1,\n]\nd = 2", 'a={(t "b")=1}; c=[1]; d=2'],
    ["a = <<X\nb = 1\nX\nc = 2", 'a=(t "b = 1\\n"); c=2'],
    ["a = b ? c : d\ne = f", "a=(? b c d); e=f"],
  ])("%j is %s", (text, tree) => {
    const { body, problems } = parseHcl(text);
    expect(problems).toEqual([]);
    expect(printedBody(body)).toBe(tree);
  });

  test("has exact places", () => {
    const text = '# x\nresource "a" b {\n  c = 1 + 2 # y\n}\n';
    const { body } = parseHcl(text);
    const [block] = body.blocks;
    const [attribute] = block?.body.attributes ?? [];
    expect(text.slice(block?.start, block?.end)).toBe('resource "a" b {\n  c = 1 + 2 # y\n}');
    expect(text.slice(block?.start, block?.headerEnd)).toBe('resource "a" b');
    expect(text.slice(block?.body.start, block?.body.end)).toBe("{\n  c = 1 + 2 # y\n}");
    expect(text.slice(attribute?.start, attribute?.end)).toBe("c = 1 + 2");
    expect(text.slice(attribute?.start, attribute?.nameEnd)).toBe("c");
    expect([body.start, body.end]).toEqual([0, text.length]);
  });
});

describe("a broken item loses only itself", () => {
  test.each([
    ["a = 1 +\nb = 2", "expected an expression", "a=INVALID; b=2"],
    ["a =\nb = 2", "expected an expression", "a=INVALID; b=2"],
    ["a = = 1\nb = 2", "expected an expression", "a=INVALID; b=2"],
    ["a\nb = 2", 'expected "=" or "{" after "a"', "b=2"],
    ['a "b"\nc = 2', 'expected "{" after "b"', "c=2"],
    ["a = 1 2\nb = 2", "expected a new line before this", "a=1; b=2"],
    ["a = [1, 2\nb = 2", 'expected "," before the next item', "a=INVALID; b=2"],
    ["x {\n  a = [1, 2\n}\nb = 2", 'expected "," before the next item', "x {a=INVALID}; b=2"],
    ["a = f(1\nb = 2\nc = 3", 'expected "," before the next item', "a=INVALID; b=2; c=3"],
    ["a = (1\nb = 2\nc = 3", 'expected ")"', "a=INVALID; b=2; c=3"],
    ["a = (\nb = 2\nc = 3", 'expected ")"', "a=INVALID; b=2; c=3"],
    ['a = "x\nb = 2', "string is not closed", "a=INVALID; b=2"],
    ['a = ["x,\n  "y"]\nb = 2', "string is not closed", "a=[INVALID]; b=2"],
    [
      'a = "${x"\nb = 2',
      'expected "}" at the end of the template sequence; a literal "${" is written "$${"',
      "a=INVALID; b=2",
    ],
    [
      "a = {\n  x = 1 2\n  y = [}\n}\nb = 2",
      'expected a new line or "," before the next item',
      'a={(t "x")=1 INVALID=INVALID}; b=2',
    ],
    [
      "x {\n  a = <<EOT\n  text\n  FOO=1\n    d = 2\n  b = 3\n}\nc = 2",
      "heredoc is not closed: no line holds only its marker",
      "x {a=INVALID}; c=2",
    ],
    ["x {\n  a = ?\n  }\nb = 2", "expected an expression", "x {a=INVALID}; b=2"],
    ["}\nb = 2", '"}" without its "{"', "b=2"],
    ["<<<<<<< HEAD\na = 1", "expected an attribute or a block", "a=1"],
    ["[1, 2]\n)\nb = 2", "expected an attribute or a block", "b=2"],
    ["{\n a = 1\n}\nb = 2", "expected an attribute or a block", "b=2"],
    ['"a" = 1\nb = 2', "expected an attribute or a block", "b=2"],
    ["a {\n b = 1", "block is not closed", "a {b=1}"],
    ["a {\n b {\n c = 1\n", "block is not closed", "a {b {c=1}}"],
    ['a "b" {\n  c = 1\n\nd "e" {\n  f = 1\n}\n', "block is not closed", 'a "b" {c=1}; d "e" {f=1}'],
    ['a {\n  b {\n    c = {\n  }\n}\nd "e" {\n  f = 1\n}', "block is not closed", 'a {b {c={}}}; d "e" {f=1}'],
    ['a {\n  b = {\n    c = 1\n}\nd "e" {\n}\n', "block is not closed", 'a {b={(t "c")=1}}; d "e" {}'],
    ["a { b = 1, c = 2 }", "attributes of a block are on lines of their own, not separated by commas", "a {b=1; c=2}"],
    [
      "a { b = 1\n}\nc = 2",
      "a block that starts with an attribute on its first line must end on that line",
      "a {b=1}; c=2",
    ],
    ["a {\n b = 1 }\nc = 2", 'expected a new line before "}"', "a {b=1}; c=2"],
    ["a {} b = 1\nc = 2", "expected a new line before this", "a {}; c=2"],
    ['a "${b}" {}', "a label can not hold a template sequence", 'a "${b}" {}'],
    ["a = 1\na = 2", '"a" is set twice', "a=1; a=2"],
    ["a = 1\n/* b = 2", "comment is not closed", "a=1"],
  ])("%j: %s", (text, message, tree) => {
    const { body, problems } = parseHcl(text);
    expect(problems[0]?.message).toBe(message);
    expect(printedBody(body)).toBe(tree);
  });

  test("a problem spans what was not read", () => {
    const text = "a = 1 +\n  )))\nb = 2";
    const [problem] = parseHcl(text).problems;
    expect(text.slice(problem?.start, problem?.end)).toBe("\n  )))");
  });

  test("a long name is cut in the message", () => {
    expect(parseHcl("a".repeat(1000)).problems[0]?.message).toBe(`expected "=" or "{" after "${"a".repeat(40)}…"`);
  });
});
