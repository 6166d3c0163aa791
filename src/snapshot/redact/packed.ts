import { gzipSync } from "node:zlib";
import { redactManifest } from "./manifest.ts";
import { textIn, textOf } from "./placeholder.ts";
import { walk } from "./walk.ts";
import type { Means } from "./walk.ts";

/**
 * What a text has packed in it, opened, redacted by the rules of its kind, and closed again: JSON, YAML of objects, base64
 * of a text or of gzip. So are the copies of an object that tools keep in its annotations: kubectl's
 * `last-applied-configuration`, wrangler's `objectset.rio.cattle.io/applied` [rancher/wrangler, pkg/apply/desiredset_compare.go],
 * kapp's `original`. What is packed otherwise (banzaicloud.com/last-applied is a zip) is replaced. null: nothing is packed.
 */
export function redactPacked(text: string, means: Means): string | null {
  if (/^\s{0,20}[{[]/.test(text)) return redactJson(text, means);
  if (/^apiVersion:/m.test(text) && /^kind:/m.test(text)) return redactManifest(text, means, "fields");
  if (!base64.test(text)) return null;
  if (text.startsWith("H4sI")) return redactGzip(text, means);
  if (otherPacker.test(text)) return means.placeholders.base64(text);
  const inside = textOf(text);
  return inside === null ? null : closed(text, inside, means.text(inside), (now) => Buffer.from(now));
}

const base64 = /^[A-Za-z\d+/]{16,}={0,2}\s*$/;
/** zip, zstd, bzip2, xz. */
const otherPacker = /^(?:UEsD|KLUv|QlpoOT|\/Td6WFo)/;

function redactJson(text: string, means: Means): string | null {
  const [before = ""] = /^\s*/.exec(text) ?? [];
  const [after = ""] = /\s*$/.exec(text.slice(-20)) ?? [];
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const hasKind = typeof value === "object" && value !== null && "kind" in value && "apiVersion" in value;
  const walked = walk(value, means, hasKind ? "fields" : "values");
  if (walked.replaced.length === 0) return text;
  const indent = text.slice(0, text.length - after.length).includes("\n") ? 2 : 0;
  return `${before}${JSON.stringify(walked.value, null, indent)}${after}`;
}

function redactGzip(text: string, means: Means): string {
  try {
    const inside = textIn(means.unpacker.gunzip(Buffer.from(text, "base64")));
    if (inside !== null) return closed(text, inside, means.text(inside), (now) => gzipSync(now));
  } catch {
    // No gzip after all, cut short, or too much.
  }
  return means.placeholders.base64(text);
}

/** Nothing was in it: it stays byte for byte. wrangler writes base64 without padding. */
function closed(text: string, inside: string, now: string, close: (now: string) => Buffer): string {
  if (now === inside) return text;
  const base64Text = close(now).toString("base64");
  return text.includes("=") ? base64Text : base64Text.replace(/={1,2}$/, "");
}
