import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { tarArchive } from "../../tools/oci/tar.ts";
import { writeChangedSnapshot } from "../builders/changed-snapshot.ts";
import { holdfast, type Ended } from "../builders/command.ts";
import { findPrograms } from "../testbed/build/programs.ts";
import { valuesAfter, valuesBefore } from "../testbed/incident/stage.ts";

const incident = join(import.meta.dirname, "../../examples/incident");
const helm = findPrograms().programs.helm;
const published = join(process.env["HOLDFAST_TEST_CHARTS"] ?? "/nonexistent", "csi-driver-nfs-4.13.2.r2.tgz");

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "preflight-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function fileWith(name: string, content: string | Buffer): string {
  const path = join(folder(), name);
  writeFileSync(path, content);
  return path;
}

const valuesFile = (values: unknown): string => fileWith("values.yaml", JSON.stringify(values));

/** Run in `examples/incident`, with the test bed's helm alone. */
function preflight(args: readonly string[], path = `${helm}:/usr/bin:/bin`): Promise<Ended> {
  const before = args.some((each) => each.startsWith("--snapshot")) ? [] : ["--snapshot=before.snapshot"];
  const node = join(process.execPath, "..");
  return holdfast(["preflight", ...args, ...before], { cwd: incident, env: { PATH: `${path}:${node}` } });
}

async function printed(args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await preflight(args);
  return `$ holdfast preflight ${args.map((each) => each.replace(/.*\//, "")).join(" ")}\n${stdout}${stderr}exit ${status}\n`;
}

describe("the incident", () => {
  test("the next values put both controllers on one node, where they collide", async () => {
    const shown = await printed(["csi-driver-nfs", "--values", valuesFile(valuesAfter)]);
    await expect(shown).toMatchFileSnapshot("fixtures/preflight/values-after.txt");
  });

  test("the values as they are change nothing", async () => {
    const shown = await printed(["csi-driver-nfs", "--values", valuesFile(valuesBefore)]);
    await expect(shown).toMatchFileSnapshot("fixtures/preflight/values-before.txt");
  });

  test("an orphan has the port that the node plugin needs", async () => {
    const shown = await printed(["csi-driver-nfs", "--snapshot=orphaned.snapshot"]);
    await expect(shown).toMatchFileSnapshot("fixtures/preflight/orphaned.txt");
  });

  test("pods that are to end and do not are not taken for those that are wanted", async () => {
    const shown = await printed(["csi-driver-nfs", "--snapshot=rolled-back.snapshot"]);
    await expect(shown).toMatchFileSnapshot("fixtures/preflight/rolled-back.txt");
  });

  test.runIf(existsSync(published))("with the chart of that night", async () => {
    const next = ["nfs-csi/csi-driver-nfs", "--to=4.13.2", "--chart", published];
    await expect(await printed([...next, "--values", valuesFile(valuesAfter)])).toMatchFileSnapshot(
      "fixtures/preflight/next-chart-values-after.txt",
    );
    // What moves the pods is the value, not the chart.
    await expect(await printed([...next, "--values", valuesFile(valuesBefore)])).toMatchFileSnapshot(
      "fixtures/preflight/next-chart-values-before.txt",
    );
  });

  test("as JSON, it says the same", async () => {
    const { stdout } = await preflight(["csi-driver-nfs", "--values", valuesFile(valuesAfter), "-o", "json"]);
    await expect(stdout).toMatchFileSnapshot("fixtures/preflight/values-after.json");
  });

  test("what could not be told is in the exit code, with --strict", async () => {
    const { status } = await preflight([
      "csi-driver-nfs",
      "--snapshot=rolled-back.snapshot",
      "--fail-on=never",
      "--strict",
    ]);
    expect(status).toBe(3);
  });

  test("nothing is left of Helm's home", async () => {
    const own = folder();
    await holdfast(["preflight", "csi-driver-nfs", "--snapshot=before.snapshot"], {
      cwd: incident,
      env: { PATH: `${helm}:${join(process.execPath, "..")}`, TMPDIR: own },
    });
    expect(readdirSync(own).filter((name) => name.startsWith("holdfast-helm-"))).toEqual([]);
  });
});

/** A chart as an archive, with one template. */
function chart(template: string, more: Parameters<typeof tarArchive>[0] = [], about = ""): string {
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text) });
  const files = [
    file("csi/Chart.yaml", `apiVersion: v2\nname: csi\nversion: 1.0.0\n${about}`),
    file("csi/templates/all.yaml", template),
    ...more,
  ];
  return fileWith("csi-1.0.0.tgz", gzipSync(tarArchive(files)));
}

const configMap = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n";

describe("charts that give nothing", () => {
  test.each<[string, string, RegExp]>([
    ["one that fails", '{{ fail "no such thing" }}', /no such thing/],
    [
      "one that loops",
      "{{ range $i := until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}",
      /helm (?:did not end within 30 s|took more than)/,
    ],
    ["one that prints 100 MB", '{{ repeat 100000000 "a" }}', /./],
    ["one that renders no object", "a: b", /./],
    ["one that includes itself", '{{ define "a" }}{{ include "a" . }}{{ end }}{{ include "a" . }}', /./],
  ])("%s", async (_, template, said) => {
    const { status, stdout } = await preflight(["csi-driver-nfs", "--chart", chart(template)]);
    expect([status, stdout.slice(0, 5)]).toEqual([1, "BLOCK"]);
    expect(stdout).toMatch(/REN001 block/);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(said);
    expect(stdout.length).toBeLessThan(5000);
  });

  test("one that needs another Kubernetes", async () => {
    const { stdout } = await preflight(["csi-driver-nfs", "--chart", chart(configMap, [], 'kubeVersion: ">=9.0.0"\n')]);
    expect(stdout).toMatch(/REN001 block[^]*kubeVersion: >=9\.0\.0/);
  });
});

test("a chart that asks the cluster for what a snapshot does not have", async () => {
  const template = `${configMap}data: { has: "{{ len (lookup "v1" "Secret" "nfs-csi" "tls") }}" }\n`;
  const { stdout } = await preflight(["csi-driver-nfs", "--chart", chart(template)]);
  expect(stdout).toMatch(/^render +could not be told: [^]*Secret\s+nfs-csi\/tls/m);
});

test("a chart that renders a password of its own each time", async () => {
  const template = `${configMap}data: { word: "{{ randAlphaNum 20 }}" }\n`;
  const { stdout } = await preflight(["csi-driver-nfs", "--chart", chart(template)]);
  expect(stdout).toMatch(/REN002 info +ConfigMap a is rendered with something else each time/);
});

const refusedChart = (what: string): string =>
  `holdfast: PRE006: the chart CHART is not taken: ${what}. Name the archive or the folder of a chart.\n`;

describe("charts that are refused", () => {
  test.each<[string, () => string, string]>([
    [
      "a link in it",
      () => chart(configMap, [{ path: "csi/values.yaml", link: "/etc/passwd" }]),
      "it has a link: csi/values.yaml",
    ],
    [
      "a path that leads out",
      () => chart(configMap, [{ path: "csi/../../x", content: Buffer.from("") }]),
      "a path in it leads out of it: csi/../../x",
    ],
    ["one that is cut off", () => fileWith("a.tgz", gzipSync(tarArchive([]).subarray(0, 100))), "it was cut off"],
    ["no archive", () => fileWith("a.tgz", "kind: A"), "it is no archive of a chart"],
    [
      "what unpacks to too much",
      () => fileWith("a.tgz", gzipSync(Buffer.alloc(200_000_000))),
      "it unpacks to more than 104857600 bytes",
    ],
    ["nothing", () => join(folder(), "missing"), "it cannot be read (no such file)"],
    [
      "a folder with a link out of it",
      () => {
        const made = folder();
        writeFileSync(join(made, "Chart.yaml"), "name: a\nversion: 1.0.0\n");
        mkdirSync(join(made, "templates"));
        symlinkSync("/etc/passwd", join(made, "templates/a.yaml"));
        return made;
      },
      "a link in it leads out of it: templates/a.yaml",
    ],
  ])("%s", async (_, make, what) => {
    const path = make();
    const { status, stderr } = await preflight(["csi-driver-nfs", "--chart", path]);
    expect([status, stderr.replaceAll(path, "CHART")]).toEqual([2, refusedChart(what)]);
  });
});

/** The record of the release, with another payload, and other labels. */
function withRecord(change: (release: Record<string, unknown>) => unknown, labels: object = {}): string {
  const path = join(folder(), "changed.snapshot");
  writeChangedSnapshot(join(incident, "before.snapshot"), path, (line) => {
    const { object } = line as { object?: { type?: string; metadata: { labels: object }; data: { release: string } } };
    if (object?.type !== "helm.sh/release.v1") return line;
    const packed = Buffer.from(Buffer.from(object.data.release, "base64").toString(), "base64");
    const changed = change(JSON.parse(gunzipSync(packed).toString()));
    const text = typeof changed === "string" ? changed : gzipSync(JSON.stringify(changed)).toString("base64");
    const metadata = { ...object.metadata, labels: { ...object.metadata.labels, ...labels } };
    return { ...line, object: { ...object, metadata, data: { release: Buffer.from(text).toString("base64") } } };
  });
  return path;
}

describe("what cannot be asked", () => {
  test.each<[string, readonly string[], string]>([
    [
      "PRE001",
      ["csi-driver-nsf"],
      "the cluster has no release csi-driver-nsf. Name one that it has: nfs-csi/csi-driver-nfs.",
    ],
    [
      "PRE003",
      ["csi-driver-nfs", "--to=9.9.9"],
      "which chart csi-driver-nfs 9.9.9 is is not told. Name its archive or folder: --chart FILE; helm pull gets one.",
    ],
  ])("%s", async (code, args, said) => {
    const { status, stderr } = await preflight(args);
    expect([status, stderr]).toEqual([2, `holdfast: ${code}: ${said}\n`]);
  });

  test.each<[string, string, RegExp]>([
    ["values that are no mapping", "[1, 2]", /^holdfast: PRE005: the values file .* is no mapping\. /],
    ["values that are no YAML", "a: [", /^holdfast: PRE005: the values file .* is no YAML \(/],
  ])("%s", async (_, text, said) => {
    const { status, stderr } = await preflight(["csi-driver-nfs", "--values", fileWith("v.yaml", text)]);
    expect(status).toBe(2);
    expect(stderr).toMatch(said);
  });

  test("no helm, and one that is too old", async () => {
    const old = folder();
    writeFileSync(join(old, "helm"), "#!/bin/sh\necho v3.13.3\n");
    chmodSync(join(old, "helm"), 0o755);
    const [none, tooOld] = await Promise.all([
      preflight(["csi-driver-nfs"], folder()),
      preflight(["csi-driver-nfs"], old),
    ]);
    expect([none.status, none.stderr]).toEqual([
      2,
      "holdfast: PRE004: no helm is in PATH. Put helm 3.14 or later, or helm 4, in PATH: preflight asks it what it would apply.\n",
    ]);
    expect(tooOld.stderr).toMatch(/^holdfast: PRE004: .*\/helm is Helm 3\.13\.3\. /);
  });

  test("a record that is cut", async () => {
    const path = withRecord((release) => gzipSync(JSON.stringify(release)).toString("base64").slice(0, 400));
    const { status, stderr } = await preflight(["csi-driver-nfs", "--snapshot", path]);
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^holdfast: RELEASE001: Helm's record of nfs-csi\/csi-driver-nfs, .* its payload cannot be unpacked\. /,
    );
  });

  test("a release that is being upgraded", async () => {
    const status = "pending-upgrade";
    const path = withRecord((release) => ({ ...release, info: { status } }), { status });
    const { stdout } = await preflight(["csi-driver-nfs", "--snapshot", path]);
    expect(stdout).toMatch(/REN001 block[^]*another operation \(install\/upgrade\/rollback\) is in progress/);
  });
});
