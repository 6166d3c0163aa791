import { expect, test } from "vitest";
import { jsonLog } from "./log.ts";

test.each([
  ["C0", "\u001b[2J\n", String.raw`\u001b[2J\n`],
  ["DEL", "a\u007fb", String.raw`a\u007fb`],
  ["C1", "a\u009b2Jb", String.raw`a\u009b2Jb`],
  ["bidirectional", "a\u202eb\u2066c", String.raw`a\u202eb\u2066c`],
  ["line separators", "a\u2028b", String.raw`a\u2028b`],
  ["zero width, beyond 16 bits", "a\u{e0041}b", String.raw`a\udb40\udc41b`],
  ["ordinary text of any script", "ein Käfer 🐞 虫", "ein Käfer 🐞 虫"],
])("a line is one line, and moves nothing in a terminal: %s", (_, text, shown) => {
  const lines: string[] = [];
  jsonLog("w1", (line) => lines.push(line))("warn", text, { pod: text, [text]: [text] });
  const [line = ""] = lines;
  expect(line.split(shown).length - 1).toBe(4);
  expect(line).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*\n$/u);
  expect(JSON.parse(line)).toMatchObject({ level: "warn", message: text, node: "w1", pod: text, [text]: [text] });
});
