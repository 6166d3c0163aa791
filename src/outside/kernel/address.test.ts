import fc from "fast-check";
import { expect, test } from "vitest";
import { address } from "./address.ts";

test.each([
  ["0100007F", "LE", "127.0.0.1"],
  ["7F000001", "BE", "127.0.0.1"],
  ["00000000", "LE", "0.0.0.0"],
  ["0A01A8C0", "LE", "192.168.1.10"],
  ["00000000000000000000000000000000", "LE", "::"],
  ["00000000000000000000000001000000", "LE", "::1"],
  ["00000000000000000000000000000001", "BE", "::1"],
  ["0000000000000000FFFF00000100000A", "LE", "::ffff:10.0.0.1"],
  ["00000000000000000000FFFF0A000001", "BE", "::ffff:10.0.0.1"],
  ["B80D0120000000000000000001000000", "LE", "2001:db8::1"],
  ["000080FE00000000FF005450BB9A78FE", "LE", "fe80::5054:ff:fe78:9abb"],
  // RFC 5952: the first of two longest runs; a single zero is written.
  ["20010DB8000000000001000000000001", "BE", "2001:db8::1:0:0:1"],
  ["20010DB8000000010001000100010001", "BE", "2001:db8:0:1:1:1:1:1"],
] as const)("%s on a machine of %s is %s", (digits, order, expected) => {
  expect(address(digits, order)).toBe(expected);
});

test("IPv6 addresses are written as URLs write them", () => {
  const word = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(word, { minLength: 8, maxLength: 8 }), (words) => {
      const groups = words.map((group) => group.toString(16).padStart(4, "0"));
      const isMapped = groups.join("").startsWith("00000000000000000000ffff");
      fc.pre(!isMapped);
      const { hostname } = new URL(`http://[${groups.join(":")}]`);
      expect(`[${address(groups.join("").toUpperCase(), "BE")}]`).toBe(hostname);
    }),
  );
});
