import type { HclText } from "./hcl-comparison.ts";
import type { Random } from "./random.ts";

/** A copy of one of the texts with one or two small mistakes in it, as an editor or a bad merge makes them. */
export function damagedHcl(random: Random, texts: readonly HclText[]): HclText {
  const { name, text, template } = random.pick(texts);
  let damaged = excerpt(random, text);
  for (let mistakes = 1 + random.below(2); mistakes > 0; mistakes--) damaged = withMistake(random, damaged);
  return { name: `damaged ${name}`, text: damaged.toWellFormed(), template };
}

/** A file or a template with all of the grammar in it, most of them without a mistake. */
export function generatedHcl(random: Random): HclText {
  const template = random.chance(0.33);
  return { name: "generated", text: template ? templateText(random, 4, "lines") : items(random, 2), template };
}

const pieces = [
  ...'{ } [ ] ( ) " ${ %{ ~} ${~a~} , = ? : . .* [*] ... # /* */ - ! == || 1.5e3 $${ %%{ \\ \\u00e9 :: .0 => $ % true null a'.split(
    " ",
  ),
  ..."%{ if x }|%{ else }|%{ endif }| for x in y : | if |<<EOT\n|<<-EOT\n|\nEOT\n".split("|"),
  ..." |\t|\n|\r\n|é|\u00a0|\u2028|\0".split("|"),
];

/** Some lines of a long text, as most of what stands after a mistake is read no further. */
function excerpt(random: Random, text: string): string {
  if (text.length <= 6000) return text;
  const start = text.indexOf("\n", random.below(text.length - 3000)) + 1;
  return text.slice(start, text.lastIndexOf("\n", start + 3000) + 1);
}

function withMistake(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (random.below(4)) {
    case 0:
      return before + random.pick(pieces) + after;
    case 1:
      return before + after.slice(1 + random.below(3));
    case 2:
      return before + random.pick(pieces) + after.slice(1);
    default:
      return before + after.slice(0, random.below(60)) + after;
  }
}

function items(random: Random, depth: number): string {
  const line = (): string => {
    switch (random.below(8)) {
      case 0:
      case 1:
        return `x${random.below(1000)} = ${expression(random, 4)}\n`;
      case 2:
        return `x${random.below(1000)}=${expression(random, 3)} # c\n`;
      case 3:
        return depth === 0 ? "" : `block "l\\n" m {\n${items(random, depth - 1)}}\n`;
      case 4:
        return `one { q = ${expression(random, 2)} }\n`;
      default:
        return random.pick(["// c\n", "\n", "/* c\n*/"]);
    }
  };
  return random.several(0, 4, line).join("");
}

const leaves = ["1", "a", "2.5e3", "true", "null", '"x"', "b-c", '""', "é"];
const operators = "+ - * / % == != < > <= >= && ||".split(" ");

function expression(random: Random, depth: number): string {
  if (depth <= 0) return random.pick(leaves);
  const inner = (): string => expression(random, depth - 1 - random.below(2));
  const gap = (): string => random.pick(["", "", "", " ", "\n", "\n  ", " # c\n"]);
  const maybe = (text: string): string => (random.chance(0.5) ? text : "");
  const kinds: readonly (() => string)[] = [
    inner,
    () => `${inner()} ${random.pick(operators)} ${inner()}`,
    () => `(${gap()}${inner()}${gap()})`,
    () => `[${gap()}${inner()},${gap()}${inner()}${maybe(",")}${gap()}]`,
    () =>
      `{${gap()}${key(random, depth)} ${random.pick(["=", ":"])} ${inner()}${random.pick([",", "\n", ",\n"])}` +
      `${key(random, depth)} = ${inner()}${gap()}}`,
    () => `f(${inner()},${gap()}${inner()}${random.pick(["", "...", ","])})`,
    () => `a::b::c(${inner()})`,
    () => `${inner()} ? ${inner()} : ${inner()}`,
    () => `[for ${random.pick(["a", "k, v"])} in ${inner()} :${gap()} ${inner()}${maybe(` if ${inner()}`)}]`,
    () => `{for k, v in ${inner()} : ${inner()} => ${inner()}${maybe("...")}${maybe(` if ${inner()}`)}}`,
    () => `${random.pick(["-", "!"])}${inner()}`,
    () => random.pick(["a", "x.y", "f(1)", "[1]", "{}"]) + random.several(1, 4, () => step(random, inner)).join(""),
    () => `"${templateText(random, depth, "quoted")}"`,
    () => `(<<${maybe("-")}EOT\n${templateText(random, depth, "lines")}\n${maybe("  ")}EOT\n)`,
  ];
  return random.pick(kinds)();
}

function step(random: Random, inner: () => string): string {
  const fixed = [".b", "[0]", "[*]", ".*", ".0", '["k"]', ".c-d", " . e", "[ 1 ]"];
  return random.chance(0.1) ? `[${inner()}]` : random.pick(fixed);
}

function key(random: Random, depth: number): string {
  const inner = expression(random, depth - 2);
  return random.pick(["a", '"b"', "(c)", "true", "1", `"\${${inner}}"`, "d-e", "a.b", inner]);
}

const signs = ["a", " ", "  ", "$", "%", "$$", "%%", "$${", "%%{", "}", "{", "~", "#", "é"];
const inLines = ["\n", "\n  ", "\n    b\n", "\n\n", "   \n", '"', "\\n", "\t", "\r\n", "\u00a0", "  EOT x"];
const inQuotes = ["\\n", "\\t", '\\"', "\\\\", "\\u00e9", "  "];

function templateText(random: Random, depth: number, form: "lines" | "quoted"): string {
  if (depth < -3) return "q";
  const inner = (): string => expression(random, depth - 2);
  const tilde = (): string => random.pick(["", "~"]);
  const nested = (): string => templateText(random, depth - 1, form);
  const directive = (words: string): string => `%{${tilde()} ${words} ${tilde()}}`;
  const kinds: readonly (() => string)[] = [
    () => random.pick(signs),
    () => random.pick(form === "lines" ? inLines : inQuotes),
    () =>
      `\${${tilde()}${random.pick(["", " ", "\n"])}${expression(random, depth - 1)}${random.pick(["", " "])}${tilde()}}`,
    () =>
      directive(`if ${inner()}`) +
      nested() +
      (random.chance(0.6) ? directive("else") + nested() : "") +
      directive("endif"),
    () => directive(`for ${random.pick(["a", "k, v"])} in ${inner()}`) + nested() + directive("endfor"),
  ];
  return random.several(0, depth <= 0 ? 1 : 5, () => random.pick(kinds)()).join("");
}
