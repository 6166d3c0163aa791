import { redactText } from "../../report/redact.ts";
import { redactRelease } from "./helm-release.ts";
import { redactLines } from "./lines.ts";
import { redactManifest } from "./manifest.ts";
import { Memo } from "./memo.ts";
import { redactPacked } from "./packed.ts";
import { textOf } from "./placeholder.ts";
import type { Placeholders } from "./placeholder.ts";
import { base64Word, couldHoldSecret } from "./signals.ts";
import { Unpacker } from "./unpacker.ts";
import type { Means } from "./walk.ts";

/** How texts of every place are treated, with these placeholders. */
export function treatments(placeholders: Placeholders): Means {
  const texts = new Memo(maximumKept);
  const files = new Memo(maximumKept);
  let depth = 0;

  function text(value: string): string {
    return value.length < 6
      ? value
      : texts.get(value, (once) => (depth < maximumPacking ? opened(once) : placeholders.text(once)));
  }

  function opened(value: string): string {
    depth += 1;
    try {
      return redactPacked(value, means) ?? plain(value);
    } finally {
      depth -= 1;
    }
  }

  function plain(value: string): string {
    if (!couldHoldSecret(value)) return value;
    const now = value.includes("\n") ? redactLines(value, placeholders) : redactText(value, placeholders.text);
    return now.replace(base64Word, (word) => (word === value ? word : text(word)));
  }

  const means: Means = {
    placeholders,
    text,
    documents: new Memo(maximumKept),
    unpacker: new Unpacker(),
    treat: {
      keep: (same) => same,
      secret: placeholders.text,
      "secret-base64": placeholders.base64,
      file: (data) => {
        const told = textOf(data);
        return told === null ? placeholders.base64(data) : inBase64(data, told, files.get(told, plain));
      },
      manifest: (yaml) => redactManifest(yaml, means, "fields"),
      "values-yaml": (yaml) => redactManifest(yaml, means, "values"),
      release: (release) => redactRelease(release, means),
      "release-base64": (data) => {
        const release = Buffer.from(data, "base64").toString();
        return inBase64(data, release, redactRelease(release, means));
      },
    },
  };
  return means;
}

function inBase64(data: string, before: string, now: string): string {
  return now === before ? data : Buffer.from(now).toString("base64");
}

/** Characters, of each kind of text. */
const maximumKept = 8 * 1024 * 1024;
/** How often something may be packed in something packed. */
const maximumPacking = 8;
