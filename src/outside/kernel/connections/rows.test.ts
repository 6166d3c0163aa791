import { expect, test } from "vitest";
import { tcpRows } from "./tcp-rows.ts";
import { connectedInodes, unixSocketsIn } from "./unix-rows.ts";

test("what ss prints of unix sockets: listeners, what they accepted, clients, pairs", () => {
  const printed = [
    "u_str LISTEN 0      4096   /run/containerd/containerd.sock 1201                 * 0   ",
    "u_str ESTAB  0      0      /run/containerd/containerd.sock 708176               * 708175",
    "u_str ESTAB  0      0                                    * 708175               * 708176",
    "u_str ESTAB  0      0      /run/containerd/containerd.sock 0                    * 708177",
    "u_str ESTAB  0      0      /run/containerd/containerd.sock 0                    * 708178",
    "u_dgr UNCONN 0      0          /run/systemd/journal/socket 55                   * 0",
    "u_seq ESTAB  0      0                      @abstract name  77                   * 78",
    "",
  ].join("\n");
  expect(unixSocketsIn(printed, "")).toEqual({
    rows: [
      { inode: 1201, peer: 0, listening: true, address: "/run/containerd/containerd.sock" },
      { inode: 708_176, peer: 708_175, listening: false, address: "/run/containerd/containerd.sock" },
      { inode: 708_175, peer: 708_176, listening: false, address: "*" },
      { inode: 55, peer: 0, listening: false, address: "/run/systemd/journal/socket" },
      { inode: 77, peer: 78, listening: false, address: "@abstract name" },
    ],
    twice: new Set(),
    doubted: new Set(),
  });
});

test.each([
  ["the end of a row", "@a 5 * 6", "@a 5 * 6"],
  ["the start of one", "@\ru_str ESTAB 0 0 /run/a.sock 5 * 6", "@\ru_str ESTAB 0 0 /run/a.sock 5 * 6"],
  ["what some take for the end of a line", "@a\r\u2028\x85b", "@a\r\u2028\x85b"],
])("a name that is like %s is a name", (_, name, address) => {
  expect(unixSocketsIn(`u_str LISTEN 0      128    ${name} 70147 * 0    \n`, "")?.rows).toEqual([
    { inode: 70_147, peer: 0, listening: true, address },
  ]);
});

test("of names with a newline every number is in doubt that no other row has", () => {
  const plain = "u_str ESTAB 0 0 /run/a.sock 5 * 6\nu_str ESTAB 0 0 * 6 * 5\n";
  const broken = "u_str LISTEN 0 128 @foo 5 * 456\nu_str ESTAB 0 0 /run/a.sock 70149 * 6\n";
  const told = unixSocketsIn(plain, broken);
  expect([told?.rows.map(({ inode }) => inode), told?.doubted]).toEqual([[5, 6], new Set([128, 456, 70_149])]);
});

test("of an inode that two rows have, neither is believed; one row may be printed twice", () => {
  const row = (inode: number, peer: number): string => `u_str ESTAB 0 0 /run/a.sock ${inode} * ${peer}\n`;
  const told = unixSocketsIn(row(5, 6) + row(7, 8) + row(5, 9) + row(7, 8), "");
  expect([told?.rows.map(({ inode }) => inode), told?.twice]).toEqual([[7], new Set([5])]);
});

test.each([
  "Netid State Recv-Q",
  "u_str LISTEN 0 4096 /a 12",
  "u_str ESTAB x 0 * 1 * 2",
  "u_str ESTAB 0 0 /a 1 /b 2",
  "<html>",
])("nothing is concluded from %j", (text) => expect(unixSocketsIn(text, "")).toBeNull());

test("connected sockets in the table of a namespace, whatever their names", () => {
  const table = [
    "Num       RefCount Protocol Flags    Type St Inode Path",
    "000000000c9a1f6e: 00000002 00000000 00010000 0001 01 20411 /run/a.sock",
    "00000000d1b1c0de: 00000003 00000000 00000000 0001 03 20412 /run/a b.sock",
    "00000000d1b1c0df: 00000003 00000000 00000000 0001 03 20413",
    "00000000d1b1c0df: 00000003 00000000 00000000 0001 03 20414 ",
    "and the rest of a name",
  ].join("\n");
  expect(connectedInodes(table)).toEqual(new Set([20_412, 20_413, 20_414]));
});

test("TCP sockets that listen and that are connected; both families write one address alike", () => {
  const rest = "00000000:00000000 00:00000000 00000000     0        0";
  const table = [
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
    `   0: 0100007F:73D5 00000000:0000 0A ${rest} 113 1 00000000dfd5393e 100 0 0 10 0`,
    `   1: 0100007F:73D5 0100007F:9C40 01 ${rest} 114 1 00000000dfd5393e 20 4 30 10 -1`,
    `   2: 0000000000000000FFFF00000100007F:9C40 0000000000000000FFFF00000100007F:73D5 01 ${rest} 115 1 0 20 4 30 10 -1`,
    `   3: 0100007F:9C41 0100007F:73D5 06 ${rest} 0 3 0`,
  ].join("\n");
  expect(tcpRows(table)).toEqual([
    { inode: 113, listening: true, local: "0100007F:73D5", remote: "00000000:0000", port: 29_653 },
    { inode: 114, listening: false, local: "0100007F:73D5", remote: "0100007F:9C40", port: 29_653 },
    { inode: 115, listening: false, local: "0100007F:9C40", remote: "0100007F:73D5", port: 40_000 },
  ]);
});

test.each(["  1: 0100007F:73D5 00000000:0000 0A", "x", "  1: 0100007F:73D5 00000000:0000 0A 0 0 0 0 0 -7 1 "])(
  "a table of TCP with %j in it is not understood",
  (line) => expect(tcpRows(`  sl  local_address rem_address\n${line}\n`)).toBeNull(),
);
