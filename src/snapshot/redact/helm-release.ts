import { gzipSync } from "node:zlib";
import { releaseRules } from "./rules.ts";
import { walk } from "./walk.ts";
import type { Means } from "./walk.ts";

/**
 * A release as Helm keeps it, base64 of gzip of JSON, or of JSON alone [helm v4.2.4 and v3.20.0,
 * pkg/storage/driver/util.go], without its secrets, in the same form: Helm reads it. What is no such release, or has over
 * 64 MiB, is replaced.
 */
export function redactRelease(text: string, means: Means): string {
  try {
    const bytes = Buffer.from(text, "base64");
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
    const json = (isPacked ? means.unpacker.gunzip(bytes) : bytes).toString();
    const walked = walk(JSON.parse(json), means, "fields", undefined, releaseRules);
    if (walked.replaced.length === 0) return text;
    const now = JSON.stringify(walked.value);
    return (isPacked ? gzipSync(now) : Buffer.from(now)).toString("base64");
  } catch {
    return means.placeholders.base64(text);
  }
}
