import fc from "fast-check";
import { expect, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import { ledgersOf } from "../../../test/builders/ledgers.ts";
import { nodeReportOf, portsReportOf } from "../../../test/builders/node-reports.ts";
import { nodeJson, portsJson } from "./json.ts";
import { nodeText } from "./node-text.ts";
import { portsText } from "./ports-text.ts";

/** What may stand in no output: a character that moves the cursor, colours, hides, or turns the reading around. */
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

const hostile = fc.string({
  unit: fc.constantFrom(
    "a",
    "/",
    ":",
    "\n",
    "\r",
    "\u001b[2J",
    "\u0007",
    "\u202e",
    "\u200b",
    "\ud800",
    "字",
    "'",
    "$(id)",
    "\u0000",
  ),
  maxLength: 30,
});

test("no name, message or path puts a control character into any output", () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, hostile, (name, program, message, path) => {
      const ledgers = ledgersOf({
        pods: [
          { name: "kube-system/kube-proxy" },
          {
            name: "n/pod",
            listed: "none",
            sandbox: { name, namespace: name },
            containers: [{ name, processes: [{ pid: 77, name: program, listens: ["0.0.0.0:8080"] }] }],
          },
          {
            name: "n/waits",
            api: { owner: path, phase: name },
            containers: [
              {
                name: program,
                processes: [],
                api: {
                  state: "waiting",
                  ready: false,
                  reason: name,
                  message: `${message} :8080: address already in use`,
                },
              },
            ],
          },
        ],
        host: [
          {
            pid: 5,
            name: program,
            listens: ["0.0.0.0:22"],
            process: { cgroup: [{ hierarchy: 0, controllers: "", path }] },
          },
        ],
        runtime: { endpoint: path, runtime: { name, version: program } },
      });
      const [node, ports] = [nodeReportOf(ledgers), portsReportOf(ledgers, null)];
      for (const output of [nodeText(node), portsText(ports), nodeJson(node), portsJson(ports)])
        expect(output).not.toMatch(control);
      for (const line of [...nodeText(node).split("\n"), ...portsText(ports).split("\n")])
        expect(line.length).toBeLessThan(1_000);
    }),
    { numRuns: 300 },
  );
});

test.each([80, 100])(
  "no line is wider than %i columns, whatever the names are, but for a command to be pasted",
  (width) => {
    const long = "a-name-that-is-as-long-as-kubernetes-takes-them-".repeat(5);
    const pods = [
      { name: "kube-system/kube-proxy" },
      {
        name: `${long}/${long}`,
        listed: "none" as const,
        containers: [{ name: long, processes: [{ pid: 77, name: long, listens: ["127.0.0.1:8080"] }] }],
      },
    ];
    const ledgers = ledgersOf({ pods, runtime: { endpoint: `/${long}` } });
    const texts = [nodeText(nodeReportOf(ledgers), { width }), portsText(portsReportOf(ledgers, null), { width })];
    const lines = texts
      .flatMap((text) => text.split("\n"))
      .filter((line) => !/^(?:do| {2}) {2}(?:crictl|kubectl|holdfast) /.test(line));
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  },
);

test("ids are whole in JSON, and secrets in a message are not", () => {
  const ledgers = incident();
  const report = portsReportOf(ledgers, 29_653);
  expect(report.ports[0]?.holders[0]?.container?.id).toHaveLength(64);
  const pods = [
    { name: "kube-system/kube-proxy" },
    {
      name: "a/b",
      containers: [
        {
          processes: [],
          api: {
            state: "waiting" as const,
            ready: false,
            message: "password=hunter2hunter2\nlisten tcp :8080: bind: address already in use",
          },
        },
      ],
    },
  ];
  expect(portsJson(portsReportOf(ledgersOf({ pods }), 8080))).not.toContain("hunter2");
});
