import { redactText, redactValue } from "../../report/redact.ts";
import type { Replace } from "../../report/redact.ts";
import { isSecretKey } from "../../report/secret-words.ts";
import type { Placeholders } from "./placeholder.ts";

/**
 * A text of several lines without its secrets: a configuration, a script, the template of a chart. Each line is judged by
 * itself and by the key that it lies below; lines, indents and the expressions of templates stay, so that a template still
 * renders.
 */
export function redactLines(text: string, placeholders: Placeholders): string {
  const reader = new Reader(placeholders, /^kind:\s*["']?Secret\b/m.test(text));
  return text
    .replace(pem, placeholders.text)
    .split("\n")
    .map((line) => reader.redact(line))
    .join("\n");
}

// To the end of the text where the block is not closed.
const pem = /-----BEGIN [A-Z0-9 ]{1,64}-----[^]*?(?:-----END [A-Z0-9 ]{1,64}-----|$)/g;

/** A key whose value is on the lines after it. */
interface Below {
  readonly indent: number;
  /** Lines of a text; the one value or the items of a list; the members of a Secret's `data` and `stringData`. */
  readonly how: "text" | "item" | "data" | "stringData";
  /** The line that ends it, where not the indent does. */
  readonly until: string | null;
}

class Reader {
  readonly #placeholders: Placeholders;
  readonly #isSecret: boolean;
  #below: Below | null = null;
  /** The line before it names a secret: `- name: API_TOKEN`. */
  #isNamed = false;
  #inPem = false;

  constructor(placeholders: Placeholders, isSecret: boolean) {
    this.#placeholders = placeholders;
    this.#isSecret = isSecret;
  }

  redact(line: string): string {
    const rest = line.trimStart();
    if (rest === "" || this.#isOfPem(line)) return line;
    const indent = line.length - rest.length;
    if (this.#below !== null && isBehind(this.#below, indent, rest)) this.#below = null;
    const inside = this.#below === null ? null : this.#inside(rest, this.#below.how);
    return line.slice(0, indent) + (inside ?? this.#alone(rest, indent));
  }

  #isOfPem(line: string): boolean {
    const isOfIt = this.#inPem || line.includes("-----BEGIN ");
    this.#inPem = isOfIt && !line.includes("-----END ");
    return isOfIt;
  }

  /** null: the line is none of the key's value, but has a key of its own. */
  #inside(rest: string, how: Below["how"]): string | null {
    const { text, base64 } = this.#placeholders;
    if (how === "text") return replaceFrom(rest, 0, text);
    if (/^(?:#|\{\{)/.test(rest)) return null;
    if (how === "data" && !rest.includes("{{")) return replaceOfKey(rest, base64);
    if (how !== "item") return replaceOfKey(rest, text);
    return member.test(rest) ? null : replaceFrom(rest, rest.startsWith("- ") ? 2 : 0, text);
  }

  #alone(rest: string, indent: number): string {
    const { text } = this.#placeholders;
    const [, key = "", block] = opening.exec(rest) ?? [];
    const isNamed = this.#isNamed;
    this.#isNamed = isSecretKey(naming.exec(rest)?.[1] ?? "");
    if (this.#isSecret && (key === "data" || key === "stringData")) this.#below = { indent, how: key, until: null };
    else if (isSecretKey(key)) this.#below = openedBy(block, indent);
    else return isNamed && /^["']?value["']?\s*[:=]/.test(rest) ? replaceOfKey(rest, text) : redactText(rest, text);
    return rest;
  }
}

function openedBy(block: string | undefined, indent: number): Below {
  if (block === undefined || /^[[{]/.test(block)) return { indent, how: "item", until: null };
  return { indent, how: "text", until: /^<<-?["']?(\w+)/.exec(block)?.[1] ?? null };
}

function isBehind({ indent: opened, how, until }: Below, indent: number, rest: string): boolean {
  if (until !== null) return rest.trimEnd() === until;
  return indent < opened || (indent === opened && !(how === "item" && rest.startsWith("- ")));
}

const opening =
  /^(?:- )?["']?([\w.-]{1,100})["']?\s{0,99}[:=]\s{0,99}([|>][-+\d]{0,2}|[[{]|<<-?["']?\w{1,40}["']?)?\s{0,99}(?:#.*)?$/;
const member = /^(?:- )?["']?[\w.-]{1,253}["']?:(?:\s|$)/;
const naming = /(?:^|[\s"'{,-])name["']?\s*[:=]\s*["']?([\w.-]{1,100})/;

function replaceOfKey(rest: string, replace: Replace): string {
  const before = /^(?:- )?["']?[\w.-]{1,253}["']?\s*[:=]\s{0,99}(?:[|>][-+\d]{0,2}\s{0,99}$)?/.exec(rest);
  return replaceFrom(rest, before?.[0].length ?? 0, replace);
}

/** What follows is replaced, without its quotes and the comma at its end. */
function replaceFrom(rest: string, from: number, replace: Replace): string {
  const written = rest.slice(from).trimEnd();
  const end = /["']?,?$/.exec(written.slice(-2))?.[0] ?? "";
  const start = /^["']/.test(written) ? 1 : 0;
  const value = written.slice(start, written.length - end.length);
  if (value === "") return rest;
  return `${rest.slice(0, from + start)}${redactValue(value, replace)}${rest.slice(from + start + value.length)}`;
}
