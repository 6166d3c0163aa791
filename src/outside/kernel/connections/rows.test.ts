import { expect, test } from "vitest";
import { tcpRows } from "./tcp-rows.ts";
import { acceptedRows, unixRows } from "./unix-rows.ts";

test("what ss prints of unix sockets: listeners, what they accepted, clients, pairs", () => {
  const printed = [
    "u_str LISTEN 0      4096   /run/containerd/containerd.sock 1201                 * 0   ",
    "u_str ESTAB  0      0      /run/containerd/containerd.sock 708176               * 708175",
    "u_str ESTAB  0      0                                    * 708175               * 708176",
    "u_dgr UNCONN 0      0          /run/systemd/journal/socket 55                   * 0",
    "u_seq ESTAB  0      0                      @abstract name  77                   * 78",
    "",
  ].join("\n");
  expect(unixRows(printed)).toEqual([
    { inode: 1201, peer: 0, listening: true, address: "/run/containerd/containerd.sock" },
    { inode: 708_176, peer: 708_175, listening: false, address: "/run/containerd/containerd.sock" },
    { inode: 708_175, peer: 708_176, listening: false, address: "*" },
    { inode: 55, peer: 0, listening: false, address: "/run/systemd/journal/socket" },
    { inode: 77, peer: 78, listening: false, address: "@abstract name" },
  ]);
});

test.each(["Netid State Recv-Q", "u_str LISTEN 0 4096 /a 12", "u_str ESTAB x 0 * 1 * 2", "<html>"])(
  "nothing is concluded from %j",
  (text) => expect(unixRows(text)).toBeNull(),
);

test("sockets that a listener accepted, in the table of a namespace", () => {
  const table = [
    "Num       RefCount Protocol Flags    Type St Inode Path",
    "000000000c9a1f6e: 00000002 00000000 00010000 0001 01 20411 /run/a.sock",
    "00000000d1b1c0de: 00000003 00000000 00000000 0001 03 20412 /run/a b.sock",
    "00000000d1b1c0df: 00000003 00000000 00000000 0001 03 20413",
  ].join("\n");
  expect(acceptedRows(table)).toEqual([{ inode: 20_412, address: "/run/a b.sock" }]);
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
