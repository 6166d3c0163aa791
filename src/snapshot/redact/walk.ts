import { isSecretKey, namesSecret } from "../../report/secret-words.ts";
import { redactArguments } from "./arguments.ts";
import { holdsVariables, isPlainVariable, isShortNumber, refers } from "./environment.ts";
import type { Memo } from "./memo.ts";
import type { Placeholders } from "./placeholder.ts";
import { isPublic } from "./public.ts";
import { ruleBelow, rulesFor } from "./rules.ts";
import type { Rule, Treatment } from "./rules.ts";
import type { Unpacker } from "./unpacker.ts";

/** How texts are treated; what is packed in one is walked again. */
export interface Means {
  readonly placeholders: Placeholders;
  readonly text: (text: string) => string;
  /** Of YAML. */
  readonly documents: Memo;
  readonly unpacker: Unpacker;
  readonly treat: Readonly<Record<Treatment, (text: string) => string>>;
}

/**
 * How what is walked is judged. `fields`: an API's fields, where texts of secret-looking keys are secrets. `values`: a
 * chart's, where numbers and all that lies below such a key are, too. `secret`: it lies below such a key.
 */
export type Judged = "fields" | "values" | "secret";

export interface Replacement {
  readonly path: readonly string[];
  readonly value: unknown;
}

export interface Walked {
  /** The same object where nothing was replaced. */
  readonly value: unknown;
  readonly replaced: readonly Replacement[];
}

/** Replaces what is secret in a tree of JSON by the rules of its kind. Keys and types stay as they are. */
export function walk(root: unknown, means: Means, judged: Judged, kind?: string, rule?: Rule): Walked {
  const walking = new Walk(means);
  const own = rule ?? (kind === undefined || !isObject(root) ? undefined : rulesFor(kind, root));
  return { value: walking.visit(root, "", own, judged), replaced: walking.replaced };
}

/** Levels; what is deeper is replaced as a whole. The deepest objects of Kubernetes are schemas, at some 60. */
const maximumDepth = 200;

class Walk {
  readonly replaced: Replacement[] = [];
  readonly #means: Means;
  readonly #path: string[] = [];

  constructor(means: Means) {
    this.#means = means;
  }

  /** `key` is what it is judged by: its own, or that of the list which it is in. */
  visit(value: unknown, key: string, rule: Rule | undefined, judged: Judged): unknown {
    if (rule === "keep") return value;
    if (rule === "values" && judged === "fields") return this.visit(value, key, undefined, "values");
    if (typeof value === "string") return this.#noted(value, this.#text(value, key, rule, judged));
    if (typeof value === "number") return this.#noted(value, this.#number(value, key, rule, judged));
    if (typeof value !== "object" || value === null) return value;
    if (this.#path.length >= maximumDepth) return this.#noted(value, this.#means.placeholders.text("too deep"));
    if (Array.isArray(value)) return this.#items(value, (item) => this.visit(item, key, ruleBelow(rule, "*"), judged));
    return this.#object(value, key, rule, judged);
  }

  #text(value: string, key: string, rule: Rule | undefined, judged: Judged): string {
    if (value === "") return value;
    if (typeof rule === "string" && rule !== "values") return this.#means.treat[rule](value);
    // What lies below a secret's key is none of an object's identity, whatever it is called.
    if (judged !== "secret" && isPublic(key, value)) return value;
    const isSecret = isSecretKey(key) || (judged === "secret" && !namesSecret(key));
    return isSecret && !refers(value) ? this.#means.placeholders.text(value) : this.#means.text(value);
  }

  #number(value: number, key: string, rule: Rule | undefined, judged: Judged): number {
    const isSecret =
      rule === "secret" ||
      rule === "secret-base64" ||
      (judged !== "fields" &&
        (isSecretKey(key) || (judged === "secret" && !namesSecret(key) && !isShortNumber(`${value}`))));
    return isSecret ? this.#means.placeholders.number(value) : value;
  }

  #object(value: object, key: string, rule: Rule | undefined, judged: Judged): unknown {
    if (key === "fieldsV1") return this.#fields(value);
    const kind: unknown = "kind" in value ? value.kind : undefined;
    const rules = typeof rule === "object" || typeof kind !== "string" ? rule : (rulesFor(kind, value) ?? rule);
    const below = judged === "values" && isSecretKey(key) ? "secret" : judged;
    const isPair = isSecretPair(value);
    return this.#members(value, (member, name) => {
      if (holdsVariables(name) && typeof member === "object" && member !== null)
        return this.#variables(member, name, below);
      if ((name === "args" || name === "command") && isTexts(member))
        return this.#arguments(member, name === "args" ? programOf(value) : "");
      const judgedBy = isPair && (name === "value" || name === "values") ? "secret" : name;
      return this.visit(member, judgedBy, ruleBelow(rules, name), below);
    });
  }

  #variables(variables: object, key: string, judged: Judged): unknown {
    const one = (value: unknown, name: string): unknown => {
      if (typeof value !== "string" && typeof value !== "number") return this.visit(value, name, undefined, judged);
      if (isPlainVariable(name, `${value}`)) return value;
      const { placeholders } = this.#means;
      return this.#noted(value, typeof value === "string" ? placeholders.text(value) : placeholders.number(value));
    };
    if (!Array.isArray(variables)) {
      if (judged === "fields") return this.visit(variables, key, undefined, judged);
      return this.#members(variables, one);
    }
    return this.#items(variables, (item) => {
      if (!isObject(item) || !("name" in item)) return this.visit(item, key, undefined, judged);
      return this.#members(item, (member, name) =>
        name === "value" ? one(member, String(item.name)) : this.visit(member, name, undefined, judged),
      );
    });
  }

  #arguments(line: readonly string[], program: string): unknown {
    const { placeholders, text } = this.#means;
    const redacted = redactArguments(line, placeholders.text, text, program);
    return this.#items(line, (argument, index) => this.#noted(argument, redacted[index] ?? argument));
  }

  /** Of server-side apply: `v:` and `k:` have values in their keys [structured-merge-diff v6, fieldpath/serialize-pe.go]. */
  #fields(fields: object): unknown {
    let copy: [string, unknown][] | null = null;
    for (const [index, key] of Object.keys(fields).entries()) {
      const below: unknown = Reflect.get(fields, key);
      const inside = isObject(below) ? this.#step(key, () => this.#fieldsBelow(below)) : below;
      const told = /^[vk]:/.test(key) ? key.slice(0, 2) + redactJsonKey(key.slice(2), this.#means.text) : key;
      if (told !== key) this.replaced.push({ path: [...this.#path, told], value: inside });
      if (told !== key || inside !== below) (copy ??= Object.entries(fields))[index] = [told, inside];
    }
    return copy === null ? fields : Object.fromEntries(copy);
  }

  #fieldsBelow(fields: object): unknown {
    return this.#path.length < maximumDepth ? this.#fields(fields) : this.#noted(fields, {});
  }

  #members(value: object, visit: (member: unknown, key: string) => unknown): unknown {
    let copy: Record<string, unknown> | null = null;
    for (const key of Object.keys(value)) {
      const member: unknown = Reflect.get(value, key);
      const now = this.#step(key, () => visit(member, key));
      // A spread copies `__proto__` as a member, and so it is set as one.
      if (now !== member) (copy ??= { ...value })[key] = now;
    }
    return copy ?? value;
  }

  #items<T>(value: readonly T[], visit: (item: T, index: number) => unknown): unknown {
    let copy: unknown[] | null = null;
    for (const [index, item] of value.entries()) {
      const now = this.#step(String(index), () => visit(item, index));
      if (now !== item) (copy ??= [...value])[index] = now;
    }
    return copy ?? value;
  }

  #step<T>(key: string, visit: () => T): T {
    this.#path.push(key);
    const told = visit();
    this.#path.pop();
    return told;
  }

  #noted<T>(before: unknown, now: T): T {
    if (now !== before) this.replaced.push({ path: [...this.#path], value: now });
    return now;
  }
}

/** What a container runs, whose arguments stand beside it. */
function programOf(container: object): string {
  const command: unknown = "command" in container ? container.command : undefined;
  return isTexts(command) ? command.join(" ") : "";
}

function isSecretPair(value: object): boolean {
  const name: unknown = "name" in value ? value.name : "key" in value ? value.key : undefined;
  // An expression of a policy is no name.
  return typeof name === "string" && !/[{\s(]/.test(name) && isSecretKey(name);
}

function redactJsonKey(json: string, text: (text: string) => string): string {
  if (!json.startsWith('"')) return text(json);
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "string" && text(value) !== value ? JSON.stringify(text(value)) : json;
  } catch {
    return text(json);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
