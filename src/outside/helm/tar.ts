/** What is in an archive: files and folders alone. */
export interface TarEntry {
  readonly path: string;
  readonly content: Uint8Array;
}

/** Why an archive is not read, a plain clause. */
export class TarRefusal extends Error {}

/** An archive may have this many entries. */
const maximumEntries = 10_000;

/**
 * The files of a tar archive (POSIX ustar and pax, and GNU's long names). Nothing of it is written anywhere. Throws
 * {@link TarRefusal} for links, devices and whatever is not known.
 */
export function* readTar(archive: Uint8Array): Generator<TarEntry> {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let at = 0;
  let named: string | null = null;
  for (let count = 0; at + block <= bytes.length; count += 1) {
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return;
    if (count === maximumEntries) throw new TarRefusal(`it has more than ${maximumEntries} entries`);
    const size = sizeOf(header);
    const content = bytes.subarray(at + block, at + block + size);
    if (content.length < size) throw new TarRefusal("it was cut off");
    at += block + Math.ceil(size / block) * block;
    const type = String.fromCharCode(header[typeAt] ?? 0);
    const path = named ?? nameOf(header);
    named = null;
    if (type === "x") named = paxPath(content.toString("utf8"));
    else if (type === "L") named = untilZero(content);
    else if (type === "0" || type === "\0" || type === "7") yield { path, content };
    else if (type === "1" || type === "2") throw new TarRefusal(`it has a link: ${path}`);
    else if (type !== "5" && type !== "g") throw new TarRefusal(`it has an entry of a kind that is not known: ${path}`);
  }
  throw new TarRefusal("it was cut off");
}

const block = 512;
const typeAt = 156;

/** Octal digits; sizes of 8 GiB and more are written otherwise, and none is that large. */
function sizeOf(header: Buffer): number {
  const text = untilZero(header.subarray(124, 136)).trim();
  if (!/^[0-7]{1,11}$/.test(text)) throw new TarRefusal("an entry does not say how long it is");
  return Number.parseInt(text, 8);
}

function nameOf(header: Buffer): string {
  const name = untilZero(header.subarray(0, 100));
  const isUstar = header.subarray(257, 263).toString("latin1") === "ustar\0";
  const prefix = isUstar ? untilZero(header.subarray(345, 500)) : "";
  return prefix === "" ? name : `${prefix}/${name}`;
}

function untilZero(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.subarray(0, end === -1 ? bytes.length : end).toString("utf8");
}

/** Records are `LENGTH KEY=VALUE\n`; what says how long a file is would make two readers read two archives. */
function paxPath(records: string): string | null {
  if (/(?:^|\n)\d{1,20} (?:size|linkpath|GNU\.sparse[^=]{0,100})=/.test(records))
    throw new TarRefusal("it describes an entry in a way that is not known");
  const [, path] = /(?:^|\n)\d{1,20} path=([^\n]*)\n/.exec(records) ?? [];
  return path ?? null;
}
