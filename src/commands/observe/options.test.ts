import { expect, test } from "vitest";
import { nodeNames } from "./options.ts";

test.each<[string, ReturnType<typeof nodeNames>]>([
  ["all", "all"],
  ["cp", ["cp"]],
  ["cp,w1", ["cp", "w1"]],
  // A snapshot with the same node twice is damaged, and two pods would be on it.
  ["cp,w1,cp", ["cp", "w1"]],
])("the nodes %s", (text, names) => {
  expect(nodeNames(text)).toEqual(names);
});

test.each(["", "cp,", "CP", "a b"])('"%s" names no nodes', (text) => {
  expect(() => nodeNames(text)).toThrow("It is a name as kubectl get nodes prints it.");
});
