import { expect, test } from "vitest";
import { explainFailure, Failure } from "./failure.ts";

const unreadable = new Failure("CONFIG001", "holdfast.yaml could not be read (line 3)", "Mend the line.");

test.each([
  ["a failure", unreadable, "holdfast: CONFIG001: holdfast.yaml could not be read (line 3). Mend the line.\n"],
  [
    "names with line breaks and terminal controls",
    new Failure("READ001", "no such file: a\u001b[31mb\r\nholdfast: OK\u202e", "Check the path."),
    "holdfast: READ001: no such file: a\\u{1b}[31mb\\r\\nholdfast: OK\\u{202e}. Check the path.\n",
  ],
  [
    "a defect",
    new TypeError("x is not a function."),
    "holdfast: BUG001: x is not a function. This is a defect of holdfast: run it again with --debug and report what it prints.\n",
  ],
])("explains %s in one line", (_, error, line) => {
  expect(explainFailure(error, false)).toBe(line);
});

test("shows stack and causes with --debug", () => {
  const text = explainFailure(new Failure("A001", "what", "Do.", { cause: new Error("the root") }), true);
  expect(text).toMatch(/^holdfast: A001: what\. Do\.\nFailure: what\n {4}at [^]*\ncaused by Error: the root\n {4}at /);
});
