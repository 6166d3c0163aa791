import { describe, expect, test } from "vitest";
import { parseExpression } from "./parse.ts";
import { printed } from "./print-for-tests.ts";

function read(text: string): string {
  const { expression, problems } = parseExpression(text);
  expect(problems).toEqual([]);
  return printed(expression);
}

describe("an expression", () => {
  test.each([
    ["1", "1"],
    ["1.50e+3", "1.50e+3"],
    ["2E-2", "2E-2"],
    ["true", "true"],
    ["null", "null"],
    ["nullable", "nullable"],
    ["for-each_ñ1", "for-each_ñ1"],
    ["# a\n 1 // b\n /* c */", "1"],
    ["-1 + 2", "(+ (- 1) 2)"],
    ["!!a.b", "(! (! (. a b)))"],
    ["1 - 2 - 3", "(- (- 1 2) 3)"],
    ["1 + 2 * 3 % 4 / 5", "(+ 1 (/ (% (* 2 3) 4) 5))"],
    ["a || b && c == d > e + f * g", "(|| a (&& b (== c (> d (+ e (* f g))))))"],
    ["a * b + c >= d != e && f || g", "(|| (&& (!= (>= (+ (* a b) c) d) e) f) g)"],
    ["a <= b < c", "(< (<= a b) c)"],
    ["a-b", "a-b"],
    ["a - b", "(- a b)"],
    ["a ? b : c ? d : e", "(? a b (? c d e))"],
    ["a ? b ? c : d : e", "(? a (? b c d) e)"],
    ["a == 1 ? 2 + 3 : 4", "(? (== a 1) (+ 2 3) 4)"],
    ["(a + b) * c", "(* (p (+ a b)) c)"],
    ["(\n a\n +\n b\n)", "(p (+ a b))"],
  ])("%j is %s", (text, tree) => expect(read(text)).toBe(tree));
});

describe("steps", () => {
  test.each([
    ["a.b.c", "(. (. a b) c)"],
    ["a[0].b", "(. (at a 0) b)"],
    ['a["x"][b.c]', '(at (at a (t "x")) (. b c))'],
    ["a.0", "(at a 0)"],
    ["a.0.1.b", "(. (at (at a 0) 1) b)"],
    ["a[*].b[0].c", "([*] a (. (at (. _ b) 0) c))"],
    ["a.*.b[0]", "(at (.* a (. _ b)) 0)"],
    ["a.*.b.0.c", "(.* a (. (at (. _ b) 0) c))"],
    ["a.*", "(.* a _)"],
    ["a[*]", "([*] a _)"],
    ["a[*].b[*].c", "([*] a ([*] (. _ b) (. _ c)))"],
    ["a.*.b[*].c", "([*] (.* a (. _ b)) (. _ c))"],
    ["f(x).y", "(. (call f x) y)"],
    ["[1, 2][0]", "(at [1 2] 0)"],
    ["{ a = 1 }.a", '(. {(t "a")=1} a)'],
    ["-a.b[0]", "(- (at (. a b) 0))"],
    ["a . b [ 0 ]", "(at (. a b) 0)"],
  ])("%j is %s", (text, tree) => expect(read(text)).toBe(tree));
});

describe("calls and collections", () => {
  test.each([
    ["f()", "(call f)"],
    ["f(a, b,)", "(call f a b)"],
    ["f(\n  a,\n  # why\n  b\n)", "(call f a b)"],
    ["f(a, b...)", "(call f a b ...)"],
    ["provider::aws::arn_parse(a)", "(call provider::aws::arn_parse a)"],
    ["provider :: x :: y (a)", "(call provider::x::y a)"],
    ["[]", "[]"],
    ["[1, 2,]", "[1 2]"],
    ["[\n  1,\n  2\n]", "[1 2]"],
    ["{}", "{}"],
    ["{ a = 1, b : 2 }", '{(t "a")=1 (t "b")=2}'],
    ["{\n  a = 1\n\n  b = 2,\n  c = 3 # end\n}", '{(t "a")=1 (t "b")=2 (t "c")=3}'],
    ['{ (a) = 1, "b" = 2, "${c}d" = 3, 4 = 5, true = 6 }', '{(p a)=1 (t "b")=2 (t ${c} "d")=3 4=5 (t "true")=6}'],
    ["{ aws.x = aws.y }", "{(. aws x)=(. aws y)}"],
    ["{ a = (1 +\n 2) }", '{(t "a")=(p (+ 1 2))}'],
    ["[for x in y : x]", "(for x y x)"],
    ["[for i, x in y : x if i > 0]", "(for i,x y x if (> i 0))"],
    ["{for k, v in m : k => v}", "(for k,v m k => v)"],
    ["{\n  for v in m :\n  v.a => v...\n  if v.b\n}", "(for v m (. v a) => v ... if (. v b))"],
    ["[for-each, format]", "[for-each format]"],
  ])("%j is %s", (text, tree) => expect(read(text)).toBe(tree));
});

describe("what is no expression", () => {
  test.each([
    ["", "expected an expression, found the end"],
    ["1 +", "expected an expression, found the end"],
    ["1.2.3", "this is not a number"],
    ["a b", "expected the end of the expression"],
    ["(a", 'expected ")"'],
    ["[a b]", 'expected "," before the next item'],
    ["[a", '"]" is missing'],
    ["f(a... , b)", 'expected ")" after "..."'],
    ["a.", 'expected a name after "."'],
    ["a[*", 'expected "]" after "*"'],
    ["a.*.*", 'another "*" after ".*" is not allowed'],
    ["a ? b", 'expected ":" and the value for false'],
    ["{ a }", 'expected "=" and a value after the key'],
    ["{ a = 1 b = 2 }", 'expected a new line or "," before the next item'],
    ["[for x in y : k => v]", '"=>" is for an object: "for" in brackets makes a list'],
    ["{for x in y : x}", 'expected "=>" and a value: "for" in braces makes an object'],
    ["[for x y]", 'expected "in"'],
    ["a::b", 'expected "(" after the function\'s name'],
    ['"abc', "string is not closed"],
    ['"a\nb"', "string is not closed"],
    ["<<EOT\nabc\n", "heredoc is not closed: no line holds only its marker"],
    ["<<EOT", 'expected a heredoc\'s marker and a new line after "<<"'],
    ["/* a", "comment is not closed"],
    ["1 /* a", "comment is not closed"],
  ])("%j: %s", (text, message) => {
    expect(parseExpression(text).problems[0]).toMatchObject({ message, kind: "syntax" });
  });

  test.each([
    ["[1, 2 3, 4]", "[1 2 INVALID]"],
    ["f(a, )b", "INVALID"],
    ["{ a = 1, b = ?, c = 2 }", '{(t "a")=1 INVALID=INVALID}'],
    ["[a[?], b]", "[(at a INVALID) b]"],
    ["[(a b), c]", "[(p INVALID) c]"],
    ['["${a b}", "${c}"]', "[(t ${INVALID}) (t ${c})]"],
    ['["%{ nothing }x", c]', '[(t ${INVALID} "x") c]'],
    ["[[for a of b : c], d]", "[INVALID d]"],
  ])("of %j is kept %s", (text, tree) => {
    expect(parseExpression(text).problems).toHaveLength(1);
    expect(printed(parseExpression(text).expression)).toBe(tree);
  });
});

test("a place is told exactly", () => {
  const { expression, problems } = parseExpression('[a, "${b c}", d]');
  expect(problems).toEqual([
    {
      kind: "syntax",
      message: 'expected "}" at the end of the template sequence; a literal "${" is written "$${"',
      start: 9,
      end: 10,
    },
  ]);
  expect(expression).toMatchObject({
    kind: "tuple",
    start: 0,
    end: 16,
    items: [
      { start: 1, end: 2 },
      {
        start: 4,
        end: 12,
        parts: [{ kind: "interpolation", start: 5, end: 11, expression: { kind: "invalid", start: 7, end: 10 } }],
      },
      { start: 14, end: 15 },
    ],
  });
});
