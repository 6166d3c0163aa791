import * as fc from "fast-check";
import { expect, test } from "vitest";
import { hostileReport } from "../../test/builders/hostile-report.ts";
import { width } from "./columns.ts";
import { auditCompact } from "./compact.ts";
import { explainText } from "./explain.ts";
import { auditJson } from "./json.ts";
import { auditMarkdown } from "./markdown.ts";
import { auditSarif } from "./sarif.ts";
import { auditText } from "./text.ts";

/** Text as an attacker would write it: any characters, and more of the bad ones. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.constantFrom(
        "\n",
        "\r",
        "\u{1b}[2J",
        "\u{1b}]8;;x\u{7}",
        "\u{9b}1m",
        "\u{202e}",
        "\u{200b}",
        "\u{feff}",
        "\u{d800}",
        "\u{2028}",
        " ",
        "名前",
        "__proto__",
      ),
      fc.constantFrom(
        "<script>",
        "`",
        "```",
        "|",
        "](http://x)",
        "@user",
        "#1",
        "<!--",
        "</details>",
        "**",
        "a".repeat(130),
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test.each([
  ["text", (text: string) => auditText(hostileReport(text))],
  ["text in ASCII", (text: string) => auditText(hostileReport(text), { ascii: true, all: true })],
  [
    "explain",
    (text: string) => explainText(hostileReport(text), text).text + explainText(hostileReport(text), `ns/${text}`).text,
  ],
  ["explain, nothing found", (text: string) => explainText(hostileReport(""), text).text],
  ["compact", (text: string) => auditCompact(hostileReport(text))],
  ["json", (text: string) => auditJson(hostileReport(text))],
  ["sarif", (text: string) => auditSarif(hostileReport(text), [])],
  ["markdown", (text: string) => auditMarkdown(hostileReport(text))],
])("%s prints no raw control, invisible or direction character", (_, format) => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(format(text).replaceAll("\n", "")).not.toMatch(unsafe);
    }),
  );
});

test("compact and text give no line to a name with a line feed", () => {
  expect(auditCompact(hostileReport("x\ny"))).toBe(auditCompact(hostileReport("xZy")).replaceAll("xZy", "x\\ny"));
});

test("ASCII is ASCII", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      expect(auditText(hostileReport(text), { ascii: true })).toMatch(/^[\n\x20-\x7e]*$/);
    }),
  );
});

test("no line of text is wider than asked, but for a path or a command", () => {
  // No spaces: a line that is too wide is then one path, with what is written to it.
  const name = hostile.map((text) => text.replaceAll(" ", ""));
  fc.assert(
    fc.property(name, fc.integer({ min: 60, max: 140 }), (text, columns) => {
      const report = hostileReport(text);
      // Tables take 80.
      const whole = columns < 80 ? { ...report, rows: [] } : report;
      const printed = auditText(whole, { width: columns }) + explainText(report, `ns/${text}`, { width: columns }).text;
      const beyond = printed.split("\n").filter((line) => width(line) > columns);
      expect(beyond.filter((line) => !startsWithPlace.test(line))).toEqual([]);
    }),
  );
});

const startsWithPlace = /^ *(?:(?:at +)?(?:-> )?\S+?:\d*(?::\d+)?(?: |$)|(?:next +)?holdfast )/;

test("colour changes no character but its own", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const report = hostileReport(text);
      expect(auditText(report, { color: true }).replace(/\u{1b}\[\d+m/gu, "")).toBe(auditText(report));
    }),
  );
});
