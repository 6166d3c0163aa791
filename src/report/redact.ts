import { anySecretWord, isSecretKey } from "./secret-words.ts";

/**
 * Takes secrets out of a piece of source text before it is kept or printed: values of keys that look
 * like a password, a token or a private key, user info before a host, PEM blocks, JWTs and keys with a known
 * prefix become `<redacted>`. References (`var.token`) and empty values stay: they tell no secret. It
 * rather takes too much than too little: an unquoted value goes to the end of its line. Redact before
 * cutting the text short, so that no secret loses the end by which it is known.
 */
export function redactExcerpt(text: string): string {
  const before = redactedBefore.get(text);
  if (before !== undefined) return before;
  const now = redactText(text, () => redacted);
  if (redactedBefore.size === maximumKept) redactedBefore.clear();
  if (text.length <= maximumKeptLength) redactedBefore.set(text, now);
  return now;
}

// A report says the same of many cells: of its texts one in six is new.
const redactedBefore = new Map<string, string>();
const maximumKept = 4_096;
const maximumKeptLength = 512;

const redacted = "<redacted>";

/** Gives what stands in the place of a secret. */
export type Replace = (secret: string) => string;

/** The same with another placeholder: what it takes out is passed to `replace`. */
export function redactText(text: string, replace: Replace): string {
  if (text.length >= 60 && keyLine.test(text)) return replace(text);
  return redactAssignments(text.replace(pem, replace), replace)
    .replace(queryParameter, (_, name: string, value: string) => name + replace(value))
    .replace(userInfo, (all, info: string) => (info === "git" ? all : `://${replace(info)}@`))
    .replace(bareUserInfo, replace)
    .replace(scheme, (_, name: string, value: string) => name + replace(value))
    .replace(userFlag, (_, before: string, secret: string) => before + replace(secret))
    .replace(attachedFlag, (_, before: string, secret: string) => before + replace(secret))
    .replace(redisFlag, (_, before: string, secret: string) => before + replace(secret))
    .replace(jwt, replace)
    .replace(prefixed, replace);
}

// Every pattern starts only where a run of its characters starts, so that each character is looked at a
// bounded number of times.
const pem = /-----BEGIN [A-Z0-9 ]{1,64}-----[^]*?(?:-----END [A-Z0-9 ]{1,64}-----|$)/g;
// One line out of the middle of a PEM block: base64 and nothing else, and no hash in hex.
const keyLine = /^(?=[^]*[A-Z])(?=[^]*[g-z])\s*[A-Za-z0-9+/]{60,}={0,2}\s*$/;
const userInfo = /:\/\/([^\s/?#"'`]+)@/g;
// `user:token@registry/image`; a slash follows the host, and none a digest.
const bareUserInfo = /(?<![^\s"'`=,({[<])[\w.+-]{1,100}:[^\s/@"'`]{1,500}(?=@[\w.-]{1,253}(?::\d{1,5})?\/)/g;
// Signed URLs; other parameters of a URL are assignments.
const queryParameter =
  /([?&](?:sig|signature|key|code|auth|x-amz-(?:signature|credential|security-token))=)([^\s&#"'`]+)/gi;
const scheme = /(?<![\w-])((?:Bearer|Basic)\s{1,4})(?=[\w.~+/-]{0,500}[\d=])([\w.~+/-]{8,}={0,2})/g;
// `curl -u user:secret`, `mysql -psecret`, `redis-cli -a secret`.
const userFlag = /((?:^|\s)(?:-u|--user)[\s=]{1,4}["']?[\w.-]{1,100}:)([^\s"'/][^\s"']{0,500})/g;
const attachedFlag = /(\b(?:mysql|mariadb)[\w-]{0,20}\s[^\n|;&]{0,300}?(?<=\s)-p)([^\s"']+)/g;
const redisFlag =
  /(\b(?:redis|valkey|keydb)-[\w-]{1,20}\s[^\n|;&]{0,300}?(?<=\s)-a\s{1,4})((?!["']?\$)(?:"[^"\n]+"|'[^'\n]+'|[^\s"']+))/g;
const jwt = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g;
const prefixed = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    "(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}",
    "(?:gh[pousr]_|github_pat_|gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|oas|ffct)-|npm_|pypi-|hf_|dckr_pat_|dop_v1_|shpat_|tskey-|sk-|[sr]k_(?:live|test)_|xox[a-z]-|xapp-)[\\w-]{16,}",
    "(?:hv[sbr]|SG|ya29|atlasv1)\\.[\\w.-]{16,}",
    "AIza[\\w-]{30,}",
    "hooks\\.slack\\.com/services/[\\w/-]{16,}",
    "discord(?:app)?\\.com/api/webhooks/[\\w/-]{16,}",
    "AGE-SECRET-KEY-1[A-Z0-9]{20,}",
  ].join("|")})`,
  "g",
);

/** `key = "value"`, `key: value`, `"key": "value"`, `--key value`, and `value` where a `name` beside it is such a key. */
function redactAssignments(text: string, replace: Replace): string {
  if (!anySecretWord.test(text)) return text;
  const valueIsSecret =
    text.includes("set_sensitive") || [...text.matchAll(nameOf)].some(([, name]) => isSecretKey(name ?? ""));
  const key = /(?<![\w.-])[\w.-]+/g;
  let out = "";
  let done = 0;
  for (let found = key.exec(text); found !== null; found = key.exec(text)) {
    const name = found[0];
    if (!isSecretKey(name) && !(valueIsSecret && /^value$/i.test(name))) continue;
    const start = valueStart(text, found.index, key.lastIndex);
    if (start === null) continue;
    const value = valueAt(text, start);
    if (!tellsNothing(value, text)) {
      out += text.slice(done, value.start) + redactValue(text.slice(value.start, value.end), replace);
      done = value.end;
    }
    key.lastIndex = Math.max(key.lastIndex, value.end);
  }
  return out + text.slice(done);
}

/** Expressions of a template (`{{ .Values.password }}`) stay, but for what they fall back to. */
export function redactValue(written: string, replace: Replace): string {
  if (!written.includes("{{")) return replace(written);
  let out = "";
  for (let done = 0; done < written.length;) {
    const start = indexOrEnd(written, "{{", done);
    const end = indexOrEnd(written, "}}", start) + 2;
    const literal = written.slice(done, start);
    out += /\w/.test(literal) ? literal.replace(/[^\s"'](?:[^"']*[^\s"'])?/, replace) : literal;
    out += written.slice(start, end).replace(fallback, (_, before: string, text: string) => before + replace(text));
    done = end;
  }
  return out;
}

function indexOrEnd(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from);
  return index === -1 ? text.length : index;
}

const fallback = /(\bdefault\s{1,9}["`])([^"`]+)(?=["`])/g;

const nameOf = /(?<![\w.-])name\\*["']?\s*[=:]\s*\\*["']?([\w.[\]\\-]+)/gi;

const plainSecret = /^(?:password|passwd|pwd|secret|token|api[_-]?key)$/i;

/**
 * Where the value of the key from `start` to `end` begins; null when nothing assigns to it. In `apps/secrets.tf:4` and
 * `external-secrets:v0.9` the colon assigns nothing: in YAML a space or a quote follows it.
 */
function valueStart(text: string, start: number, end: number): number | null {
  const separator = separatorFor(text, start, end);
  separator.lastIndex = end;
  return separator.test(text) ? separator.lastIndex : null;
}

function separatorFor(text: string, start: number, end: number): RegExp {
  if (text.startsWith("--", start)) return /\s*=(?!=)\s*|\s+/y;
  if (text[start - 1] === "/") return /\s*=(?!=)\s*/y;
  if (plainSecret.test(text.slice(start, end))) return /\\*["']?\s*(?:=(?!=)>?|:(?!\/\/))\s*/y;
  return /(?:\\*["']\s*(?:=(?!=)>?|:)|\s*(?:=(?!=)>?|:(?=[\s"'|>{[]|$)))\s*/y;
}

interface Value {
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
}

function valueAt(text: string, start: number): Value {
  const quote = text[start];
  if (quote === '"' || quote === "'") {
    const inner = quote === '"' ? /[^"\\]*(?:\\[^][^"\\]*)*/y : /[^']*(?:''[^']*)*/y;
    inner.lastIndex = start + 1;
    inner.test(text);
    return { start: start + 1, end: inner.lastIndex, quoted: true };
  }
  if (parameter.test(text.slice(Math.max(0, start - 60), start))) {
    const end = /[^\s&#"'`]*/y;
    end.lastIndex = start;
    end.test(text);
    return { start, end: end.lastIndex, quoted: false };
  }
  if (text.startsWith("{{", start)) return { start, end: lineEndFrom(text, start), quoted: false };
  // A block scalar, a heredoc or a collection: its end is not looked for.
  if (/^(?:[|>{[]|<<)/.test(text.slice(start, start + 2))) return { start, end: text.length, quoted: false };
  return { start, end: lineEndFrom(text, start), quoted: false };
}

const parameter = /[?&][\w.-]{1,50}=$/;

function lineEndFrom(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

/** A reference, a keyword, a version or nothing: no secret is in it. */
function tellsNothing(value: Value, text: string): boolean {
  const written = text.slice(value.start, value.end);
  if (version.test(written)) return true;
  if (reference.test(written)) return true;
  if (value.quoted) return /^(?:\$\{[^}"]*\})?$/.test(written);
  return /^\s*(?:(?:null|true|false|~|<redacted>.*|(?:var|local|module|data|each|random_password)\.[\w.[\]*]+)[\s,})\]]*)?$/.test(
    written,
  );
}

// Of a shell and of a pod's arguments.
const reference = /^\s*\$(?:\([\w.-]{1,100}\)|\{\w{1,100}\}|[A-Z_][A-Z0-9_]{0,99})\s*$/;
const version = /^[~^<>= ]{0,4}v?\d{1,6}(?:\.\d{1,6}){1,3}(?:-(?:alpha|beta|rc)[.\d]{0,10})?$/;
