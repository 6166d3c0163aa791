import fc from "fast-check";
import { expect, test } from "vitest";
import { parseStat } from "./stat-line.ts";

const rest = "0 -1 4194560 3015 98 1 0 5 12 0 0 20 0 1 0 4711 9138176 1163 18446744073709551615 1 1 0 0";

test.each([
  ["plain", `42 (nginx) S 1 42 42 ${rest}\n`, { name: "nginx", state: "S", parent: 1, startTicks: 4711 }],
  ["spaces", `42 (tmux: server) S 1 42 42 ${rest}\n`, { name: "tmux: server" }],
  ["a name that looks like the rest", `42 (a) R 1 (x) Z 7 7 7 ${rest}\n`, { name: "a) R 1 (x", state: "Z", parent: 7 }],
  ["newlines, printed as they are", `42 (a\n42 (b) S 1) S 1 42 42 ${rest}\n`, { name: "a\n42 (b) S 1" }],
  ["an empty name", `42 () S 1 42 42 ${rest}\n`, { name: "" }],
  ["a kernel thread", `2 (kworker/0:1H-kblockd) I 2 0 0 ${rest}\n`, { name: "kworker/0:1H-kblockd", state: "I" }],
])("%s", (_name, text, expected) => {
  expect(parseStat(text)).toMatchObject(expected);
});

test.each([
  ["nothing", ""],
  ["no name", `42 nginx S 1 42 42 ${rest}`],
  ["cut off", "42 (nginx) S 1 42 42 0 -1"],
  ["a state of two letters", `42 (nginx) SS 1 42 42 ${rest}`],
  ["a parent below zero", `42 (nginx) S -1 42 42 ${rest}`],
  ["a start too large for a number", `42 (nginx) S 1 42 42 ${rest.replace("4711", "18446744073709551615")}`],
])("%s is no such line", (_name, text) => {
  expect(parseStat(text)).toBeNull();
});

test("no name changes what is read behind it", () => {
  const name = fc.string({ maxLength: 15, unit: fc.oneof(fc.constantFrom(")", "(", " ", "\n", "\\"), fc.string()) });
  fc.assert(
    fc.property(name, (given) => {
      expect(parseStat(`42 (${given}) D 7 42 42 ${rest}\n`)).toEqual({
        name: given,
        state: "D",
        parent: 7,
        cpuTicks: 17,
        startTicks: 4711,
      });
    }),
  );
});
