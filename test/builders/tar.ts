/** A file of a tar archive, a symbolic link, or a folder that anybody may write to. */
export type TarEntry = {
  /** Below 100 bytes. */
  readonly path: string;
} & (
  | { readonly content: Buffer; /** Default 0o644. */ readonly mode?: number }
  | { readonly link: string }
  | { readonly folder: true }
);

/** A ustar archive of the given files; the same files give the same bytes. */
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
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(entry.path, 0);
  header.write(octal("content" in entry ? (entry.mode ?? 0o644) : 0o777, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write("content" in entry ? "0" : "link" in entry ? "2" : "5", 156);
  if ("link" in entry) header.write(entry.link, 157);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  return header;
}
