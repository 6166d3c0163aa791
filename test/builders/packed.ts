import { gunzipSync, gzipSync } from "node:zlib";

export const base64 = (text: string): string => Buffer.from(text).toString("base64");
export const gzip = (text: string): string => gzipSync(text).toString("base64");

/** A release as Helm's Secret has it, in the JSON of the API. */
export const helmRelease = (release: object): string => base64(gzip(JSON.stringify(release)));

/** The release back out of it. */
export function openedRelease(data: string): unknown {
  return JSON.parse(gunzipSync(Buffer.from(Buffer.from(data, "base64").toString(), "base64")).toString());
}

/** A text, and all that is packed in it, however deep: words of base64, and gzip in them. */
export function layersOf(text: string): string[] {
  const inside = [...text.matchAll(/[A-Za-z\d+/]{8,}={0,2}/g)].flatMap(([word]) => {
    const bytes = Buffer.from(word, "base64");
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return layersOf((isGzip ? gunzipSync(bytes) : bytes).toString("latin1"));
  });
  return [text, ...inside];
}

/** Whether a secret is in one of these texts: as it is, or as base64 of a longer text has it, whatever comes before it. */
export function holds(layers: readonly string[], secret: string): boolean {
  const forms = [secret, ...[0, 1, 2].map((offset) => inBase64At(secret, offset))];
  return layers.some((layer) => forms.some((form) => layer.includes(form)));
}

/** What is in the base64 of every text that has the secret at this offset modulo 3. */
function inBase64At(secret: string, offset: number): string {
  const text = base64(`${" ".repeat(offset)}${secret}`);
  const first = offset === 0 ? 0 : 4;
  const whole = Math.floor((Buffer.byteLength(secret) + offset) / 3) * 4;
  return text.slice(first, whole);
}
