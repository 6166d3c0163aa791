import { describe, expect, test } from "vitest";
import { parseExpression, parseTemplate } from "./parse.ts";
import { printed } from "./print-for-tests.ts";

function read(text: string): string {
  const { expression, problems } = parseExpression(text);
  expect(problems).toEqual([]);
  return printed(expression);
}

describe("a quoted string", () => {
  test.each([
    ['""', '(t "")'],
    ['"a b"', '(t "a b")'],
    ['"${a}"', "(t ${a})"],
    ['"x${a.b}y${c}"', '(t "x" ${(. a b)} "y" ${c})'],
    ['"${"${"a"}"}"', '(t ${(t ${(t "a")})})'],
    ['"${f("}", { a = "b" })}"', '(t ${(call f (t "}") {(t "a")=(t "b")})})'],
    ['"${\n a\n}"', "(t ${a})"],
    ['"a$${b}c%%{d"', '(t "a${b}c%{d")'],
    ['"$$${a}"', '(t "$${a}")'],
    ['"$a %b $ % $"', '(t "$a %b $ % $")'],
    [String.raw`"\n\r\t\"\\\u00e9\U0001F600"`, JSON.stringify('\n\r\t"\\é😀').replace(/^(.*)$/, "(t $1)")],
    ['"a ${~ b ~} c"', '(t "a" ${b} "c")'],
    ['" ${~ b ~} "', '(t "" ${b} "")'],
    [String.raw`"${"$"}{a ~}\n x"`, '(t ${a} "x")'],
    ['"%{ if a }b%{ else }c%{ endif }d"', '(t (if a ["b"] ["c"]) "d")'],
    ['"%{ if a }b%{ endif }"', '(t (if a ["b"] []))'],
    ['"%{~ for k, v in m ~} ${k} %{~ endfor ~}"', '(t (for k,v m ["" ${k} ""]))'],
    ['"%{for a in b}%{if a}x%{endif}%{endfor}"', '(t (for a b [(if a ["x"] [])]))'],
  ])("%s is %s", (text, tree) => expect(read(text)).toBe(tree));

  test.each([
    [String.raw`"\q"`, "not an escape sequence; a backslash is written twice"],
    [String.raw`"\u12"`, "not an escape sequence; a backslash is written twice"],
    [String.raw`"\ud800"`, "not an escape sequence; a backslash is written twice"],
    ['"%{ if a }"', '"if" without its "endif"'],
    ['"%{ endfor }"', '"endfor" without its "for"'],
    ['"%{ if a }%{ endfor }%{ endif }"', '"endfor" without its "for"'],
    ['"%{ else }"', '"else" without its "if"'],
  ])("%s: %s", (text, message) => {
    expect(parseExpression(text).problems).toEqual([expect.objectContaining({ message })]);
  });

  test.each(['"%{ if a }b"', '"b%{ endif }"', '"%{ for }"'])("%s is not taken for known text", (text) => {
    expect(printed(parseExpression(text).expression)).toContain("INVALID");
  });
});

describe("a heredoc", () => {
  test.each([
    ["<<X\nX", '(t "")'],
    ["<<X\na\n b\nX\n", '(t "a\\n" " b\\n")'],
    ["<<X\na\n  X  \n", '(t "a\\n")'],
    ["<<X\n${a}\nX y\nX", '(t ${a} "\\n" "X y\\n")'],
    ["<<X\r\na\r\nX\r\n", '(t "a\\r\\n")'],
    ['<<X\n\\n "q" $${a} %%{b}\nX', '(t "\\\\n \\"q\\" ${a} %{b}\\n")'],
    ["<<-X\n    a\n      b\n\n    c\n  X", '(t "a\\n" "  b\\n" "\\n" "c\\n")'],
    ["<<-X\n  a\n      \n  b\nX", '(t "a\\n" "      \\n" "b\\n")'],
    ["<<-X\n  ${a}\n    b\nX", '(t "" ${a} "\\n" "  b\\n")'],
    ["<<-X\n${a}\n    b\nX", '(t ${a} "\\n" "    b\\n")'],
    ["<<-X\n    a ${b}  c\n    d\nX", '(t "a " ${b} "  c\\n" "d\\n")'],
    // HCL counts after `~` has removed white space, so these two keep an indent.
    ["<<-X\n    ${~ a}\n    b\nX", '(t "" ${a} "\\n" "    b\\n")'],
    ["<<-X\n    ${a ~}\n    b\n    c\nX", '(t "" ${a} "" "    b\\n" "c\\n")'],
    ["<<X\n%{ for a in b ~}\n  ${a}\n%{ endfor ~}\nX", '(t (for a b ["" "  " ${a} "\\n"]) "")'],
    ["<<A\n${<<B\nb\nB\n}\nA", '(t ${(t "b\\n")} "\\n")'],
    ["<<A\n${<<A\nb\nA\n}\nA", '(t ${(t "b\\n")} "\\n")'],
    ["<<A\n${f({\n  a = 1\n  b = 2\n})}\nA", '(t ${(call f {(t "a")=1 (t "b")=2})} "\\n")'],
    ['[<<A\na\nA\n, "b"]', '[(t "a\\n") (t "b")]'],
  ])("%j is %s", (text, tree) => expect(read(text)).toBe(tree));

  test.each([
    ["<<X\necho ${A:-b}\nmore\nX", '(t "echo " ${INVALID} "\\n" "more\\n")'],
    ["<<X\n${a\nmore\nX", "(t ${INVALID})"],
    ["<<X\n${f(\nX", "(t ${INVALID})"],
    ["<<X\n${{\nX", "(t ${INVALID})"],
    ["<<X\n%{ if\nX", "(t ${INVALID})"],
  ])("a bad sequence does not swallow the rest: %j", (text, tree) => {
    const { expression, problems } = parseExpression(text);
    expect(problems).toHaveLength(1);
    expect(printed(expression)).toBe(tree);
  });

  test("maps each text without escapes to its place", () => {
    const text = "<<-X\n    a: ${b ~}   z\n      c: d\n    X\n";
    const { expression } = parseExpression(text);
    expect(expression).toMatchObject({
      kind: "template",
      form: "indented heredoc",
      start: 0,
      end: text.trimEnd().length,
    });
    const parts = expression.kind === "template" ? expression.parts : [];
    const texts = parts.flatMap((part) =>
      part.kind === "text" ? [[part.text, text.slice(part.start, part.end)]] : [],
    );
    expect(texts).toEqual([
      ["a: ", "a: "],
      ["z\n", "z\n"],
      ["  c: d\n", "  c: d\n"],
    ]);
  });
});

describe("a whole text as a template", () => {
  test.each([
    ["", '(t "")'],
    ["a\nb: ${c}\n", '(t "a\\n" "b: " ${c} "\\n")'],
    ["%{ if a ~}\nx\n%{ endif ~}\n", '(t (if a ["" "x\\n"] []) "")'],
    ["costs $5 or 5%", '(t "costs $5 or 5%")'],
    ["\ufeffa", '(t "a")'],
  ])("%j is %s", (text, tree) => {
    const { template, problems } = parseTemplate(text);
    expect(problems).toEqual([]);
    expect(printed(template)).toBe(tree);
  });

  test("goes on after a bad sequence", () => {
    const { template, problems } = parseTemplate("a ${b c} d\n${");
    expect(problems).toHaveLength(2);
    expect(printed(template)).toBe('(t "a " ${INVALID} " d\\n" ${INVALID} ${INVALID})');
  });
});
