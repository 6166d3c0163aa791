import type { KubeKind } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { Placeholders } from "./placeholder.ts";
import { treatments } from "./texts.ts";
import { walk } from "./walk.ts";
import type { Means } from "./walk.ts";

/** Takes secrets out of objects as they were served. docs/concepts/redaction.md says what it takes for one. */
export class Redactor {
  readonly #means: Means;

  /** At least 32 random bytes, for one file, and kept nowhere: see {@link Placeholders}. */
  constructor(key: Uint8Array) {
    this.#means = treatments(new Placeholders(key));
  }

  /** `kind`: of the list that it came in, whose objects do not say their own. */
  redact({ kind }: Pick<KubeKind, "kind">, served: ServedObject): Redacted {
    this.#means.unpacker.begin();
    const { value, replaced } = walk(served.unredacted().object, this.#means, "fields", kind);
    return new Redacted(
      value,
      replaced.map(({ path }) => pointer(path)),
    );
  }
}

/** An object without its secrets. Only a {@link Redactor} makes one: the class is not exported. */
class Redacted {
  readonly #object: unknown;
  /** JSON pointers to what was replaced, or has something in it that was. */
  readonly paths: readonly string[];

  constructor(object: unknown, paths: readonly string[]) {
    this.#object = object;
    this.paths = paths;
  }

  get object(): unknown {
    return this.#object;
  }
}

export type { Redacted };

/** RFC 6901. */
function pointer(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}
