import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { tarArchive } from "./tar.ts";

test("tar lists what was written, all of it root's and of no time", () => {
  const archive = tarArchive([
    { path: "etc", folder: true, mode: 0o755 },
    { path: "etc/motd", content: Buffer.from("hello\n") },
    { path: "bin/run", content: Buffer.alloc(513), mode: 0o755 },
    { path: "bin/link", link: "run" },
    { path: "tmp", folder: true, mode: 0o1777 },
    { path: "open", folder: true },
  ]);
  expect(list(archive)).toMatchInlineSnapshot(`
    "drwxr-xr-x 0/0 0 1970-01-01 00:00 etc
    -rw-r--r-- 0/0 6 1970-01-01 00:00 etc/motd
    -rwxr-xr-x 0/0 513 1970-01-01 00:00 bin/run
    lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin/link -> run
    drwxrwxrwt 0/0 0 1970-01-01 00:00 tmp
    drwxrwxrwx 0/0 0 1970-01-01 00:00 open
    "
  `);
});

test.each([
  ["a path", { path: "x".repeat(100), content: Buffer.alloc(0) }],
  ["what a link leads to", { path: "x", link: "é".repeat(50) }],
])("%s that has no room is refused", (_, entry) => {
  expect(() => tarArchive([entry])).toThrow("a tar archive has room for 99 bytes");
});

function list(archive: Buffer): string {
  const options = ["--list", "--verbose", "--numeric-owner", "--utc", "--file=-"];
  return execFileSync("tar", options, { input: archive, encoding: "utf8" }).replaceAll(/ +/g, " ");
}
