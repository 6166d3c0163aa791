/** A file of a tar archive, a symbolic link, or a folder; all of them root's. */
export type TarEntry = {
  /** Below 100 bytes. */
  readonly path: string;
} & (
  | { readonly content: Buffer; /** Default 0o644. */ readonly mode?: number }
  | { /** Below 100 bytes. */ readonly link: string }
  | { readonly folder: true; /** Default: anybody may write to it. */ readonly mode?: number }
);

/** A ustar archive of the given files; the same files give the same bytes. Throws where a path is too long. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = "content" in entry ? entry.content : Buffer.alloc(0);
    const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
    return [tarHeader(entry, content.length), content, padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

/** The 512 bytes before a file. */
function tarHeader(entry: TarEntry, size: number): Buffer {
  const header = Buffer.alloc(512);
  const link = "link" in entry ? entry.link : "";
  for (const name of [entry.path, link]) {
    if (Buffer.byteLength(name) >= 100) throw new RangeError(`${name}: a tar archive has room for 99 bytes`);
  }
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(entry.path, 0);
  header.write(octal(modeOf(entry), 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write("content" in entry ? "0" : "link" in entry ? "2" : "5", 156);
  header.write(link, 157);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  return header;
}

/** With the default that an archive gives it. */
export function modeOf(entry: TarEntry): number {
  if ("link" in entry) return 0o777;
  return entry.mode ?? ("content" in entry ? 0o644 : 0o777);
}
