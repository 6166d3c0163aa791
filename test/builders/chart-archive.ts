import { gzipSync } from "node:zlib";

/** A chart's `.tgz` with nothing but its Chart.yaml; `note` makes other bytes of the same version. */
export function chartArchive(name: string, version: string, note = ""): Buffer {
  const chart = Buffer.from(`apiVersion: v2\nname: ${name}\nversion: ${version}\ndescription: "${note}"\n`);
  const padding = Buffer.alloc((512 - (chart.length % 512)) % 512);
  return gzipSync(Buffer.concat([tarHeader(`${name}/Chart.yaml`, chart.length), chart, padding, Buffer.alloc(1024)]));
}

/** The 512 bytes before a file in a tar archive. */
function tarHeader(path: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => `${value.toString(8).padStart(digits, "0")}\0`;
  header.write(path, 0);
  header.write(octal(0o644, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(" ".repeat(8), 148);
  header.write("0", 156);
  header.write("ustar\u000000", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)} `, 148);
  return header;
}
