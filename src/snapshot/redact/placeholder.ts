import { createHmac } from "node:crypto";

/**
 * What stands in the place of secrets: `redacted-` and 12 hexadecimal digits of the secret's HMAC. Equal secrets have
 * equal placeholders under one key, and without the key a guess cannot be tried. The form of what is replaced stays: PEM
 * is PEM, a URL has its scheme, JSON is JSON, base64 is base64, a number has its number of digits, and a newline at the end
 * stays, which tools add and drop.
 */
export class Placeholders {
  readonly #key: Uint8Array;
  readonly #known = new Map<string, string>();

  /** At least 32 random bytes, which are thrown away after the run. */
  constructor(key: Uint8Array) {
    if (key.length < 32) throw new RangeError("a key for placeholders has 32 bytes at least");
    this.#key = key;
  }

  /** Of a text. A placeholder stays what it is. */
  readonly text = (secret: string): string => {
    const known = this.#known.get(secret);
    if (known !== undefined) return known;
    const made = this.#make(secret);
    if (this.#known.size === maximumKept) this.#known.clear();
    if (secret.length <= maximumKeptLength) this.#known.set(secret, made);
    return made;
  };

  /** Of a text in base64, which stays base64; what it says is replaced as `text` would. */
  readonly base64 = (secret: string): string => {
    const told = textOf(secret);
    return Buffer.from(this.text(told ?? secret)).toString("base64");
  };

  /** Of a number: one with as many digits, 15 at most, and its sign. */
  number(secret: number): number {
    const digits = Math.min(String(Math.trunc(Math.abs(secret))).length, 15);
    const lowest = 10 ** (digits - 1);
    const drawn = Number.parseInt(this.#hmac(String(secret)).slice(0, 13), 16);
    return (secret < 0 ? -1 : 1) * (lowest + (drawn % (9 * lowest)));
  }

  #make(written: string): string {
    const [end = ""] = /\n?$/.exec(written) ?? [];
    const secret = written.slice(0, written.length - end.length);
    return this.#form(secret) + end;
  }

  #form(secret: string): string {
    if (placeholder.test(secret)) return secret;
    const made = `redacted-${this.#hmac(secret)}`;
    const pem = pemBlock.exec(secret);
    if (pem?.groups !== undefined) {
      const { label = "", indent = "" } = pem.groups;
      if (pemOfOurs.test(secret)) return secret;
      const body = Buffer.from(made).toString("base64");
      return [`-----BEGIN ${label}-----`, `${indent}${body}`, `${indent}-----END ${label}-----`].join("\n");
    }
    const [scheme] = /^[a-z][a-z\d+.-]{0,20}:\/\//i.exec(secret) ?? [];
    if (scheme !== undefined) return `${scheme}${made}`;
    return isJsonObject(secret) ? JSON.stringify({ redacted: made }) : made;
  }

  #hmac(secret: string): string {
    return createHmac("sha256", this.#key).update(secret).digest("hex").slice(0, 12);
  }
}

const maximumKept = 65_536;
const maximumKeptLength = 512;

const placeholder = /^(?:(?:[a-z][a-z\d+.-]{0,20}:\/\/)?redacted-[\da-f]{12}|\{"redacted":"redacted-[\da-f]{12}"\})$/i;
// `cmVkYWN0ZWQt` is `redacted-` in base64.
const pemOfOurs =
  /^-----BEGIN [A-Z\d ]{1,64}-----\n[ \t]{0,64}cmVkYWN0ZWQt[A-Za-z\d+/]{16}\n[ \t]{0,64}-----END [A-Z\d ]{1,64}-----$/;
const pemBlock = /^\s*-----BEGIN (?<label>[A-Z\d ]{1,64})-----(?:\r?\n(?<indent>[ \t]{0,64}))?/;

function isJsonObject(text: string): boolean {
  if (!/^\s*\{/.test(text)) return false;
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What base64 says, where that is text; null where it is none, or no base64. */
export function textOf(base64: string): string | null {
  return /^[A-Za-z\d+/]*={0,2}\s{0,2}$/.test(base64) ? textIn(Buffer.from(base64, "base64")) : null;
}

/** null: these bytes are no text in UTF-8, or one with control characters. */
export function textIn(bytes: Uint8Array): string | null {
  try {
    const text = utf8.decode(bytes);
    return control.test(text) ? null : text;
  } catch {
    return null;
  }
}

const control = /[\u0000-\u0008\u000e-\u001f]/;
