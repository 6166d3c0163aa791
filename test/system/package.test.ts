import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deserialize } from "node:v8";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };

const folder = mkdtempSync(join(tmpdir(), "holdfast-package-"));
const repository = join(folder, "repository");

beforeAll(() => {
  mkdirSync(repository);
  writeFileSync(
    join(repository, "main.tf"),
    'resource "helm_release" "redis" {\n  name       = "redis"\n  repository = "https://charts.example.org"\n  chart      = "redis"\n}\n',
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...env, XDG_CACHE_HOME: folder },
  });
  return { status, stdout, stderr };
}

describe("the packed npm package", () => {
  let command: string;

  beforeAll(() => {
    execFileSync("npm", ["pack", "--pack-destination", folder], { stdio: "ignore" });
    const [archive] = globSync(join(folder, "holdfast-*.tgz"));
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
    execFileSync("npm", ["install", "--offline", "--no-audit", archive ?? "no archive"], {
      cwd: folder,
      stdio: "ignore",
    });
    command = join(folder, "node_modules/.bin/holdfast");
  });

  test("holds the bundle, the licences and what its documents link to, no sources and no dependencies", () => {
    const installed = join(folder, "node_modules/holdfast");
    const files = globSync("**/*", { cwd: installed });
    const documents = files.filter((file) => file.endsWith(".md"));
    expect(files).toEqual(
      expect.arrayContaining(["LICENSE", "bin/holdfast.js", "dist/main.js", "dist/THIRD_PARTY_NOTICES.txt"]),
    );
    const linked = documents.flatMap((document) =>
      [...readFileSync(join(installed, document), "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) =>
        join(dirname(document), path ?? ""),
      ),
    );
    expect(linked).toContain("examples/homelab/README.md");
    expect(linked.filter((path) => !existsSync(join(installed, path)))).toEqual([]);
    expect(files.filter((file) => file.endsWith(".ts") || file.startsWith("node_modules"))).toEqual([]);
    expect(globSync("node_modules/*", { cwd: folder })).toEqual(["node_modules/holdfast"]);
  });

  test("names each package that is in the bundle, with its licence text", () => {
    const notices = readFileSync(join(folder, "node_modules/holdfast/dist/THIRD_PARTY_NOTICES.txt"), "utf8");
    expect(notices).toMatch(/^commander \S+ \(MIT\)$/m);
    expect(notices).toContain("Permission is hereby granted, free of charge");
  });

  test("prints help and version", () => {
    expect(run(command, ["--version"])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
    expect(run(command, ["--help"])).toMatchObject({ status: 0, stdout: expect.stringContaining("audit"), stderr: "" });
  });

  test("holds the process that reads a node's kernel", () => {
    const child = join(folder, "node_modules/holdfast/dist/kernel-child.js");
    const { status, stdout } = spawnSync(process.execPath, [child, "/nonexistent", "LE"]);
    expect(status).toBe(0);
    expect(deserialize(stdout)).toMatchObject({ unknown: { code: "not-permitted" } });
  });

  test.runIf(process.getuid?.() === 0)("keeps compiled code for root only where nobody else can write", () => {
    const rootsOwn = mkdtempSync("/var/lib/holdfast-cache-");
    try {
      const keeps = (caches: string): boolean => {
        spawnSync(command, ["--version"], { env: { ...process.env, XDG_CACHE_HOME: caches } });
        return existsSync(join(caches, "holdfast/compiled"));
      };
      const shared = join(rootsOwn, "shared");
      mkdirSync(shared);
      chmodSync(shared, 0o777);
      const another = join(rootsOwn, "another's");
      mkdirSync(another);
      chownSync(another, 65_534, 65_534);
      expect([rootsOwn, shared, join(shared, "below"), another, folder].map(keeps)).toEqual([
        true,
        false,
        false,
        false,
        false,
      ]);
    } finally {
      rmSync(rootsOwn, { recursive: true });
    }
  });

  test("audits a repository", () => {
    const { status, stdout, stderr } = run(command, ["audit", "--output", "compact", repository]);
    expect(stderr).toBe("");
    expect(stdout).toContain("main.tf:1:");
    expect(stdout).toContain("HELM001");
    expect(status).toBe(1);
  });
});

describe("the tarball with Node inside, where no Node is installed", () => {
  const name = `holdfast-${manifest.version}-linux-x64`;
  const own = join(folder, name, "bin");
  const linked = join(folder, "linked");
  const tools = join(folder, "tools");

  beforeAll(() => {
    execFileSync("npm", ["run", "build:tarball"], { stdio: "ignore" });
    execFileSync("tar", ["-xzf", `build/${name}.tar.gz`, "-C", folder]);
    for (const made of [linked, tools]) mkdirSync(made);
    symlinkSync(join("..", name, "bin/holdfast"), join(linked, "relative"));
    symlinkSync("relative", join(linked, "holdfast"));
    // Only what the launcher itself calls.
    for (const tool of ["readlink", "dirname"]) symlinkSync(join("/usr/bin", tool), join(tools, tool));
  });

  test("there is no Node in the PATH that the other tests use", () => {
    expect(spawnSync("node", ["--version"], { env: { PATH: tools } }).error).toMatchObject({ code: "ENOENT" });
  });

  test.each([
    ["by its path", join(own, "holdfast"), tools],
    ["from elsewhere, by a relative path", join(name, "bin/holdfast"), tools],
    ["through the PATH", "holdfast", `${own}:${tools}`],
    ["by a link to a link", join(linked, "holdfast"), tools],
    ["by a link in the PATH", "holdfast", `${linked}:${tools}`],
  ])("audits a repository when it is started %s", (_, command, path) => {
    // CDPATH makes `cd` print where it went.
    const env = { PATH: path, CDPATH: folder };
    const started = (...args: string[]) => run("/bin/sh", ["-c", '"$0" "$@"', command, ...args], env);
    expect(started("--version")).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
    expect(started("audit", "--output", "compact", repository)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining("HELM001"),
      stderr: "",
    });
  });
});

test("in a checkout the sources run, whatever lies in dist", () => {
  const checkout = join(folder, "checkout");
  for (const part of ["bin", "src", "package.json"]) cpSync(part, join(checkout, part), { recursive: true });
  mkdirSync(join(checkout, "dist"));
  writeFileSync(join(checkout, "dist/main.js"), 'throw new Error("stale");\n');
  symlinkSync(join(process.cwd(), "node_modules"), join(checkout, "node_modules"));
  expect(run(process.execPath, [join(checkout, "bin/holdfast.js"), "--version"])).toEqual({
    status: 0,
    stdout: `${manifest.version}\n`,
    stderr: "",
  });
});

test("an old Node is told what to do", () => {
  const text = readFileSync("bin/holdfast.js", "utf8");
  // A Node of that age is not at hand: its version is put into what the file reads.
  const old = join(folder, "old.mjs");
  writeFileSync(
    old,
    text.replaceAll("process.versions.node", '"20.20.2"').replaceAll("process.execPath", '"/usr/bin/node"'),
  );
  expect(run(process.execPath, [old])).toEqual({
    status: 2,
    stdout: "",
    stderr:
      "holdfast: NODE001: Node 24.11 or newer is needed, this is 20.20.2 (/usr/bin/node). " +
      "Install Node 24, or use the holdfast tarball that has Node inside.\n",
  });
});
