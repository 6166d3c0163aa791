import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import type { Server } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { AuditReport } from "../../src/report/audit-report.ts";
import { badRepository, looseRelease, looseWorkload } from "../builders/bad-repository.ts";
import { holdfast, type Ended, type RunOptions } from "../builders/command.ts";
import { git } from "../builders/git-copy.ts";
import { removeFolder, repositoryFolder, writeInside, type FolderFiles } from "../builders/repository-folder.ts";

/** What may stand in no output: a character that moves the cursor, colours, hides, or turns the reading around. */
const control = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

describe("a repository with everything wrong in it", () => {
  let root = "";
  let socket: Server;
  let compact: Ended;

  beforeAll(async () => {
    ({ root, socket } = await badRepository());
    compact = await holdfast(["audit", "--output", "compact", "--strict"], { cwd: root });
  });
  afterAll(() => {
    socket.close();
    removeFolder(root);
  });

  test("is read to the end, with the exit code of its findings", () => {
    expect({ status: compact.status, stderr: compact.stderr }).toEqual({
      status: 1,
      stderr: "holdfast: note: Findings left out: 1 suppressed in the files.\n",
    });
  });

  test("what was not read: a line each, with its place", () => {
    const unread = compact.stdout.split("\n").filter((line) => line.includes(": unread - "));
    expect(unread.join("\n")).toMatchInlineSnapshot(`
      "binary/a.yaml:1:1: unread - binary: not read (READ002)
      binary/main.tf:1:1: unread - binary: not read (READ002)
      bomb/a.yaml:8:15: unread - aliases stand for more than 100000 values: not read (YAML002)
      cycle-modules/b/main.tf:1:1: unread - module.a calls a module that it is part of: what is below is not read (HCL003)
      cycle-self/main.tf:1:1: unread - module.me calls a module that it is part of: what is below is not read (HCL003)
      git-crypt-value/version:1:1: unread - encrypted by git-crypt: not read (READ003)
      git-crypt/a.yaml:1:1: unread - encrypted by git-crypt: not read (READ003)
      git-crypt/main.tf:1:1: unread - encrypted by git-crypt: not read (READ003)
      hcl-broken/main.tf:9:10: unread - expected an expression; what stands outside of it was read (HCL001)
      hcl-broken/main.tf:10:1: unread - expected a new line before "}"; what stands outside of it was read (HCL001)
      hcl-open/main.tf:1:32: unread - block is not closed; what stands outside of it was read (HCL001)
      large/a.yaml:1:1: unread - 52428800 bytes is over the cap of 4194304: not read (READ001)
      large/main.tf:1:1: unread - 52428800 bytes is over the cap of 4194304: not read (READ001)
      links/dangling.yaml:1:1: unread - a link that leads nowhere (READ005)
      links/etc:1:1: unread - a link to a directory outside the repository: not followed (READ005)
      links/hostname.yaml:1:1: unread - a link that leaves the repository: not followed (READ005)
      links/loop.tf:1:1: unread - a link that leads to itself (READ005)
      links/one.tf:1:1: unread - a link that leads to itself (READ005)
      links/passwd.tf:1:1: unread - a link that leaves the repository: not followed (READ005)
      links/two.tf:1:1: unread - a link that leads to itself (READ005)
      links/zero.tf:1:1: unread - a link that leaves the repository: not followed (READ005)
      modules/0/main.tf:1:1: unread - the calls make more than 5000 modules: the rest is not read (HCL003)
      names/a\\n\\u{1b}[31mb\\rholdfast: OK\\u{202e}\\u{9b}1m.yaml:3:1: unread - Flow sequence in block collection must be sufficiently indented and end with a ] (YAML001)
      names/a\\n\\u{1b}[31mb\\rholdfast: OK\\u{202e}\\u{9b}1m/broken.tf:1:10: unread - block is not closed; what stands outside of it was read (HCL001)
      names/��.tf:1:1: unread - its name is not valid UTF-8: not read (READ002)
      nest-blocks/main.tf:201:3: unread - nested more than 200 deep; what stands outside of it was read (HCL002)
      nest-hcl/main.tf:9:206: unread - nested more than 200 deep; what stands outside of it was read (HCL002)
      nest-json/b.tf.json:1:1213: unread - nested deeper than 200: not read; what stands outside of it was read (HCL002)
      nest-json/main.tf.json:1:218: unread - nested deeper than 200: not read; what stands outside of it was read (HCL002)
      nest-state/terraform.tfstate:1:1: unread - neither a state file of version 4 nor terraform show -json: not used (STATE001)
      nest-yaml/a.yaml:7:209: unread - nested deeper than 200: not read (YAML002)
      nest-yaml/b.yaml:4:404: unread - nested deeper than 200: not read (YAML002)
      renovate.json:1:201: unread - Renovate's configuration does not parse: nested deeper than 200 (YAML001)
      state-empty/terraform.tfstate:1:1: unread - neither a state file of version 4 nor terraform show -json: not used (STATE001)
      state-torn/terraform.tfstate:1:1: unread - neither a state file of version 4 nor terraform show -json: not used (STATE001)
      twice/b.tf:5:3: unread - local.a is declared twice, which Terraform refuses: only this one is read (HCL004)
      twice/main.tf:8:1: unread - resource.helm_release.twice is declared twice, which Terraform refuses: only this one is read (HCL004)
      utf16/a.yaml:1:1: unread - UTF-16, not UTF-8: not read (READ002)
      utf16/main.tf:1:1: unread - UTF-16, not UTF-8: not read (READ002)
      utf8/main.tf:1:1: unread - not valid UTF-8: not read (READ002)
      yaml-broken/a.yaml:8:1: unread - Flow sequence in block collection must be sufficiently indented and end with a ] (YAML001)
      yaml-template/a.yaml:3:1: unread - Implicit keys need to be on a single line (it looks like a template) (YAML001)"
    `);
  });

  test.each([
    ["good releases and workloads elsewhere", "good/", ["app.yaml:4 IMG001", "main.tf:1 HELM001"]],
    ["blocks around a broken one", "hcl-broken/", ["main.tf:1 HELM001", "main.tf:8 HELM003", "main.tf:11 HELM001"]],
    ["blocks after one that is not closed", "hcl-open/", ["main.tf:1 HELM003", "main.tf:4 HELM001"]],
    ["documents around a broken one", "yaml-broken/", ["a.yaml:4 IMG001", "a.yaml:12 IMG001"]],
    ["files with a byte order mark", "bom/", ["a.yaml:4 IMG001", "main.tf:1 HELM001"]],
    ["files with carriage returns", "crlf/", ["a.yaml:4 IMG001", "main.tf:1 HELM001"]],
    ["a version from what git-crypt encrypted", "git-crypt-value/", ["main.tf:6 HELM003"]],
    ["a version from what SOPS encrypted", "sops/", ["main.tf:6 HELM003"]],
    ["cyclic locals", "cycle-locals/", ["main.tf:10 HELM003"]],
    ["a variable that is its own default", "cycle-variable/", ["main.tf:9 HELM003"]],
    ["a module that calls itself", "cycle-self/", ["main.tf:4 HELM001"]],
    ["modules that call each other", "cycle-modules/", ["a/main.tf:4 HELM001", "b/main.tf:4 HELM001"]],
    ["a module whose argument is its output", "cycle-output/", ["main.tf:10 HELM003"]],
    ["values of the wrong type", "type/", ["main.tf:6 HELM003", "main.tf:13 HELM003", "main.tf:15 HELM001"]],
    [
      "values that would fill the memory",
      "bomb/",
      [131, 138, 145, 153, 160, 168, 175].map((line) => `main.tf:${line} HELM003`).concat("main.tf:177 HELM001"),
    ],
    ["blocks around 100,000 brackets", "nest-hcl/", ["main.tf:1 HELM001", "main.tf:11 HELM001"]],
    ["a block after 100,000 nested ones", "nest-blocks/", ["main.tf:200001 HELM001"]],
    ["documents around 100,000 brackets", "nest-yaml/", ["a.yaml:4 IMG001", "a.yaml:12 IMG001"]],
    ["a version from YAML of 100,000 lists in each other", "nest-decode/", ["main.tf:6 HELM003"]],
    ["lines of three megabytes", "line/", ["a.yaml:4 IMG001", "main.tf:4 HELM001"]],
    ["300 directories deep", "deep/", [`${"deep/".repeat(299)}main.tf:1 HELM001`]],
    ["below a directory that is named like a file", "directory/", ["main.tf/inner.tf:1 HELM001"]],
    ["a directory whose name starts with two dots", "..dots/", ["main.tf:1 HELM001"]],
    ["directories named like what every object has", "names/__proto__/", ["main.tf:1 HELM001"]],
    ["a link inside the repository", "links/", ["inside.tf:1 HELM001"]],
    ["the last of two with one name", "twice/", ["main.tf:8 HELM001"]],
    ["a release below 5,000 suppressions", "suppressed/", []],
  ])("judged all the same: %s", (_, below, findings) => {
    // No directory here has a lock file, which TF010 says of each: that is not what is looked at.
    const lines = compact.stdout
      .split("\n")
      .filter((line) => line.startsWith(below) && !/: unread - |\(TF010\)$/.test(line));
    const found = lines.map((line) => line.slice(below.length).replace(/^(.*?:\d+):\d+: .*\((\w+)\)$/, "$1 $2"));
    expect(found).toEqual(findings);
  });

  test("what is encrypted is unknown, never held", async () => {
    const { stdout } = await holdfast(["audit", "sops", "--output", "json"], { cwd: root });
    const rows = (JSON.parse(stdout) as AuditReport).rows.filter(({ kind }) => kind !== "stack");
    const reasons = rows.flatMap(({ title, subjects }) =>
      subjects.flatMap(({ cells }) => cells.flatMap(({ reason }) => (reason?.code === "encrypted" ? [title] : []))),
    );
    expect([...new Set(reasons)].toSorted()).toEqual(["apps/sops"]);
    expect(rows.filter(({ standing }) => standing === "held")).toEqual([]);
  });

  test.each<[string, readonly string[]]>([
    ...["text", "compact", "json", "sarif", "markdown"].map((format): [string, string[]] => [
      format,
      ["--output", format, "--all"],
    ]),
    ["--explain", ["--explain", "apps/hostile"]],
    ["--explain of nothing", ["--explain", "\u001b[31m\n\u202e"]],
    ["--fix=dry-run", ["--fix=dry-run", "--state", "state.json"]],
  ])("no name is printed raw: %s", { concurrent: true }, async (_, args) => {
    const { status, stdout, stderr } = await holdfast(["audit", "names", ...args], { cwd: root });
    expect(status).toBeGreaterThan(0);
    expect(`${stdout}${stderr}`).toContain("31m");
    expect(`${stdout}${stderr}`).not.toMatch(control);
    expect(stdout).not.toMatch(/^holdfast: OK/m);
  });
});

const folders: string[] = [];
afterAll(() => folders.forEach(removeFolder));

function folder(files: FolderFiles): string {
  const root = repositoryFolder(files);
  folders.push(root);
  return root;
}

/** A folder in a new git repository with everything committed. */
function repository(files: FolderFiles): string {
  const root = folder(files);
  git(root, "init", "-q");
  git(root, "add", "--all");
  git(root, "commit", "-q", "-m", "first");
  return root;
}

async function audit(
  root: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<Pick<Ended, "status" | "stdout" | "stderr">> {
  const { status, stdout, stderr } = await holdfast(["audit", "--output", "compact", ...args], {
    cwd: root,
    ...options,
  });
  return { status, stdout: stdout.replaceAll(root, "ROOT"), stderr: stderr.replaceAll(root, "ROOT") };
}

/** With a lock file, so that the release is all that is found. */
const good = {
  "main.tf": looseRelease("good"),
  ".terraform.lock.hcl": 'provider "registry.terraform.io/hashicorp/helm" {\n  version = "3.0.2"\n}\n',
};
const finding = "main.tf:1:1: high - apps/good has no chart version (HELM001)\n";

describe("arguments", () => {
  test.each([
    ["a file as PATH", ["main.tf"], { status: 1, stdout: finding }],
    ["PATH with a slash at the end", ["./"], { status: 1, stdout: finding }],
    [
      "a file with a slash at the end",
      ["main.tf/"],
      "READ006: main.tf/ does not exist. Name a directory, or one file, of an infrastructure repository.",
    ],
    [
      "a missing PATH",
      ["a\u001b[31m\nb"],
      "READ006: a\\u{1b}[31m\\nb does not exist. Name a directory, or one file, of an infrastructure repository.",
    ],
    [
      "an empty PATH",
      [""],
      'READ006: "" does not exist. Name a directory, or one file, of an infrastructure repository.',
    ],
    [
      "a device as PATH",
      ["/dev/null"],
      "READ007: /dev/null is neither a directory nor a regular file. Name a directory, or one file, of an infrastructure repository.",
    ],
    [
      "a pipe as PATH",
      ["pipe"],
      "READ007: pipe is neither a directory nor a regular file. Name a directory, or one file, of an infrastructure repository.",
    ],
    [
      "a state file as PATH",
      ["s/terraform.tfstate"],
      "READ008: s/terraform.tfstate is not a file that audit reads by itself. It reads Terraform, OpenTofu and Terragrunt (.tf, .tofu, terragrunt.hcl), Kubernetes YAML (.yaml, .yml) and the configuration of Renovate and Dependabot: name one of these, or a directory. A state or a plan is named by --state FILE or --plan FILE, each file by an option of its own.",
    ],
    [
      "a file that audit does not read",
      ["notes.txt"],
      "READ008: notes.txt is not a file that audit reads by itself. It reads Terraform, OpenTofu and Terragrunt (.tf, .tofu, terragrunt.hcl), Kubernetes YAML (.yaml, .yml) and the configuration of Renovate and Dependabot: name one of these, or a directory. A state or a plan is named by --state FILE or --plan FILE, each file by an option of its own.",
    ],
    ["a file that holds nothing", ["none.d/none.tf"], { status: 0, stdout: "" }],
    [
      "a configuration that is not there",
      ["--config", "none.yaml"],
      "CONFIG001: none.yaml could not be read (no such file). Name a readable file with --config.",
    ],
    [
      "a configuration that is a directory",
      ["--config", "."],
      "CONFIG001: . could not be read (it is a directory). Name a readable file with --config.",
    ],
    [
      "a configuration with a mistake",
      ["--config", "bad.yaml"],
      "CONFIG002: bad.yaml:2:3: paths.exlude: no such key (and 1 more). Mend it; holdfast config check lists everything that is wrong.",
    ],
    [
      "a baseline that is not there",
      ["--baseline", "none"],
      "BASE001: the baseline none could not be read (no such file). Make one with --write-baseline.",
    ],
    [
      "an empty baseline",
      ["--baseline", "empty"],
      "BASE002: empty is not a baseline of this version. Make a new one with --write-baseline.",
    ],
    [
      "half a baseline",
      ["--baseline", "half"],
      "BASE002: half is not a baseline of this version. Make a new one with --write-baseline.",
    ],
    [
      "an empty plan",
      ["--plan", "empty"],
      "PLAN002: empty is not what terraform show -json prints of a plan. Make it with terraform show -json PLANFILE.",
    ],
    [
      "half a plan",
      ["--plan", "half"],
      "PLAN002: half is not what terraform show -json prints of a plan. Make it with terraform show -json PLANFILE.",
    ],
    [
      "a plan of 100,000 brackets",
      ["--plan", "nested"],
      "PLAN002: nested is not what terraform show -json prints of a plan. Make it with terraform show -json PLANFILE.",
    ],
    [
      "a binary plan",
      ["--plan", "binary"],
      "PLAN001: binary could not be read (it is not valid UTF-8). Make it with terraform show -json PLANFILE.",
    ],
    [
      "modules 100,000 deep in a plan",
      ["--plan", "deep"],
      {
        status: 1,
        stdout: `${finding}deep:1:1: unread - the plan declares nothing that a stack here declares: not used (STATE002)\n`,
      },
    ],
    [
      "an empty state",
      ["--state", "empty"],
      {
        status: 1,
        stdout: `${finding}empty:1:1: unread - neither a state file of version 4 nor terraform show -json: not used (STATE001)\n`,
      },
    ],
    [
      "half a state",
      ["--state", "half"],
      {
        status: 1,
        stdout: `${finding}half:1:1: unread - neither a state file of version 4 nor terraform show -json: not used (STATE001)\n`,
      },
    ],
    [
      "a state of 100,000 brackets",
      ["--state", "nested"],
      {
        status: 1,
        stdout: `${finding}nested:1:1: unread - neither a state file of version 4 nor terraform show -json: not used (STATE001)\n`,
      },
    ],
    [
      "a state that is not there",
      ["--state", "none"],
      { status: 1, stdout: `${finding}none:1:1: unread - no such file: not used (STATE001)\n` },
    ],
    [
      "a device as state",
      ["--state", "/dev/zero"],
      { status: 1, stdout: `${finding}/dev/zero:1:1: unread - it is not a regular file: not used (STATE001)\n` },
    ],
    [
      "a report that cannot be written",
      ["--output-file", "none/report"],
      "WRITE001: none/report could not be written (there is no such directory). Name a file that this user can write.",
    ],
    [
      "a baseline that cannot be written",
      ["--write-baseline", "none/baseline"],
      "WRITE001: none/baseline could not be written (there is no such directory). Name a file that this user can write.",
    ],
    [
      "a problem with --strict and no finding",
      ["--strict", "--fail-on", "never", "--state", "empty"],
      {
        status: 3,
        stdout: `${finding}empty:1:1: unread - neither a state file of version 4 nor terraform show -json: not used (STATE001)\n`,
      },
    ],
  ])("%s", { concurrent: true }, async (_, args, expected) => {
    const root = folder({
      ...good,
      "bad.yaml": "paths:\n  exlude: [a]\nfailOn: loud\n",
      "notes.txt": "hello\n",
      "s/terraform.tfstate": '{"version": 4, "resources": []}',
      "none.d/none.tf": "",
      empty: "",
      half: '{"version": 1, "format_version": "1", "findings": [{"fi',
      nested: "[".repeat(100_000),
      binary: Buffer.from([0xff, 0xfe, 0x00]),
      deep: `{"format_version": "1.2", "planned_values": {"root_module": ${'{"child_modules": ['.repeat(100_000)}{}${"]}".repeat(100_000)}}}`,
    });
    execFileSync("mkfifo", [join(root, "pipe")]);
    const whole =
      typeof expected === "string"
        ? { status: 2, stdout: "", stderr: `holdfast: ${expected}\n` }
        : { stderr: "", ...expected };
    expect(await audit(root, args)).toEqual(whole);
  });

  test("a usage error prints what was given without its controls", async () => {
    const { status, stderr } = await holdfast(["\u001b[31mx"]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: "holdfast: USAGE001: unknown command '\\u{1b}[31mx'\nRun holdfast --help to see what there is.\n",
    });
  });
});

describe("little to read", () => {
  test.each<[string, FolderFiles, { status: number; stdout: string }]>([
    ["an empty directory", {}, { status: 0, stdout: "No releases found in . (read 0 files).\n" }],
    [
      "no releases",
      { "main.tf": "locals {\n  a = 1\n}\n", "README.md": "# Here\n" },
      { status: 0, stdout: "No releases found in . (read 1 file).\n" },
    ],
    [
      "nothing could be read",
      { "main.tf": Buffer.from([0xff]) },
      {
        status: 2,
        stdout:
          "No releases found in . (read 0 files).\n\n? 1 file was not read, or only in part:\n  main.tf: READ002 not valid UTF-8: not read\n",
      },
    ],
  ])("%s: says so", { concurrent: true }, async (_, files, expected) => {
    const { status, stdout, stderr } = await holdfast(["audit"], { cwd: folder(files) });
    expect({ status, stdout, stderr }).toEqual({ ...expected, stderr: "" });
  });

  test("10,000 empty files", async () => {
    const files = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`${index % 100}/${index}.tf`, ""]));
    const { status, stdout } = await holdfast(["audit"], { cwd: folder(files) });
    expect({ status, stdout }).toEqual({ status: 0, stdout: "No releases found in . (read 10000 files).\n" });
  });

  test("10,000 documents in one file, each judged; and a reader that leaves early", async () => {
    const root = folder({
      "a.yaml": Array.from({ length: 10_000 }, (_, index) => `---\n${looseWorkload(`d${index}`)}`).join(""),
    });
    const [whole, early] = await Promise.all([
      audit(root, ["--fail-on", "medium"]),
      audit(root, ["--fail-on", "medium"], { closeAfter: 100 }),
    ]);
    expect(whole.stdout.split("\n").length).toBe(10_001);
    expect([whole.status, early.status, early.stderr]).toEqual([1, 1, ""]);
    expect(early.stdout.length).toBeLessThan(whole.stdout.length);
  });
});

describe("git", () => {
  const gitless = (why: string): string =>
    `${finding}.:1:1: unread - git could not be asked (${why}): ignored files are read too (GIT001)\n`;

  test("no git", async () => {
    expect(await audit(folder(good), [], { env: { PATH: "/nonexistent" } })).toEqual({
      status: 1,
      stderr: "",
      stdout: gitless("git is not installed"),
    });
  });

  test.each<[string, FolderFiles, string]>([
    ["an empty .git", { ".git/HEAD": "" }, "it says that this is no repository"],
    ["a .git that is a file of something else", { ".git": "x" }, "fatal: invalid gitfile format: ROOT/.git"],
    ["a .git that leads elsewhere", { ".git": "gitdir: /nonexistent" }, "it says that this is no repository"],
  ])("%s", { concurrent: true }, async (_, broken, why) => {
    expect(await audit(folder({ ...good, ...broken }))).toEqual({ status: 1, stderr: "", stdout: gitless(why) });
  });

  test.skipIf(process.getuid?.() !== 0)("a repository that belongs to somebody else (as root)", async () => {
    const root = repository(good);
    chownSync(root, 65534, 65534);
    chownSync(join(root, ".git"), 65534, 65534);
    const { status, stdout } = await audit(root);
    expect(status).toBe(1);
    expect(stdout).toContain(finding);
    expect(stdout).toMatch(
      /unread - git could not be asked \(fatal: detected dubious ownership in repository at 'ROOT'\)/,
    );
  });

  test("a revision where there is no git", async () => {
    expect(await audit(folder(good), ["--since", "main"])).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "holdfast: GIT003: --since compares with a git revision, and . is not in a git repository. Run it inside one.\n",
    });
  });

  test.each([
    ["unknown", "nowhere", "git does not give revision nowhere (no such revision)"],
    ["an option in disguise", "--output=stolen", "git does not give revision --output=stolen (no such revision)"],
    ["a dash", "-", "git does not give revision - (no such revision)"],
    ["a blob", "HEAD:main.tf", "git does not give revision HEAD:main.tf (no such revision)"],
  ])("a revision that is %s", { concurrent: true }, async (_, revision, what) => {
    const root = repository(good);
    const ended = await audit(root, [`--since=${revision}`]);
    expect(ended).toEqual({
      status: 2,
      stdout: "",
      stderr: `holdfast: GIT002: ${what}. Name a commit, a branch or a tag that git log knows here.\n`,
    });
    expect(existsSync(join(root, "stolen"))).toBe(false);
  });

  test("a version that stands in a file of any name did not get worse", async () => {
    const root = repository({
      "main.tf": looseRelease("good", '  version = trimspace(file("VERSION"))\n'),
      VERSION: ">= 1.0\n",
    });
    writeInside(root, "README.md", "# changed\n");
    expect(await audit(root, ["--since", "HEAD"])).toEqual({ status: 0, stdout: "", stderr: "" });
  });

  test("names that git would quote, in both revisions", async () => {
    const root = repository({ "a\n\u001b[31m/main.tf": looseRelease("good") });
    writeInside(root, "b\n\u001b[31m/main.tf", looseRelease("new"));
    const { status, stdout } = await audit(root, ["--since", "HEAD"]);
    expect({ status, stdout }).toEqual({
      status: 1,
      stdout: [
        "b\\n\\u{1b}[31m/main.tf:1:1: high - apps/new has no chart version (HELM001)\n",
        "b\\n\\u{1b}[31m/main.tf:1:1: high - b\\n\\u{1b}[31m: no lock file fixes the provider hashicorp/helm (TF010)\n",
      ].join(""),
    });
  });
});

const state = (version: string): string =>
  JSON.stringify({
    version: 4,
    serial: 1,
    resources: [
      {
        mode: "managed",
        type: "helm_release",
        name: "good",
        instances: [{ attributes: { name: "good", namespace: "apps", version } }],
      },
    ],
  });

/** Somebody who may not read everything: as root, another user has to be asked. */
const other: RunOptions = process.getuid?.() === 0 ? { uid: 65534 } : {};
const asked = spawnSync(process.execPath, ["--version"], {
  cwd: join(import.meta.dirname, "../../src"),
  ...(other.uid === undefined ? {} : { uid: other.uid, gid: other.uid }),
});
const canBeOther = asked.status === 0;

describe.skipIf(!canBeOther)("permissions", () => {
  test("a file and a directory that may not be read, and the rest judged", async () => {
    const root = folder({ ...good, "closed.tf": looseRelease("closed"), "shut/main.tf": looseRelease("shut") });
    chmodSync(join(root, "closed.tf"), 0);
    chmodSync(join(root, "shut"), 0);
    onTestFinished(() => chmodSync(join(root, "shut"), 0o700));
    expect(await audit(root, [], other)).toEqual({
      status: 1,
      stderr: "",
      stdout: `${finding}closed.tf:1:1: unread - could not be read (EACCES) (READ004)\nshut:1:1: unread - the directory could not be read (EACCES) (READ004)\n`,
    });
  });

  test("a directory that git may not read; what never holds declarations is passed over", async () => {
    const root = folder({ ...good, "shut/main.tf": looseRelease("shut"), "node_modules/a/main.tf": "" });
    git(root, "init", "-q");
    git(root, "add", "main.tf", ".terraform.lock.hcl");
    if (other.uid !== undefined) execFileSync("chown", ["-R", `${other.uid}:${other.uid}`, root]);
    for (const closed of ["shut", "node_modules"]) chmodSync(join(root, closed), 0);
    onTestFinished(() => ["shut", "node_modules"].forEach((closed) => chmodSync(join(root, closed), 0o700)));
    expect(await audit(root, ["--fail-on", "never", "--strict"], other)).toEqual({
      status: 3,
      stderr: "",
      stdout: `${finding}shut:1:1: unread - the directory could not be read (Permission denied) (READ004)\n`,
    });
  });

  test("a PATH that may not be read", async () => {
    const root = folder({ "shut/main.tf": looseRelease("shut") });
    chmodSync(join(root, "shut"), 0);
    onTestFinished(() => chmodSync(join(root, "shut"), 0o700));
    expect(await audit(root, ["shut"], other)).toMatchObject({
      status: 2,
      stderr: "holdfast: READ007: shut cannot be read. Name a directory, or one file, that this user can read.\n",
    });
    expect(await audit(root, ["shut/main.tf"], other)).toMatchObject({
      status: 2,
      stderr:
        "holdfast: READ007: shut/main.tf cannot be read. Name a directory, or one file, that this user can read.\n",
    });
  });

  test("a file that may not be written is not fixed, whatever its directory allows", async () => {
    const root = folder({ ...good, state: state("1.2.3") });
    chmodSync(root, 0o777);
    chmodSync(join(root, "main.tf"), 0o444);
    const { status, stderr } = await audit(root, ["--fix", "--output", "text", "--state", "state"], other);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        "holdfast: FIX003: main.tf could not be written (no permission). Make it writable, and run the fix again.\n",
    });
    expect(readFileSync(join(root, "main.tf"), "utf8")).toBe(good["main.tf"]);
  });

  test("a report that may not be written", async () => {
    const root = folder({ ...good, report: "kept" });
    chmodSync(root, 0o777);
    chmodSync(join(root, "report"), 0o444);
    expect(await audit(root, ["--output-file", "report"], other)).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "holdfast: WRITE001: report could not be written (no permission). Name a file that this user can write.\n",
    });
    expect(readFileSync(join(root, "report"), "utf8")).toBe("kept");
  });
});

describe("fixes", () => {
  test("a file that somebody edits while it is judged is not written", async () => {
    const root = folder(good);
    const pipe = join(root, "state");
    execFileSync("mkfifo", [pipe]);
    const edited = `# edited\n${good["main.tf"]}`;
    const ended = audit(root, ["--fix", "--output", "text", "--state", "state"]);
    // The state is asked for after the repository was read: opening the pipe waits for that.
    await writeFile(pipe, editedThen(root, edited));
    expect(await ended).toEqual({
      status: 2,
      stdout: "",
      stderr: "holdfast: FIX002: main.tf changed while it was being judged: it was not written. Run the fix again.\n",
    });
    expect(readFileSync(join(root, "main.tf"), "utf8")).toBe(edited);
  });

  test.each([
    ["an expression", '${file("/etc/passwd")}'],
    ["terminal escapes", "1.0\u001b[31m\n"],
    ["quotes", '1.0"\n}'],
  ])("a deployed version that is %s is refused, and not printed raw", { concurrent: true }, async (_, version) => {
    const root = folder({ ...good, "terraform.tfstate": state(version) });
    const { stdout, stderr } = await audit(root, ["--fix", "--output", "text"]);
    expect(stdout).toMatch(/^0 of 1 finding pinned\.\nNot written:\n {2}.* is no version\n {4}apps\/good\n$/);
    expect(`${stdout}${stderr}`).not.toMatch(control);
    expect(readFileSync(join(root, "main.tf"), "utf8")).toBe(good["main.tf"]);
  });
});

/** The state, after the file was edited: evaluated when the pipe takes it. */
async function* editedThen(root: string, edited: string): AsyncGenerator<string> {
  writeFileSync(join(root, "main.tf"), edited);
  yield state("1.2.3");
}

describe("the repository's own holdfast.yaml", () => {
  test("a pipe in its place does not block", async () => {
    const root = folder(good);
    execFileSync("mkfifo", [join(root, "holdfast.yaml")]);
    expect(await audit(root)).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "holdfast: CONFIG001: holdfast.yaml could not be read (it is not a regular file). Name a readable file with --config.\n",
    });
  });

  test("it reads no state from outside the repository", async () => {
    const root = folder({ ...good, "holdfast.yaml": "state:\n  - stack: .\n    file: ../../etc/passwd\n" });
    expect(await audit(root)).toEqual({
      status: 2,
      stdout: "",
      stderr:
        "holdfast: CONFIG002: holdfast.yaml:3:11: state.0.file: has to stay inside the directory of holdfast.yaml. Mend it; holdfast config check lists everything that is wrong.\n",
    });
  });
});

describe("where the report goes", () => {
  test.skipIf(!existsSync("/dev/full"))("a full disk is said", async () => {
    const full = openSync("/dev/full", "w");
    onTestFinished(() => closeSync(full));
    const { status, stderr } = await holdfast(["audit"], { cwd: folder(good), stdout: full });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr:
        "holdfast: WRITE001: standard output could not be written (no space left). Give it room, or name a file to write to.\n",
    });
  });

  test("NO_COLOR wins over FORCE_COLOR, and nothing is said of it", async () => {
    const env = { NO_COLOR: "1", FORCE_COLOR: "1" };
    const { stdout, stderr } = await holdfast(["audit"], { cwd: folder(good), env });
    expect({ stderr, escapes: stdout.includes("\u001b") }).toEqual({ stderr: "", escapes: false });
  });

  test("a pipe is written to, not replaced; a link is written through; a directory is refused", async () => {
    const root = folder({ ...good, "target/report": "old" });
    mkdirSync(join(root, "directory"));
    symlinkSync("target/report", join(root, "link"));
    execFileSync("mkfifo", [join(root, "pipe")]);
    const [piped, read] = await Promise.all([
      audit(root, ["--output-file", "pipe"]),
      readFile(join(root, "pipe"), "utf8"),
    ]);
    expect({ ...piped, read }).toEqual({ status: 1, stdout: "", stderr: "", read: finding });
    expect(lstatSync(join(root, "pipe")).isFIFO()).toBe(true);
    expect(await audit(root, ["--output-file", "link"])).toEqual({ status: 1, stdout: "", stderr: "" });
    expect(readFileSync(join(root, "target/report"), "utf8")).toBe(finding);
    expect(await audit(root, ["--output-file", "directory"])).toMatchObject({
      status: 2,
      stderr:
        "holdfast: WRITE001: directory could not be written (it is a directory). Name a file that this user can write.\n",
    });
  });
});
