import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { chartVersions } from "./index-entry.ts";
import { IndexRefusal } from "./index-refusal.ts";

const index = `apiVersion: v1
entries:
  # the storage driver
  csi:
  - apiVersion: v2
    appVersion: v1.0.0
    created: "2025-05-17T10:00:00.123456789Z"
    dependencies:
    - name: other
      repository: https://charts.example
      version: 9.9.9
    description: |
      version: 6.6.6
      - name: hidden
    digest: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
    keywords:
    - csi
    maintainers:
    - email: a@example.org
      name: somebody
    name: csi
    urls:
    - https://charts.example/csi-1.1.0.tgz
    version: 1.1.0
  - name: csi
    deprecated: true
    version: 1.0.0
  csi-extra:
  - name: csi-extra
    version: 7.0.0
  "quoted":
    - 'name': quoted
      "version": "2.0.0" # newest
  empty: []
generated: "2025-05-18T00:00:00Z"
`;

function versions(text: string, chart = "csi"): string {
  return chartVersions(text, chart)
    .map(({ version }) => version)
    .join(" ");
}

/** Version and digest of each, or why there are none. */
function outcome(text: string): unknown {
  try {
    return chartVersions(text, "csi").map(({ version, digest }) => [version, digest]);
  } catch (error) {
    return error instanceof IndexRefusal ? error.message : error;
  }
}

test("the fields of each version", () => {
  expect(chartVersions(index, "csi")).toEqual([
    {
      version: "1.1.0",
      appVersion: "v1.0.0",
      created: "2025-05-17T10:00:00.123456789Z",
      digest: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      deprecated: false,
    },
    { version: "1.0.0", appVersion: null, created: null, digest: null, deprecated: true },
  ]);
});

test.each([
  ["csi-extra", "7.0.0"],
  ["quoted", "2.0.0"],
  ["empty", ""],
])("%s", (chart, expected) => {
  expect(versions(index, chart)).toBe(expected);
});

test.each([
  ["Windows line ends", index.replaceAll("\n", "\r\n")],
  ["a byte order mark", `\uFEFF${index}`],
  ["deeper lists", index.replaceAll(/^(?= {4}|\s+- )/gm, "  ")],
  ["no final newline", index.trimEnd()],
  ["generated first", index.replace(/generated.*\n/, "").replace("entries", "generated: x\nentries")],
  [
    "JSON",
    JSON.stringify({
      apiVersion: "v1",
      entries: {
        csi: [
          { name: "csi", version: "1.1.0" },
          { name: "csi", version: "1.0.0" },
        ],
      },
    }),
  ],
  [
    "entries in flow style",
    'apiVersion: v1\nentries: {"csi": [{"name":"csi","version":"1.1.0"}, {name: csi, version: 1.0.0}]}\n',
  ],
  [
    "entries in flow style below",
    'apiVersion: v1\nentries:\n  {"csi":[{"name":"csi","version":"1.1.0"},{"name":"csi","version":"1.0.0"}]}\n',
  ],
  [
    "a list in flow style",
    "apiVersion: v1\nentries:\n  csi: [{name: csi, version: 1.1.0},\n    {name: csi, version: 1.0.0} # old\n  ]\n  x: []\n",
  ],
  [
    "items in flow style",
    "apiVersion: v1\nentries:\n  csi:\n  # newest\n  - {name: csi, version: 1.1.0,\n     urls: ['it''s, }']}\n  - {name: csi, version: 1.0.0}\n  x: []\n",
  ],
  [
    "nothing but flow style",
    "{apiVersion: v1, entries: {csi: [{name: csi, version: 1.1.0, description: don't}, {version: 1.0.0, name: csi}]}}\n",
  ],
])("an index with %s reads the same", (_, text) => {
  expect(versions(text)).toBe("1.1.0 1.0.0");
});

test.each([
  ["without a name", "- version: 2.0.0"],
  ["with a version that is none", "- {n}: csi\n    version: newest"],
  ["of an unknown type", "- {n}: csi\n    type: plugin\n    version: 2.0.0"],
  ["that is empty", "- created: x"],
])("a version %s is dropped, as Helm does", (_, item) => {
  expect(versions(index.replace("  csi:\n", `  csi:\n  ${item.replace("{n}", "name")}\n`))).toBe("1.1.0 1.0.0");
});

test("a version without quotes is a number to Helm", () => {
  expect(versions("apiVersion: v1\nentries:\n  csi:\n  - name: csi\n    version: 1.10\n")).toBe("1.1");
});

test.each([
  ["", "it is no index of charts"],
  ["<html>\n<body>not found</body></html>", "it is no index of charts"],
  ["entries:\n  csi: []\n", "it has no apiVersion: helm refuses it"],
  ["apiVersion: v1\n", "it has no entries"],
  ["apiVersion: v1\nentries: {}\n", "the chart is not in it"],
  [index.replace("  csi:", "  other:"), "the chart is not in it"],
  [index.replace("csi-extra:", "csi:"), "it has the chart twice: helm refuses it"],
  [`${index}entries:\n  csi: []\n`, "it has entries twice: helm refuses it"],
  [index.replace("  csi:", "  csi: &a"), "the chart's entry is not a list"],
  [index.replace("  csi:", "  csi: {}\n  x:"), "the chart's entry is not a list"],
  ["apiVersion: v1\nentries:\n  csi:\n    name: csi\n", "the chart's entry is not a list"],
  ["apiVersion: v1\nentries: {csi: [], csi: []}\n", "it has csi twice: helm refuses it"],
  ["apiVersion: v1\nentries: {csi: {}}\n", "the chart's entry is not a list"],
  ...[
    "- {name: csi}\n  - name: csi",
    "- {name: csi",
    "- {name: *a}",
    "[csi]",
    "[{name: &a csi}]",
    "- {name: csi, ? version}",
  ].map((entry) => [
    `apiVersion: v1\nentries:\n  csi:\n  ${entry}\n`,
    "the chart's entry is written in a way that is not read",
  ]),
  [
    "apiVersion: v1\nentries:\n  csi:\n  - name: csi\n    <<: *base\n",
    "the chart's entry is written in a way that is not read",
  ],
  [
    "apiVersion: v1\nentries:\n  csi:\n  - name: csi\n    ? version\n    : 1.0.0\n",
    "the chart's entry is written in a way that is not read",
  ],
  ["apiVersion: v1\nentries:\n  csi:\n  -\n    name: csi\n", "the chart's entry is written in a way that is not read"],
  ["apiVersion: v1\nentries:\n  csi:\n  - name: csi\n    version: [1.0.0\n", "the chart's entry is not valid YAML"],
  ["apiVersion: v1\nentries:\n  csi:\n  - name: csi\n    version: *v\n", "the chart's entry has aliases"],
  [
    "apiVersion: v1\nentries:\n  csi:\n  - name: csi\n    version: 1.0.0\n    version: 2.0.0\n",
    "the chart's entry is not valid YAML",
  ],
  [`apiVersion: v1\nentries:\n  csi:\n  - name: ${"x".repeat(5000)}\n`, "a version of the chart is too long"],
  [
    `apiVersion: v1\nentries:\n  csi:\n  - name: csi\n${"    version: 1.0.0\n".repeat(100)}`,
    "a version of the chart is too long",
  ],
  ['{"entries":{"csi":[]}}', "it has no apiVersion: helm refuses it"],
  ['{"apiVersion":"v1","entries":{"csi":{}}}', "the chart's entry is not a list"],
  ['{"apiVersion":"v1","entries":[', "the chart's entry is written in a way that is not read"],
  ["{apiVersion: v1}", "it has no entries"],
  ["{entries: {csi: []}}", "it has no apiVersion: helm refuses it"],
])("refuses %j", (text, reason) => {
  expect(() => chartVersions(text, "csi")).toThrow(reason);
});

test.each(["__proto__", "constructor", "toString", "", "a\n  csi", "c.i"])(
  "the chart %j is not found in an index without it",
  (chart) => {
    expect(() => chartVersions(index, chart)).toThrow(/not in it|name is none/);
    expect(() => chartVersions('{"apiVersion":"v1","entries":{}}', chart)).toThrow(/not in it|name is none/);
  },
);

test("reads what a YAML parser reads from the whole index", () => {
  const text = fc.oneof(
    fc.string(),
    fc.lorem(),
    fc.constantFrom(
      "a: b",
      "- c",
      "  csi:",
      "version: 2.0.0",
      "# x",
      "a\n  csi:\n  - name: x\nentries:\n",
      "x ".repeat(80),
    ),
  );
  const item = fc.record(
    {
      apiVersion: fc.constantFrom("v1", "v2"),
      name: fc.constant("csi"),
      version: fc.constantFrom("1.0.0", "1.0.0-rc.1", "v2", "1.0.0+b", "none"),
      description: text,
      annotations: fc.dictionary(fc.constantFrom("version", "name", "a/b", "csi"), text),
      dependencies: fc.array(fc.record({ name: text, version: text }), { maxLength: 2 }),
      digest: fc.constantFrom("aa", "bb"),
      keywords: fc.array(text, { maxLength: 2 }),
      icon: text,
    },
    { requiredKeys: ["version"] },
  );
  const charts = fc.dictionary(
    fc.constantFrom("csi", "csi-b", "a", "z"),
    fc.array(item, { minLength: 1, maxLength: 3 }),
    { minKeys: 1 },
  );
  const style = fc.record({
    lineWidth: fc.constantFrom(0, 40, 80),
    indentSeq: fc.boolean(),
    indent: fc.constantFrom(2, 4),
  });
  fc.assert(
    fc.property(charts, style, text, (entries, options, note) => {
      const whole = stringify({ annotations: { note }, apiVersion: "v1", entries, generated: note }, options);
      const wanted = (
        parse(whole) as { entries: Record<string, { name?: string; version: string; digest?: string }[]> }
      ).entries["csi"];
      const named = (wanted ?? []).filter(({ name, version }) => name === "csi" && version !== "none");
      const expected =
        wanted === undefined ? "the chart is not in it" : named.map(({ version, digest }) => [version, digest ?? null]);
      const lists = Object.entries(entries);
      const inFlow = [
        stringify({ annotations: { note }, apiVersion: "v1", entries }, { ...options, collectionStyle: "flow" }),
        `apiVersion: v1\nentries: ${JSON.stringify(entries, null, options.indent)}\n`,
        `apiVersion: v1\nentries:\n${lists.map(([name, list]) => `  ${name}: ${JSON.stringify(list)}\n`).join("")}`,
        `apiVersion: v1\nentries:\n${lists.map(([name, list]) => `  ${name}:\n${list.map((one) => `  - ${JSON.stringify(one)}\n`).join("")}`).join("")}`,
      ];
      expect([whole, ...inFlow].map(outcome)).toEqual([whole, ...inFlow].map(() => expected));
    }),
    { numRuns: 150 },
  );
});

test("an index of 20 MB takes a moment, not the ten seconds of a YAML parser", () => {
  const item = (name: string, patch: number): object => ({
    name,
    version: `1.0.${patch}`,
    apiVersion: "v2",
    description: "A chart with a long description. ".repeat(20),
    urls: [`https://charts.example/${name}-1.0.${patch}.tgz`],
  });
  const list = Array.from({ length: 250 }, (_, patch) => item("@", patch));
  const entry = stringify({ "@": list }).replaceAll(/^/gm, "  ");
  const parts = Array.from({ length: 100 }, (_, number) => entry.replaceAll("@", `chart-${number}`));
  const text = `apiVersion: v1\nentries:\n${parts.join("\n")}\ngenerated: x\n`;
  expect(text.length).toBeGreaterThan(20_000_000);
  expect(chartVersions(text, "chart-99")).toHaveLength(250);
});

test("hostile indexes are refused in no time", () => {
  const head = "apiVersion: v1\nentries:\n  csi:\n  - name: csi\n    version: ";
  for (const text of [
    `${head}${"[".repeat(4000)}`,
    `${" ".repeat(5_000_000)}x`,
    `{"apiVersion":${"[".repeat(1_000_000)}`,
    `apiVersion: v1\nentries: {csi: [${"{name: ".repeat(1_000_000)}`,
    `apiVersion: v1\nentries: {csi: [{name: "${"\\\\".repeat(2_000_000)}`,
    `apiVersion: v1\nentries: {csi: [{name: ${"x ".repeat(2_000_000)}`,
    "\n ".repeat(2_000_000),
    `${head}1.0.0\n${"  - name: a\n    version: 1.0.0\n".repeat(20_001)}`,
  ]) {
    expect(outcome(text)).toBeTypeOf("string");
  }
});
