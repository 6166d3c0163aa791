import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import { findPrograms } from "../testbed/build/programs.ts";

const chart = join(import.meta.dirname, "../../deploy/chart");
const image = "image.repository=registry.example/holdfast";

/** The chart as the test bed's own helm renders it. */
function rendered(...values: string[]): { status: number | null; stdout: string; stderr: string } {
  const helm = join(findPrograms().programs.helm, "helm");
  const args = ["template", "holdfast", chart, "--namespace=holdfast", "--kube-version=1.36.0"];
  const set = values.map((value) => `--set-json=${value.replace(/=(.*)$/s, (_, text: string) => `=${json(text)}`)}`);
  const { status, stdout, stderr, error } = spawnSync(helm, [...args, ...set], { encoding: "utf8" });
  if (error !== undefined) throw new Error("build the test bed first: npm run testbed -- build", { cause: error });
  return { status, stdout, stderr };
}

/** A value is JSON, or a string that needs no quotes here. */
function json(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

const everything = [
  [image, 'image.tag="1.2.3"', 'image.pullSecrets=["registry"]'],
  ["agent.enforce=true", "agent.takeOrders=true", "agent.maxRung=4", "agent.perProcess=true", "agent.interval=24h"],
  ['agent.kubeletRestartCommand=["systemctl","restart","k3s"]', 'agent.kured.namespace="kured"'],
  ['agent.denyNamespaces=["databases","kube-system"]', "agent.cgroupRoot=/kubepods"],
  ["agent.criSocket=/run/k3s/containerd/containerd.sock"],
  ['podLabels={"team":"a"}', 'podAnnotations={"note":"b"}'],
  ["podMonitor.enabled=true", 'podMonitor.labels={"release":"prometheus"}', "prometheusRule.enabled=true"],
  ["networkPolicy.enabled=true", 'networkPolicy.metricsFrom=[{"namespaceSelector":{}}]'],
].flat();

describe("what the chart makes", () => {
  test("as it is: it reports, and does nothing", async () => {
    await expect(rendered(image).stdout).toMatchFileSnapshot("fixtures/chart/default.yaml");
  });

  test("with everything", async () => {
    await expect(rendered(...everything).stdout).toMatchFileSnapshot("fixtures/chart/everything.yaml");
  });

  test.each([
    ["rung 2", ["agent.enforce=true", "agent.maxRung=2"]],
    ["rung 4, and nothing is done", ["agent.maxRung=4"]],
  ])("it may read nothing of kured on %s", (_, values) => {
    expect(rendered(image, ...values).stdout).not.toMatch(/daemonsets/);
  });

  test("each object is YAML that every parser takes, with no key twice and none that is empty", () => {
    const documents = parseAllDocuments(rendered(...everything).stdout, { version: "1.1" });
    expect(documents.flatMap((each) => [...each.errors, ...each.warnings])).toEqual([]);
    expect(documents.map((each) => kindOf.parse(each.toJS()).kind).toSorted()).toEqual([
      "ClusterRole",
      "ClusterRoleBinding",
      "DaemonSet",
      "NetworkPolicy",
      "PodMonitor",
      "PrometheusRule",
      "Role",
      "Role",
      "RoleBinding",
      "RoleBinding",
      "ServiceAccount",
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
    ]);
  });

  test("the kubelet asks on the node's loopback, where no NetworkPolicy and no port of the pod leads", () => {
    const { stdout } = rendered(image, "agent.healthPort=9999", "networkPolicy.enabled=true");
    const lines = stdout.split("\n").filter((line) => line.includes("9999"));
    expect(lines.map((line) => line.trim())).toEqual([
      "- --health=127.0.0.1:9999",
      "httpGet: { host: 127.0.0.1, path: /readyz, port: 9999 }",
      "httpGet: { host: 127.0.0.1, path: /healthz, port: 9999 }",
    ]);
  });

  test("names that YAML would take for something else stay names", () => {
    const values = ['serviceAccount.name="123"', 'priorityClassName="true"', 'image.pullSecrets=["null","1e3"]'];
    const command = 'agent.kubeletRestartCommand=["a:","b"]';
    const kured = [
      command,
      "agent.enforce=true",
      "agent.maxRung=3",
      'agent.kured.name="0x1"',
      'agent.kured.namespace="777"',
    ];
    const documents = parseAllDocuments(rendered(image, ...values, ...kured, "networkPolicy.enabled=true").stdout);
    const objects = documents.map((each) => each.toJS() as unknown);
    const names = objects.map(
      (each) => z.object({ metadata: z.object({ name: z.string() }) }).parse(each).metadata.name,
    );
    expect(new Set(names)).toEqual(new Set(["123", "123-kured"]));
    const daemonSet = objects.find((each) => kindOf.parse(each).kind === "DaemonSet");
    expect(daemonSet).toMatchObject({
      spec: {
        template: {
          spec: {
            serviceAccountName: "123",
            priorityClassName: "true",
            imagePullSecrets: [{ name: "null" }, { name: "1e3" }],
            containers: [{ args: expect.arrayContaining(["--kubelet-restart-command=a: b"]) }],
          },
        },
      },
    });
    const roles = objects.filter((each) => kindOf.parse(each).kind === "Role");
    expect(roles).toContainEqual(
      expect.objectContaining({
        metadata: { name: "123-kured", namespace: "777" },
        rules: [{ apiGroups: ["apps"], resources: ["daemonsets"], resourceNames: ["0x1"], verbs: ["get"] }],
      }),
    );
  });

  test("an agent's flags are all that it has, but where the node's files are", () => {
    const holdfast = join(import.meta.dirname, "../../bin/holdfast.js");
    const help = spawnSync(process.execPath, [holdfast, "agent", "--help"], { encoding: "utf8" }).stdout;
    const flags = (text: string, form: RegExp): string[] => [...text.matchAll(form)].map(([, flag = ""]) => flag);
    const taken = new Set(flags(help, /^ {2}(?:-\w, )?(--[a-z-]+)/gm));
    const given = new Set(flags(rendered(...everything).stdout, /^ +- "?(--[a-z-]+)/gm));
    expect([given.difference(taken), taken.difference(given)]).toEqual([new Set(), new Set(["--root", "--help"])]);
  });

  test("its rules are those that are tested, and late is three intervals where that is more", () => {
    const folder = mkdtempSync(join(tmpdir(), "holdfast-chart-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const late = (interval: string): string[] => {
      const { stdout } = rendered(image, "prometheusRule.enabled=true", `agent.interval=${JSON.stringify(interval)}`);
      const rule = parseAllDocuments(stdout)
        .map((each) => each.toJS() as unknown)
        .find((each) => kindOf.parse(each).kind === "PrometheusRule");
      const { spec } = z.object({ spec: z.unknown() }).parse(rule);
      const file = join(folder, "rules.yaml");
      writeFileSync(file, JSON.stringify(spec));
      expect(spawnSync("promtool", ["check", "rules", file], { encoding: "utf8" }).stdout).toMatch(/SUCCESS/);
      return [...JSON.stringify(spec).matchAll(/last_scan_timestamp_seconds\) > (\d+)/g)].map(([, at = ""]) => at);
    };
    const intervals = ["60s", "60", "6m", "24h", "1d"];
    expect(Object.fromEntries(intervals.map((interval) => [interval, late(interval)]))).toEqual({
      "60s": ["900"],
      "60": ["900"],
      "6m": ["1080"],
      "24h": ["259200"],
      "1d": ["259200"],
    });
  });
});

test.each([
  ["taken", ["10", "10s", "86399s", "604800s", "604800", "1m", "10080m", "1h", "168h", "1d", "7d"]],
  [
    "refused",
    ["", "0", "0s", "9", "9s", "010s", "604801s", "700000s", "0m", "10081m", "0h", "169h", "0d", "8d", "60S"],
  ],
])("an interval of ten seconds to a week is taken, and no other: %s", (answer, intervals) => {
  const answers = intervals.map((interval) => {
    const { status, stderr } = rendered(image, `agent.interval=${JSON.stringify(interval)}`);
    return status === 0 ? "taken" : stderr.includes("at '/agent/interval'") ? "refused" : stderr;
  });
  expect(answers).toEqual(intervals.map(() => answer));
});

describe("values that the chart refuses", () => {
  test.each([
    ["no image", [], "at '/image/repository': minLength"],
    ["what it does not know", [image, "agent.enfroce=true"], "additional properties 'enfroce' not allowed"],
    ["what it does not know, at the top", [image, "enforce=true"], "additional properties 'enforce' not allowed"],
    ["a word for a switch", [image, "agent.enforce=yes"], "at '/agent/enforce': got string, want boolean"],
    ["a rung that there is not", [image, "agent.maxRung=5"], "at '/agent/maxRung'"],
    [
      "what a shell would have to read",
      [image, 'agent.kubeletRestartCommand=["sh","-c","a; b"]'],
      "at '/agent/kubeletRestartCommand/2'",
    ],
    ["no command", [image, "agent.kubeletRestartCommand=[]"], "at '/agent/kubeletRestartCommand': minItems"],
    ["a file that is no path", [image, 'agent.kured.sentinel="reboot"'], "at '/agent/kured/sentinel'"],
    ["a way back", [image, 'agent.kured.name="../x"'], "at '/agent/kured/name'"],
    ["a time in no unit that there is", [image, 'agent.graceMargin="5 minutes"'], "at '/agent/graceMargin'"],
    ["a time below nothing", [image, 'agent.interval="-60s"'], "at '/agent/interval'"],
    ["a time that is a number", [image, "agent.interval=60"], "at '/agent/interval': got number, want string"],
    ["no confirmation at all", [image, "agent.confirmations=0"], "at '/agent/confirmations': minimum"],
    ["a namespace that none can have", [image, 'agent.denyNamespaces=["Data_Bases"]'], "at '/agent/denyNamespaces/0'"],
    ["another flag in a value", [image, 'agent.criSocket="/run/a.sock --enforce"'], "at '/agent/criSocket'"],
    ["a state folder that is no path", [image, "agent.stateDir=var"], "at '/agent/stateDir'"],
    ["a tag that is none", [image, 'image.tag="a b"'], "at '/image/tag'"],
    ["a state folder that leads elsewhere", [image, 'agent.stateDir="/var/lib/../../etc"'], "at '/agent/stateDir'"],
    ["a socket that leads elsewhere", [image, 'agent.criSocket="/run/../tmp/a.sock"'], "at '/agent/criSocket'"],
    [
      "a sentinel that leads elsewhere",
      [image, 'agent.kured.sentinel="/run/./../etc/x"'],
      "at '/agent/kured/sentinel'",
    ],
    ["a secret that none can be", [image, 'image.pullSecrets=["a: b"]'], "at '/image/pullSecrets/0'"],
    ["a priority class that none can be", [image, 'priorityClassName="a\\nhostIPC: true"'], "at '/priorityClassName'"],
    ["an account that none can be", [image, 'serviceAccount.name="a, b"'], "at '/serviceAccount/name'"],
    ["a DaemonSet that none can be", [image, 'agent.kured.name="a..b"'], "at '/agent/kured/name'"],
    [
      "a label by which its pods are found",
      [image, 'podLabels={"app.kubernetes.io/component":"b"}'],
      "invalid propertyName 'app.kubernetes.io/component'",
    ],
    ["a label that none can be", [image, 'podLabels={"a b":"c"}'], "invalid propertyName 'a b'"],
    ["a label without a value that can be", [image, 'podLabels={"a":"b c"}'], "at '/podLabels/a'"],
    ["no interval", [image, "agent.interval=null"], "at '/agent': missing property 'interval'"],
    ["nobody said who reads the metrics", [image, "networkPolicy.metricsFrom=null"], "missing property 'metricsFrom'"],
    ["a port that is none", [image, "agent.metricsPort=70000"], "at '/agent/metricsPort': maximum"],
  ])("%s", (_, values, said) => {
    const { status, stderr } = rendered(...values);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(said) });
  });
});

const kindOf = z.object({ kind: z.string() });
