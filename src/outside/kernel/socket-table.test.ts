import fc from "fast-check";
import { expect, test } from "vitest";
import { tableText } from "../../../test/builders/proc-tree.ts";
import { socketsIn, TableNotUnderstood, type Table } from "./socket-table.ts";

function rows(table: Table, text: string, order: "LE" | "BE" = "LE"): string[] {
  return [...socketsIn(table, [Buffer.from(text)], { network: 1, order })].map(
    ({ protocol, family, address, port, connected, inode }) =>
      `${protocol}${family} ${address} ${port} ${inode}${connected ? " connected" : ""}`,
  );
}

const printed = { network: 1, order: "LE" } as const;

// As Linux 6.18 prints them, padding included.
const header = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
const wildcard = "00000000000000000000000000000000";

test.each<[string, Table, string, string[]]>([
  ["no row", "tcp", header, []],
  ["not even a header", "tcp", "", []],
  [
    "TCP: listeners only",
    "tcp",
    `${header}   0: 0100007F:73D4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 511 1 ffff9c4d1e2f0000 100 0 0 10 0                       \n` +
      `   1: 0100007F:73D4 0100007F:C0A8 01 00000000:00000000 02:000A7A5B 00000000     0        0 512 2 ffff9c4d1e2f0000 20 4 30 10 -1                      \n` +
      `   2: 0100007F:C0A8 0100007F:73D4 06 00000000:00000000 03:00001234 00000000     0        0 0 3 ffff9c4d1e2f0000                                      \n`,
    ["tcp4 127.0.0.1 29652 511"],
  ],
  [
    "UDP: bound, with and without a peer",
    "udp",
    `${header}  123: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000   101        0 21 2 ffff9c4d1e2f0000 0         \n` +
      `12345: 0100007F:D431 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 22 2 ffff9c4d1e2f0000 0         \n` +
      `    7: 00000000:0000 0100007F:0035 07 00000000:00000000 00:00000000 00000000     0        0 23 2 ffff9c4d1e2f0000 0         \n`,
    ["udp4 0.0.0.0 68 21", "udp4 127.0.0.1 54321 22 connected"],
  ],
  [
    "IPv6",
    "tcp6",
    `${header}   0: ${wildcard}:0050 ${wildcard}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 31 1 ffff9c4d1e2f0000 100 0 0 10 0\n` +
      `   1: 0000000000000000FFFF00000100007F:0051 ${wildcard}:0000 0A 00000000:00000000 00:00000000 00000000     0        0 32 1 ffff9c4d1e2f0000 100 0 0 10 0\n`,
    ["tcp6 :: 80 31", "tcp6 ::ffff:127.0.0.1 81 32"],
  ],
  [
    "large numbers, and a timeout below zero",
    "tcp",
    `${header}4294967295: 00000000:FFFF 00000000:0000 0A FFFFFFFF:FFFFFFFF 02:FFFFFFFFFFFFFFF6 FFFFFFFF 4294967295       -1 4294967295 1 0 100 0 0 10 0\n`,
    ["tcp4 0.0.0.0 65535 4294967295"],
  ],
])("%s", (_name, table, text, expected) => {
  expect(rows(table, text)).toEqual(expected);
});

test("the byte order is that of the machine that printed it", () => {
  const text = tableText("tcp", [{ address: "7F000001", port: 80, inode: 5 }]);
  expect(rows("tcp", text, "BE")).toEqual(["tcp4 127.0.0.1 80 5"]);
  expect(rows("tcp", text, "LE")).toEqual(["tcp4 1.0.0.127 80 5"]);
});

const row =
  "   0: 0100007F:73D4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 511 1 0 100 0 0 10 0\n";

test.each([
  ["words", "tcp", `${header}<html>502 Bad Gateway</html>\n`],
  ["a row of the other family", "tcp6", header + row],
  ["a row that was cut off", "tcp", header + row.slice(0, 60)],
  ["a last row without its end", "tcp", header + row.trimEnd()],
  ["an inode too large for a number", "tcp", header + row.replace(" 511 ", " 99999999999999999999 ")],
  ["a line without an end", "tcp", header + "0".repeat(1_000_000)],
] as const)("%s is refused", (_name, table, text) => {
  const cut = text.match(/[^]{1,4096}/g)?.map((piece) => Buffer.from(piece)) ?? [];
  expect(() => [...socketsIn(table, cut, printed)]).toThrow(TableNotUnderstood);
});

test("where the pieces end changes nothing", () => {
  const text = tableText(
    "tcp",
    Array.from({ length: 50 }, (_, at) => ({
      address: "0100007F",
      port: at + 1,
      inode: at,
      state: at % 3 ? "01" : "0A",
    })),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 20 }), (cuts) => {
      const ends = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = ends.slice(1).map((end, at) => Buffer.from(text.slice(ends[at], end)));
      expect([...socketsIn("tcp", pieces, printed)].map(({ port }) => port)).toEqual(
        Array.from({ length: 17 }, (_, at) => 3 * at + 1),
      );
    }),
  );
});
