import { closeSync, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { holdfast, type Ended } from "../builders/command.ts";
import { folderOf } from "../builders/kube.ts";
import { onNode, servedNode, type NodeFacts } from "../builders/served-node.ts";

/** The verbose status of the orphan's sandbox. */
const info = { pid: 1816, runtimeType: "io.containerd.runc.v2" };
const local = ["snapshot", "--local", "--node", "cp"];

/** A new folder, and a file in it that is not there yet. */
function target(): { folder: string; file: string } {
  const folder = folderOf({});
  return { folder, file: join(folder, "cp.snapshot") };
}

/** A snapshot of a node that is as the facts say. */
async function recorded(facts: NodeFacts = {}): Promise<{ file: string; ended: Ended }> {
  const { file } = target();
  return { file, ended: await onNode([...local, "-o", file], facts) };
}

/** Without what differs from run to run: times, addresses, lengths. */
function steady(text: string): string {
  return text
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?Z|\d\d:\d\d:\d\dZ/g, "TIME")
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, "SERVER")
    .replace(/, \d+ bytes\s+unpacked, sha256 \w{4}/, ", N bytes unpacked, sha256 ABCD");
}

test("snapshot --local says what the file holds, as snapshot show does", async () => {
  const { file, ended } = await recorded({ info });
  expect({ ...ended, stdout: steady(ended.stdout) }).toEqual({
    status: 0,
    signal: null,
    stderr: "",
    stdout: `Snapshot of cp, begun at TIME. All that was asked is in it.

  cp           holds                               read at
✔ pods before  1 pod                               TIME
✔ runtime      2 sandboxes, 2 containers, 0 tasks  TIME
✔ kernel       2 processes, 2 sockets              TIME
✔ details      1 sandbox asked in detail
✔ pods after   1 pod                               TIME
✔ answers      1 pod asked for by name

  file  format 1.1, written by holdfast 0.1.0; API SERVER; 26 lines, N bytes unpacked, sha256 ABCD…
`,
  });
  expect(await holdfast(["snapshot", "show", file])).toEqual(ended);
  const { stdout } = await holdfast(["snapshot", "show", file, "--color", "always"]);
  expect(stdout).toContain("\u{1b}[32m✔\u{1b}[0m kernel");
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("- is standard input, for whatever reads a snapshot", async () => {
  const { file } = await recorded({ info });
  const from = async (...args: string[]): Promise<Ended> => {
    const descriptor = openSync(file, "r");
    const ended = await holdfast(args, { stdin: descriptor });
    closeSync(descriptor);
    return ended;
  };
  expect(await from("snapshot", "show", "-")).toEqual(await holdfast(["snapshot", "show", file]));
  expect((await from("ports", "29653", "--snapshot", "-")).stdout).toMatch(/held by an orphan/);
  expect(await holdfast(["snapshot", "show", "-"])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("SNAP002: standard input is no snapshot: it is empty"),
  });
});

test("a file that is not there is named, with what makes one", async () => {
  const { stderr } = await holdfast(["snapshot", "show", "nowhere"]);
  expect(stderr).toBe(
    "holdfast: SNAP001: nowhere could not be read (no such file). Name one that is there; holdfast snapshot -o FILE records one.\n",
  );
});

test.each([["ports", "29653"], ["ports", "80"], ["ports", "--fail-on", "never"], ["node"]])(
  "%s %s from a snapshot is what it is live",
  async (...args) => {
    await using node = await servedNode();
    const { file } = target();
    await node.run([...local, "-o", file]);
    const which = args[0] === "node" ? ["cp"] : ["--node", "cp"];
    for (const output of ["text", "json"]) {
      const live = await node.run([...args, ...which, "--output", output]);
      const read = await holdfast([...args, "--output", output, "--snapshot", file]);
      const withoutAges = ({ status, stdout, stderr }: Ended) => ({
        status,
        stderr,
        stdout: steady(stdout).replace(/"ageSeconds":\s*[\d.]+/g, "AGE"),
      });
      expect(withoutAges(read)).toEqual(withoutAges(live));
    }
  },
);

test("-o - writes the same to standard output", async () => {
  const { file } = target();
  const descriptor = openSync(file, "w");
  await using node = await servedNode({ info });
  expect(await node.run([...local, "-o", "-"], { stdout: descriptor })).toMatchObject({ status: 0, stderr: "" });
  closeSync(descriptor);
  const { stdout } = await holdfast(["snapshot", "show", file]);
  expect(stdout).toMatch(/All that was asked is in it\.\n/);
  expect(await node.run([...local, "-o", "-"], { closeAfter: 0 })).toMatchObject({ status: 2, stderr: "" });
});

/** One of a kind each; no part of one may be in the file. */
const secrets = {
  env: "env-4f1c9a07d2",
  argument: "argument-8b23e1",
  annotation: "annotation-77aa01",
  applied: "applied-90c3f2",
  message: "message-51d0be",
  waiting: "waiting-c41a9e",
  url: "url-20fb7d",
  token: "ghp_0123456789abcdefghijABCDEFGHIJ012345",
  jwt: "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW0ifQ.c2lnbmF0dXJl",
  key: "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7",
  process: "hunter2",
  runtimeEnv: "runtime-env-3e5d71",
  runtimeArgument: "runtime-arg-a8e0c4",
  runtimeAnnotation: "runtime-note-6619fd",
};

test("no secret of a pod, of the runtime or of a message is in the file", async () => {
  const message = [
    `connecting to https://admin:${secrets.url}@db/ with password=${secrets.message}`,
    `Authorization: Bearer ${secrets.jwt}`,
    `-----BEGIN PRIVATE KEY-----\n${secrets.key}\n-----END PRIVATE KEY-----`,
    `${secrets.token} was refused`,
  ].join("\n");
  const { file, ended } = await recorded({
    processName: `pwd=${secrets.process}`,
    pod: {
      metadata: {
        annotations: {
          note: secrets.annotation,
          "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ password: secrets.applied }),
        },
      },
      spec: {
        containers: [
          { name: "main", env: [{ name: "DB", value: secrets.env }], args: [`--token=${secrets.argument}`] },
        ],
      },
      status: {
        containerStatuses: [
          {
            name: "main",
            state: { waiting: { reason: "CrashLoopBackOff", message: `token: ${secrets.waiting}` } },
            lastState: { terminated: { reason: "Error", message } },
          },
        ],
      },
    },
    info: {
      pid: 1816,
      config: {
        envs: [{ key: "DB", value: secrets.runtimeEnv }],
        annotations: { note: secrets.runtimeAnnotation },
        port_mappings: [{ container_port: 80, host_port: 8080 }],
      },
      runtimeSpec: { process: { args: [secrets.runtimeArgument], env: [`DB=${secrets.runtimeEnv}`] } },
    },
  });
  expect(ended).toMatchObject({ status: 0, stderr: "" });
  const text = gunzipSync(readFileSync(file)).toString();
  expect(Object.entries(secrets).filter(([, secret]) => text.includes(secret))).toEqual([]);
  // What stands around them is there, so that the file was not merely empty.
  for (const left of ["CrashLoopBackOff", "pwd=<redacted>", "https://<redacted>@db/", "was refused", '"hostPort":8080'])
    expect(text).toContain(left);
});

test.each<[string, NodeFacts, string, string]>([
  [
    "no right to ask",
    { refuse: 403 },
    "2 parts of it could not be told in full.",
    "the API server does not permit it (403: no)",
  ],
  [
    "a node of another boot",
    { boot: "0c0f4c0a-6f43-4b4f-9d1a-0e0b3c2f7a11" },
    "2 parts of it could not be told in full.",
    "the API server's node cp is another machine",
  ],
])("%s is in the file, and told as unknown by whoever reads it", async (_, facts, headline, reason) => {
  const { file } = target();
  const { status, stdout } = await onNode([...local, "-o", file, "--strict"], { info, ...facts });
  expect({ status, stdout: stdout.replace(/\s+/g, " ") }).toEqual({
    status: 3,
    stdout: expect.stringMatching(
      new RegExp(`^Snapshot of cp, begun at \\S+ \\S+ ${headline}.*\\? pods before \\? .*`),
    ),
  });
  const node = await holdfast(["node", "--snapshot", file, "--strict"]);
  expect(node.status).toBe(3);
  expect(node.stdout).toMatch(/^2 pods could not be told\.\n/);
  const said = node.stdout.replace(/\s+/g, " ").replace(/127\.0\.0\.1:\d+/, "127.0.0.1:PORT");
  expect(said).toContain(`? not told: API http://127.0.0.1:PORT: ${reason}`);
});

test("what one sandbox did not tell in detail makes --strict fail", async () => {
  const status = async (facts: NodeFacts): Promise<number | null> =>
    (await onNode([...local, "-o", target().file, "--strict"], facts)).status;
  expect([await status({ info }), await status({})]).toEqual([0, 3]);
});

test("where nothing could be read the file says so, and the exit code is 2", async () => {
  const { folder, file } = target();
  const nowhere = ["--root", folder, "--cri-socket", join(folder, "cri.sock")];
  expect(await holdfast([...local, "-o", file, ...nowhere])).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^Snapshot of cp, begun at .* 4 parts of it could not be told in full\.\n/),
  });
  expect(await holdfast(["node", "--snapshot", file])).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^What runs on cp could not be told\.\n/),
  });
});

test.each<[string, readonly string[], string]>([
  ["a full disk", ["-o", "/dev/full"], "WRITE001: /dev/full could not be written (no space left)"],
  [
    "no such folder",
    ["-o", "nowhere/cp.snapshot"],
    "WRITE001: nowhere/cp.snapshot could not be written (there is no such directory)",
  ],
  ["a folder", ["-o", "."], "WRITE001: . could not be written (it is a directory)"],
  ["no place named", [], "USAGE001: say where to write it: -o FILE, or -o - for standard output"],
])("%s: one line says so, and nothing is left", async (_, args, line) => {
  const { folder } = target();
  const { status, stdout, stderr } = await holdfast([...local, ...args, "--root", folder], { cwd: folder });
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(`holdfast: ${line}`);
  expect(readdirSync(folder)).toEqual([]);
});

test("--snapshot beside what is read live is refused", async () => {
  const both = await holdfast(["node", "--snapshot", "x", "--cri-socket", "y"]);
  expect(both).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("cannot be used with option '--cri-socket"),
  });
});
