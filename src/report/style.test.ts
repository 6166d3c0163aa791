import { expect, test } from "vitest";
import { sign, styleOf, wantsAscii, wantsColor } from "./style.ts";

test.each([
  [{ isTTY: true }, true],
  [{ isTTY: false }, false],
  [{ isTTY: true, TERM: "dumb" }, false],
  [{ isTTY: true, NO_COLOR: "1" }, false],
  [{ isTTY: true, NO_COLOR: "" }, true],
  [{ isTTY: false, FORCE_COLOR: "1" }, true],
  [{ isTTY: false, FORCE_COLOR: "" }, true],
  [{ isTTY: true, FORCE_COLOR: "0" }, false],
  [{ isTTY: true, FORCE_COLOR: "1", NO_COLOR: "1" }, false],
  [{ isTTY: false, flag: "always" as const, NO_COLOR: "1" }, true],
  [{ isTTY: true, flag: "never" as const, FORCE_COLOR: "1" }, false],
  [{ isTTY: true, flag: "auto" as const }, true],
])("colour for %j: %s", (asked, expected) => {
  expect(wantsColor(asked)).toBe(expected);
});

test.each([
  [{}, false],
  [{ LANG: "en_GB.UTF-8" }, false],
  [{ LANG: "C.utf8" }, false],
  [{ LANG: "C" }, true],
  [{ LANG: "de_DE.ISO-8859-1" }, true],
  [{ LC_ALL: "", LC_CTYPE: "POSIX", LANG: "en_GB.UTF-8" }, true],
  [{ LC_ALL: "C.UTF-8", LC_CTYPE: "POSIX" }, false],
])("ASCII for %j: %s", (locale, expected) => {
  expect(wantsAscii(locale)).toBe(expected);
});

test("a sign without colour, in colour and in ASCII", () => {
  const tones = ["bad", "warn", "unknown", "good", "faint"] as const;
  const signs = (color: boolean, ascii: boolean) =>
    tones.map((tone) => sign(styleOf({ color, ascii }), tone)).join(" ");
  expect(signs(false, false)).toBe("✖ ◐ ? ✔ ·");
  expect(signs(false, true)).toBe("x ~ ? + .");
  expect(JSON.stringify(signs(true, false))).toMatchInlineSnapshot(
    `""\\u001b[31m✖\\u001b[0m \\u001b[33m◐\\u001b[0m \\u001b[35m?\\u001b[0m \\u001b[32m✔\\u001b[0m \\u001b[2m·\\u001b[0m""`,
  );
});
