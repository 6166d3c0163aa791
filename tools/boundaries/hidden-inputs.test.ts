import { expect, test } from "vitest";
import { hiddenInputs } from "./hidden-inputs.ts";

test.each([
  "const now = Date.now();",
  "const now = new Date();",
  "const now = new Date;",
  "const now = Date();",
  "const home = process.env.HOME;",
  "const roll = Math.random();",
  "const id = randomUUID();",
  "const page = await fetch(url);",
])("complains of %s", (line) => {
  expect(hiddenInputs("src/audit/a.ts", `// first line\n${line}`)).toEqual([
    expect.stringMatching(/^src\/audit\/a\.ts:2\n {2}but: judging is pure/),
  ]);
});

test.each([
  "const until = new Date(text);",
  "// not Date.now(), because the clock is passed in",
  " * Unlike `new Date()` this takes the time of the run.",
  "const runDate = candidate(); isDate(value);",
])("lets pass %s", (line) => {
  expect(hiddenInputs("src/audit/a.ts", line)).toEqual([]);
});
