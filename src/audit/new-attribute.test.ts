import { expect, test } from "vitest";
import { treeOf } from "../../test/builders/tree.ts";
import { readRepository } from "../repository/read.ts";
import { newAttribute } from "./new-attribute.ts";

/** The `.tf.json` with the version put in, or why it is not. */
function pinned(text: string): string {
  const { releases, files } = readRepository(treeOf({ "main.tf.json": text }));
  const [release] = releases;
  if (release === undefined) throw new Error("no release");
  const place = newAttribute(files[release.at.file], release.at, "chart", "version");
  if (typeof place === "string") return place;
  const written = `${text.slice(0, place.start)}${place.text("1.2.3")}${text.slice(place.end)}`;
  const after = readRepository(treeOf({ "main.tf.json": written }));
  expect(JSON.parse(written)).toBeTypeOf("object");
  expect(after.releases.map(({ version }) => "known" in version && version.known)).toEqual(["1.2.3"]);
  return written;
}

const inBlock = (body: string): string => `{"resource": {"helm_release": {"app": ${body}}}}`;

test.each([
  [
    "the last member",
    '{\n  "name": "a",\n  "chart": "app"\n}',
    '{\n  "name": "a",\n  "chart": "app",\n  "version": "1.2.3"\n}',
  ],
  [
    "a member before others, indented by tabs",
    '{\n\t"chart" : "app",\n\t"name": "a"\n}',
    '{\n\t"chart" : "app",\n\t"version" : "1.2.3",\n\t"name": "a"\n}',
  ],
  ["carriage returns", '{\r\n  "chart": "app"\r\n}', '{\r\n  "chart": "app",\r\n  "version": "1.2.3"\r\n}'],
  [
    "commas that lead",
    '{\n    "name": "a"\n  , "chart": "app"\n}',
    '{\n    "name": "a"\n  , "chart": "app"\n  , "version": "1.2.3"\n}',
  ],
  ["one line", '{"chart": "app", "name": "a"}', '{"chart": "app", "version": "1.2.3", "name": "a"}'],
  ["one line without blanks", '{"chart":"app","name":"a"}', '{"chart":"app","version":"1.2.3","name":"a"}'],
  [
    "a chart in a nested object, which is passed over",
    '{\n  "set": [{"name": "chart", "chart": "{\\"no\\"}"}],\n  "chart": "app"\n}',
    '{\n  "set": [{"name": "chart", "chart": "{\\"no\\"}"}],\n  "chart": "app",\n  "version": "1.2.3"\n}',
  ],
  ["a list of one block", '[{"chart": "app"}]', '[{"chart": "app", "version": "1.2.3"}]'],
])("a version goes into JSON behind the chart: %s", (_, body, expected) => {
  expect(pinned(inBlock(body))).toBe(inBlock(expected));
});

test.each([
  ["no chart", '{"name": "a"}', 'the block has no "chart" to put the version after'],
  ["two", '{"chart": "a", "chart": "b"}', 'the block has more than one "chart" to put the version after'],
])("nothing is written into a block that has %s", (_, body, expected) => {
  expect(pinned(inBlock(body))).toBe(expected);
});
