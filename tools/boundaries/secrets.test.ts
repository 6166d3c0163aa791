import { expect, test } from "vitest";
import { openedSecrets } from "./secrets.ts";

const opener = "src/commands/observe/pods-of-api.ts";

test.each<[string, string, string, readonly unknown[]]>([
  [
    "another module opens it",
    "src/audit/a.ts",
    "// first\nserved.unredacted();",
    [/^src\/audit\/a\.ts:2\n {2}but: a served/],
  ],
  ["by another way", "src/audit/a.ts", 'served["unredacted"]();', [/^src\/audit\/a\.ts:1\n/]],
  ["by taking it apart", "src/audit/a.ts", "const { unredacted } = served;", [/^src\/audit\/a\.ts:1\n/]],
  ["a module that may", opener, "served.unredacted();", []],
  ["a module that may, and has no need to", opener, "", [/opens nothing/]],
  ["a comment", "src/audit/a.ts", "// served.unredacted() is not for this module", []],
])("%s", (_, file, text, complaints) => {
  expect(openedSecrets(file, text)).toEqual(complaints.map((complaint) => expect.stringMatching(complaint as RegExp)));
});
