import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, onTestFinished } from "vitest";
import { z } from "zod";
import { portsReport } from "../../src/report/node/ports-report.ts";
import { snapshotReport } from "../../src/report/snapshot-report.ts";
import { holdfast } from "../builders/command.ts";
import type { Bed } from "../testbed/bed.ts";
import { helm, kubectl } from "../testbed/clients.ts";
import { busyboxImage } from "../testbed/images.ts";
import { tryRun } from "../testbed/run.ts";
import { hasBed, suiteBed, test } from "../testbed/suite/cluster-test.ts";
import { startPod } from "../testbed/suite/pod.ts";
import { loadReaderImage } from "../testbed/suite/reader-image.ts";
import { workstationCommand } from "../testbed/suite/workstation.ts";

describe.skipIf(!hasBed)("a snapshot of a real cluster", () => {
  beforeAll(() => loadReaderImage(suiteBed()));

  test("has all kinds, the schemas, and every node; ports reads it as it reads the node", async ({
    bed,
    namespace,
  }) => {
    const command = ["httpd", "-f", "-p", "127.0.0.1:21013"];
    await startPod(bed, namespace, { name: "web", node: "w1", hostNetwork: true, command });
    const file = await recorded(bed, ["--nodes=all", "--strict"]);
    const held = snapshotReport.parse(JSON.parse((await holdfast(["snapshot", "show", file, "--output=json"])).stdout));
    expect({ whole: held.whole, warnings: held.warnings, unknown: held.unknownLines }).toEqual({
      whole: true,
      warnings: [],
      unknown: 0,
    });
    expect(held.nodes.map(({ name, asked }) => [name, asked])).toEqual(bed.nodes.map(({ name }) => [name, true]));
    expect(held.cluster?.documents.counts?.["document"]).toBeGreaterThan(20);
    const ports = ["ports", "21013", "--node=w1", "--output=json"];
    const now = portsReport.parse(JSON.parse(await live(bed, ports)));
    const kept = portsReport.parse(JSON.parse((await holdfast([...ports, `--snapshot=${file}`])).stdout));
    const holders = ({ ports: all }: typeof now) =>
      all.flatMap(({ verdict, holders: each }) => each.map(({ pod, sockets }) => [verdict, pod?.uid, sockets]));
    expect(holders(kept)).toEqual(holders(now));
    expect(holders(kept)).toHaveLength(1);
  });

  test("has no secret of what runs, and Helm reads its redacted release", async ({ bed, namespace }) => {
    await plant(bed, namespace);
    const file = await recorded(bed, []);
    const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
    const releases = lines.filter((line) => line.includes(`"name":"sh.helm.release.v1.app.v1"`)).map(releaseIn);
    expect(releases).toHaveLength(1);
    const everything = [...lines, ...releases.map(({ payload }) => payload)].join("\n");
    expect(forms.filter((form) => everything.includes(form))).toEqual([]);

    const [{ secret, payload } = { secret: {}, payload: "" }] = releases;
    expect(payload).toContain('"app"');
    const other = `${namespace}-kept`;
    await kubectl(bed, ["create", "namespace", other]);
    onTestFinished(async () => void (await kubectl(bed, ["delete", "namespace", other, "--timeout=120s"])));
    const { metadata } = z.object({ metadata: z.looseObject({ name: z.string(), labels: z.unknown() }) }).parse(secret);
    const copy = {
      ...secret,
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: metadata.name, labels: metadata.labels },
    };
    await kubectl(bed, ["create", `--namespace=${other}`, "--filename=-"], { input: JSON.stringify(copy) });
    const values: unknown = JSON.parse(
      await helm(bed, ["get", "values", "app", `--namespace=${other}`, "--output=json"]),
    );
    expect(values).toEqual({ replicas: 1, password: expect.stringMatching(/^redacted-/) });
    expect(await helm(bed, ["get", "manifest", "app", `--namespace=${other}`])).toContain("kind: Secret");
  });
});

/** What is planted, one of a kind in each place, and how it might be written. */
const planted = ["value", "argument", "address", "annotation", "helm", "container"].map(
  (kind) => `sesame-${kind}-7f3a91c4`,
);
const forms = planted.flatMap((secret) => [0, 1, 2].map((shift) => inBase64(secret, shift)).concat(secret));

/** The part of the base64 of a text that has the secret at this place and depends on nothing else. */
function inBase64(secret: string, shift: number): string {
  return Buffer.from(" ".repeat(shift) + secret)
    .toString("base64")
    .slice(shift === 0 ? 0 : 4, -4);
}

async function plant(bed: Bed, namespace: string): Promise<void> {
  const [value, argument, address, annotation, ofHelm, ofContainer] = planted;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "app",
      namespace,
      annotations: { "example.org/hook": `https://user:${annotation}@example.org/` },
    },
    spec: {
      containers: [
        {
          name: "main",
          image: busyboxImage,
          command: ["sleep", "3600", `--token=${argument}`],
          env: [
            { name: "VALUE", value },
            { name: "DATABASE_URL", value: `postgres://app:${address}@db.example.org/app` },
          ],
          livenessProbe: {
            httpGet: { path: "/", port: 80, httpHeaders: [{ name: "Authorization", value: `Bearer ${ofContainer}` }] },
          },
        },
      ],
    },
  };
  await kubectl(bed, ["apply", "--filename=-"], { input: JSON.stringify(pod) });
  const chart = scratch();
  for (const [path, text] of Object.entries({
    "Chart.yaml": "apiVersion: v2\nname: app\nversion: 1.0.0\n",
    "templates/secret.yaml":
      'apiVersion: v1\nkind: Secret\nmetadata: {name: app}\nstringData:\n  password: "{{ .Values.password }}"\n',
  })) {
    mkdirSync(dirname(join(chart, path)), { recursive: true });
    writeFileSync(join(chart, path), text);
  }
  const values = JSON.stringify({ replicas: 1, password: ofHelm });
  await helm(bed, ["install", "app", chart, `--namespace=${namespace}`, "--values=-"], { input: values });
}

const objectLine = z.object({ object: z.looseObject({ data: z.object({ release: z.string() }) }) });

/** A Secret of Helm, and what is in it. */
function releaseIn(line: string): { readonly secret: object; readonly payload: string } {
  const { object } = objectLine.parse(JSON.parse(line));
  const packed = Buffer.from(Buffer.from(object.data.release, "base64").toString("latin1"), "base64");
  return { secret: object, payload: gunzipSync(packed).toString("utf8") };
}

async function recorded(bed: Bed, options: readonly string[]): Promise<string> {
  const file = join(scratch(), "cluster.snapshot");
  const { status, stderr } = await tryRun(workstationCommand(bed, ["snapshot", `--output=${file}`, ...options]));
  expect([status, stderr]).toEqual([0, ""]);
  return file;
}

async function live(bed: Bed, args: readonly string[]): Promise<string> {
  return (await tryRun(workstationCommand(bed, args))).stdout;
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-cluster-snapshot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
