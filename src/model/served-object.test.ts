import { format, inspect } from "node:util";
import { deserialize, serialize } from "node:v8";
import { expect, test } from "vitest";
import { ServedObject } from "./served-object.ts";

const object = { data: { password: "hunter2" } };
const served = new ServedObject(JSON.stringify(object), object);
const sealed = "<an object that is not redacted>";

test.each<[string, unknown, unknown]>([
  ["JSON", JSON.stringify({ served }), `{"served":"${sealed}"}`],
  ["JSON with indents", JSON.stringify([served], null, 1), `[\n "${sealed}"\n]`],
  ["String()", String(served), sealed],
  ["joined", [served].join(), sealed],
  ["as a number", Number(served), Number.NaN],
  ["console.log", format("%s %o %O %j", served, served, served, served), `${sealed} ${sealed} ${sealed} "${sealed}"`],
  ["inspected with all that is hidden", inspect([served], { showHidden: true, depth: null }).includes(sealed), true],
  ["the cause of an error", inspect(new Error("odd", { cause: served })).includes(sealed), true],
  ["copied", Object.assign({}, served), {}],
  ["its own keys", Reflect.ownKeys(served), []],
  ["cloned", structuredClone(served), {}],
  ["serialised by V8", deserialize(serialize(served)), {}],
])("a secret is not told by %s", (_, told, expected) => {
  expect(told).toEqual(expected);
  expect(inspect(told)).not.toContain("hunter2");
});

test("opened, it gives what was served", () => {
  expect(served.unredacted()).toEqual({ json: '{"data":{"password":"hunter2"}}', object });
});
