import type { Random } from "../oracle/random.ts";

/** The files of an input by path. */
export type Files = Map<string, Uint8Array>;

/** Damages one to four places, as an editor, a bad merge, a broken disk or an attacker might. Changes `files`. */
export function damage(files: Files, random: Random): void {
  for (const mutate of random.several(1, 4, () => random.pick(mutations))) mutate(files, random);
}

type Mutation = (files: Files, random: Random) => void;

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A change of one file's text. */
function ofText(change: (text: string, random: Random, files: Files) => string): Mutation {
  return (files, random) => {
    const [path, bytes] = random.pick([...files]);
    files.set(path, encoder.encode(change(decoder.decode(bytes), random, files)));
  };
}

/** A change of the text's tokens: words, spaces and single signs. */
function ofTokens(change: (tokens: string[], at: number, random: Random) => void): Mutation {
  return ofText((text, random) => {
    const tokens = text.match(/\w+|\s+|[^\w\s]/g) ?? [];
    if (tokens.length > 0) change(tokens, random.below(tokens.length), random);
    return tokens.join("");
  });
}

function ofLines(change: (lines: string[], at: number, random: Random) => void): Mutation {
  return ofText((text, random) => {
    const lines = text.split("\n");
    change(lines, random.below(lines.length), random);
    return lines.join("\n");
  });
}

const pieces = [
  ...'local. var. each.value each.key count.index module. data. path.module self null true "${ %{ %{~ } ~} <<EOT EOT /* */ # // - : --- ... & &a *a <<: *a !!binary !vault | > |- >9 ? '.split(
    " ",
  ),
  ..."for_each = count = version = merge( file( templatefile( yamldecode( jsondecode( try( lookup( range( concat( format( regex( replace( setproduct(".split(
    " ",
  ),
  ..."1e999999999 -0 0x 99999999999999999999 1.0 ~> >=1 * latest sha256: oci:// ../ ../../.. / \0 \u001b[31m \u202e \u009b \r \u2028 \ufeff \\u001b".split(
    " ",
  ),
  ..."keel.sh/policy +(keel.sh/policy) keel.sh/match-tag force regexp:(a+)+$ glob:*a*a*a*a {{request.object}} __proto__ constructor toString ENC[AES256_GCM,data:".split(
    " ",
  ),
  "\n",
  "  ",
  "\t",
  "\n\n---\n",
  "locals {\n  a = local.a\n}\n",
  '"',
  "'",
  "`",
  "$",
  "[",
  "]",
  "{",
  "}",
  "(",
  ")",
  ",",
];

const hostileNames = ["\u001b[31m", "a\nb", "\u202e", "__proto__", "..", "-", "${x}", "|x|", "a b", "x".repeat(200)];

/** Puts what a terminal would obey behind a word, where names and values are. */
function hide(tokens: string[], at: number, random: Random): void {
  const word = tokens.findIndex((token, index) => index >= at && /^\w/.test(token));
  tokens.splice(
    word + 1,
    0,
    random.pick([
      "\u001b[2J\u001b[31m",
      "\\u001b[31m",
      "\u202e",
      "\u2028",
      "\ud83d",
      "\u0007",
      "\u009b31m",
      "\r",
      "\0",
    ]),
  );
}

const mutations: readonly Mutation[] = [
  (files, random) => {
    const [path, bytes] = random.pick([...files]);
    const changed = Uint8Array.from(bytes);
    for (let flips = 1 + random.below(8); flips > 0 && changed.length > 0; flips--) {
      const at = random.below(changed.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    }
    files.set(path, changed);
  },
  ofText((text, random) => text.slice(0, random.below(text.length + 1))),
  ofText((text, random) => text.slice(random.below(text.length + 1))),
  ofTokens((tokens, at, random) => tokens.splice(at, 1 + random.below(6))),
  ofTokens((tokens, at, random) => tokens.splice(at, 0, ...tokens.slice(at, at + 1 + random.below(20)))),
  ofTokens((tokens, at, random) => tokens.splice(at, 1, random.pick(tokens))),
  ofTokens((tokens, at, random) => tokens.splice(at, random.below(2), random.pick(pieces))),
  ofTokens((tokens, at, random) => tokens.splice(at, random.below(2), random.pick(pieces))),
  ofText((text, random, files) => {
    const other = decoder.decode(random.pick([...files.values()]));
    const [at, from] = [random.below(text.length + 1), random.below(other.length + 1)];
    return text.slice(0, at) + other.slice(from, from + random.below(2000)) + text.slice(at + random.below(200));
  }),
  ofText((text, random) => {
    const [open, close] = random.pick([
      ["[", "]"],
      ["{", "}"],
      ["(", ")"],
      ["{a: ", "}"],
      ['"${', '}"'],
      ["a {\n", "}\n"],
      ["- ", ""],
      ["!", ""],
      ["b ? 1 : ", ""],
      ["<<A\n", "\nA\n"],
    ] as const);
    const depth = random.pick([3, 150, 250, 5_000, 50_000]);
    const at = random.below(text.length + 1);
    return text.slice(0, at) + open.repeat(depth) + (random.chance(0.5) ? close.repeat(depth) : "") + text.slice(at);
  }),
  ofText((text, random) => {
    const numbers = [...text.matchAll(/\d+/g)];
    if (numbers.length === 0) return text;
    const { index, 0: number } = random.pick(numbers);
    return (
      text.slice(0, index) +
      random.pick(["0", "-1", "1e308", "1e400", "9".repeat(400), "0.1", "NaN", "0x7f", "1_000"]) +
      text.slice(index + number.length)
    );
  }),
  ofText((text, random) => {
    const quotes = [...text.matchAll(/["'`]/g)];
    if (quotes.length === 0) return `${text}"`;
    const { index } = random.pick(quotes);
    return text.slice(0, index) + random.pick(["", '\\"', "'", '""']) + text.slice(index + 1);
  }),
  ofLines((lines, at, random) => (lines[at] = " ".repeat(random.below(9)) + (lines[at] ?? "").trimStart())),
  ofLines((lines, at, random) => {
    for (let line = at; line < Math.min(lines.length, at + random.below(10)); line++)
      lines[line] = `${random.pick([" ", "  ", "\t"])}${lines[line] ?? ""}`;
  }),
  ofLines((lines, at, random) => lines.splice(at, 1 + random.below(5))),
  ofLines((lines, at, random) =>
    lines.splice(at, 0, ...Array<string>(random.pick([1, 20, 500])).fill(lines[random.below(lines.length)] ?? "")),
  ),
  ofText((text) => text.replaceAll("\n", "\r\n")),
  ofTokens(hide),
  ofTokens(hide),
  (files, random) => {
    const [path, bytes] = random.pick([...files]);
    const parts = path.split("/");
    parts.splice(random.below(parts.length), 0, random.pick(hostileNames));
    files.delete(path);
    files.set(parts.join("/"), bytes);
  },
  (files, random) => files.set(random.pick([...files.keys()]), random.pick([...files.values()])),
  (files, random) => void files.delete(random.pick([...files.keys()])),
  ofText(() => ""),
];
