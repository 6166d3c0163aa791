import { expect, test } from "vitest";
import { parseExpression } from "../hcl/parse.ts";
import { evaluate } from "./evaluate.ts";
import { encodeYaml } from "./yaml-encode.ts";

const scope = {
  file: { id: 0, path: "main.tf", text: "", tracked: true },
  lookup: () => undefined,
  open: () => ({ kind: "unknown", reason: { code: "file-unreadable", text: "", at: [] }, at: [] }) as const,
  list: () => null,
};

test("writes what OpenTofu writes", () => {
  const text = `{
    "z" = [{ a = 1, b = [[1, 2], [], {}] }, "x", null, true, 1.5]
    "a" = { "quoted: key" = "q\\"uo\\\\te", tab = "a\\tb", "1" = "", emoji = "\\U0001f600" }
    "block" = "one\\n\\n  two\\n"
    "stripped" = "one\\ntwo"
    "folded" = "some quite long text that goes on and on, past the eightieth column of its line, to be folded"
  }`;
  expect(encodeYaml(evaluate(parseExpression(text).expression, scope))).toMatchInlineSnapshot(`
    ""a":
      "1": ""
      "emoji": "\\U0001F600"
      "quoted: key": "q\\"uo\\\\te"
      "tab": "a\\tb"
    "block": |
      one

        two
    "folded": "some quite long text that goes on and on, past the eightieth column of
      its line, to be folded"
    "stripped": |-
      one
      two
    "z":
    - "a": 1
      "b":
      - - 1
        - 2
      - []
      - {}
    - "x"
    - null
    - true
    - 1.5
    "
  `);
});
