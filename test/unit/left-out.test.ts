import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { AuditReport } from "../../src/report/audit-report.ts";
import { holdfast, type Ended } from "../builders/command.ts";
import { git } from "../builders/git-copy.ts";
import { removeFolder, repositoryFolder, writeInside, type FolderFiles } from "../builders/repository-folder.ts";

const release = (name: string) =>
  `resource "helm_release" "${name}" {\n  name       = "${name}"\n  chart      = "${name}"\n  repository = "https://charts.example"\n}\n`;
const pod =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx:latest}]}\n";
const application = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}\n";

/** Two releases without a version, three things in an archive, and a module that both a stack and nobody needs. */
const files: FolderFiles = {
  "stacks/a/main.tf": `${release("a")}module "shared" {\n  source = "../../archive/shared"\n}\n`,
  "stacks/b/main.tf": release("b"),
  "archive/old/main.tf": release("old"),
  "archive/shared/main.tf": release("shared"),
  "archive/unit/terragrunt.hcl": 'terraform {\n  source = "../shared"\n}\n',
  "archive/pod.yaml": pod,
  "archive/app.yaml": application,
  "archive/notes.yaml": "a: 1\n",
};

async function audited(settings: string, ...args: string[]): Promise<Ended> {
  const root = repositoryFolder({ ...files, "holdfast.yaml": settings });
  onTestFinished(() => removeFolder(root));
  return holdfast(["audit", ...args], { cwd: root });
}

/** The lines of a text that speak of the settings, wrapped lines joined. */
function aboutSettings({ stdout }: Ended): string {
  return /^(?:Left out|Lowered)[^]*?(?=\n(?:next|$))/m.exec(stdout)?.[0].replaceAll("\n", " ") ?? "";
}

test.each([
  ["nothing", "failOn: high\n", ""],
  [
    "paths, by the glob; what a stack calls is read all the same",
    "paths: {exclude: [archive/**]}\n",
    "Left out by holdfast.yaml: 4 files (archive/**: 1 Terraform, 1 Terragrunt, 2 manifests).",
  ],
  [
    "what no glob includes",
    "paths: {include: [archive/**, stacks/a/**]}\n",
    "Left out by holdfast.yaml: 1 file (not in paths.include: 1 Terraform).",
  ],
  [
    "rules, with what they found",
    "severity: {HELM001: off, IMG001: off, BOT001: off}\n",
    "Left out by holdfast.yaml: HELM001 (4 findings), IMG001 (1 finding).",
  ],
  ["a rule that is off by itself is not left out by settings", "severity: {IMG003: off}\n", ""],
  [
    "severities below --fail-on",
    "severity: {HELM001: info}\n",
    "Lowered below --fail-on by holdfast.yaml: HELM001 to info (4 findings).",
  ],
  ["severities that still fail", "severity: {HELM001: medium}\nfailOn: medium\n", ""],
  [
    "severities where nothing fails, by the default",
    "severity: {HELM001: info}\nfailOn: never\n",
    "Lowered below --fail-on by holdfast.yaml: HELM001 to info (4 findings).",
  ],
])("the text says what settings leave out: %s", async (_, settings, said) => {
  expect(aboutSettings(await audited(settings))).toBe(said);
});

test("a repository of which all is left out is no clean one", async () => {
  const { stdout } = await audited('paths: {exclude: ["**"]}\n');
  expect(stdout).toMatchInlineSnapshot(`
    "No releases found in . (read 9 files).

    Left out by holdfast.yaml: 7 files (**: 4 Terraform, 1 Terragrunt, 2 manifests).
    "
  `);
});

const everything = "paths: {exclude: [archive/**]}\nseverity: {IMG001: off, HELM001: off, TF010: info}\n";

test("compact says it on standard error", async () => {
  expect((await audited(everything, "--output", "compact")).stderr).toBe(
    "holdfast: note: Left out by holdfast.yaml: 4 files (archive/**: 1 Terraform, 1 Terragrunt, 2 manifests), HELM001 (3 findings). Lowered below --fail-on by holdfast.yaml: TF010 to info (2 findings).\n",
  );
});

test("markdown says it at the end", async () => {
  expect((await audited(everything, "--output", "markdown")).stdout.trim().split("\n").at(-1)).toMatchInlineSnapshot(
    `"2 findings: 2 info. Left out by holdfast.yaml: 4 files (archive/&#42;&#42;: 1 Terraform, 1 Terragrunt, 2 manifests), HELM001 (3 findings). Lowered below --fail-on by holdfast.yaml: TF010 to info (2 findings)."`,
  );
});

test("json counts it, and lists what the rules found", async () => {
  const report = JSON.parse((await audited(everything, "--output", "json")).stdout) as AuditReport;
  expect(report.leftOut).toMatchInlineSnapshot(`
    {
      "by": "holdfast.yaml",
      "lowered": [
        {
          "findings": 2,
          "rule": "TF010",
          "severity": "info",
        },
      ],
      "paths": [
        {
          "files": {
            "manifest": 2,
            "terraform": 1,
            "terragrunt": 1,
          },
          "glob": "archive/**",
          "setting": "paths.exclude",
        },
      ],
      "rules": [
        {
          "findings": 3,
          "rule": "HELM001",
        },
      ],
    }
  `);
  expect(report.suppressedFindings?.map(({ rule, subject, suppressed }) => [rule, subject, suppressed.reason]))
    .toMatchInlineSnapshot(`
    [
      [
        "HELM001",
        "default/a",
        "off in holdfast.yaml",
      ],
      [
        "HELM001",
        "default/shared",
        "off in holdfast.yaml",
      ],
      [
        "HELM001",
        "default/b",
        "off in holdfast.yaml",
      ],
    ]
  `);
});

test("sarif has notifications, overrides of rules, and results that are suppressed from outside", async () => {
  const log = JSON.parse((await audited(everything, "--output", "sarif")).stdout);
  const [{ invocations, results }] = log.runs;
  expect(invocations[0].toolConfigurationNotifications).toMatchInlineSnapshot(`
    [
      {
        "level": "note",
        "message": {
          "text": "Left out by holdfast.yaml: 4 files (archive/**: 1 Terraform, 1 Terragrunt, 2 manifests), HELM001 (3 findings).",
        },
      },
      {
        "level": "note",
        "message": {
          "text": "Lowered below --fail-on by holdfast.yaml: TF010 to info (2 findings).",
        },
      },
    ]
  `);
  expect(invocations[0].ruleConfigurationOverrides).toMatchInlineSnapshot(`
    [
      {
        "configuration": {
          "enabled": false,
        },
        "descriptor": {
          "id": "HELM001",
          "index": 0,
        },
      },
      {
        "configuration": {
          "level": "note",
        },
        "descriptor": {
          "id": "TF010",
          "index": 6,
        },
      },
    ]
  `);
  const suppressed = results.filter((result: { suppressions?: unknown }) => result.suppressions !== undefined);
  expect(suppressed.map((result: { suppressions: unknown }) => result.suppressions)).toMatchInlineSnapshot(`
    [
      [
        {
          "justification": "off in holdfast.yaml",
          "kind": "external",
          "status": "accepted",
        },
      ],
      [
        {
          "justification": "off in holdfast.yaml",
          "kind": "external",
          "status": "accepted",
        },
      ],
      [
        {
          "justification": "off in holdfast.yaml",
          "kind": "external",
          "status": "accepted",
        },
      ],
    ]
  `);
});

test("--explain says of a release in a path that is left out that it is there", async () => {
  expect(await audited("paths: {exclude: [archive/**]}\n", "--explain", "default/old")).toMatchObject({
    status: 2,
    stdout: "",
    stderr:
      "holdfast: EXPLAIN001: Left out by paths of holdfast.yaml, so not audited:\n" +
      "  default/old  archive/old/main.tf:1\n" +
      "Change paths in holdfast.yaml, or name another file with --config.\n",
  });
});

describe("--since: what silences a change is not part of it", () => {
  function committed(content: FolderFiles): string {
    const root = repositoryFolder(content);
    onTestFinished(() => removeFolder(root));
    git(root, "init", "-q");
    git(root, "add", "--all");
    git(root, "commit", "-q", "-m", "before");
    return root;
  }

  /** A commit, then the change, not committed. Gives the answer and what is found. */
  async function changed(before: FolderFiles, change: FolderFiles, ...args: string[]): Promise<string[]> {
    const root = committed({ ...files, ...before });
    for (const [path, content] of Object.entries(change)) writeInside(root, path, content);
    const { stdout } = await holdfast(["audit", "--since", "HEAD", "--output", "json", ...args], { cwd: root });
    const { leftOut, findings } = JSON.parse(stdout) as AuditReport;
    const { terraform, terragrunt, manifest } = leftOut.silenced?.files ?? {
      terraform: -1,
      terragrunt: 0,
      manifest: 0,
    };
    return [
      ...findings.map(({ rule, severity, subject }) => `${rule} ${severity} ${subject}`),
      ...(leftOut.silenced?.rules ?? []).map(({ rule, findings: number }) => `silenced ${rule} ${number}`),
      ...(terraform + terragrunt + manifest > 0 ? [`silenced files ${terraform + terragrunt + manifest}`] : []),
    ];
  }
  const added = { "stacks/new/main.tf": release("new") };
  const off = "severity: {HELM001: off}\n";

  test.each([
    ["nothing", {}, {}, []],
    ["a new finding", {}, added, ["HELM001 high default/new", "TF010 high stacks/new"]],
    [
      "a new finding and a rule switched off",
      {},
      { ...added, "holdfast.yaml": off },
      ["HELM001 high default/new", "TF010 high stacks/new", "silenced HELM001 5"],
    ],
    ["a rule that was off", { "holdfast.yaml": off }, added, ["TF010 high stacks/new"]],
    ["a rule switched on again", { "holdfast.yaml": off }, { "holdfast.yaml": "" }, []],
    [
      "a severity lowered below what fails",
      {},
      { ...added, "holdfast.yaml": "severity: {HELM001: low}\n" },
      ["HELM001 high default/new", "TF010 high stacks/new", "silenced HELM001 5"],
    ],
    [
      "a limit raised",
      {},
      { ...added, "holdfast.yaml": "failOn: never\n" },
      ["HELM001 high default/new", "TF010 high stacks/new", "silenced HELM001 5", "silenced TF010 5"],
    ],
    [
      "paths left out",
      { "holdfast.yaml": "paths: {exclude: [archive/unit/**]}\n" },
      { ...added, "holdfast.yaml": "paths: {exclude: [archive/**, stacks/new/**]}\n" },
      [
        "HELM001 high default/new",
        "TF010 high stacks/new",
        "silenced HELM001 2",
        "silenced TF010 2",
        "silenced IMG001 1",
        "silenced files 4",
      ],
    ],
    [
      "a file that is not valid any more at the revision",
      { "holdfast.yaml": "severity: {HELM001: loud}\n" },
      { ...added, "holdfast.yaml": off },
      ["HELM001 high default/new", "TF010 high stacks/new", "silenced HELM001 5"],
    ],
  ])("%s", async (_, before, change, found) => {
    expect(await changed(before as FolderFiles, change as FolderFiles)).toEqual(found);
  });

  test("a baseline counts as it was at the revision, wherever it is named", async () => {
    const root = repositoryFolder({ ...files, ...added });
    onTestFinished(() => removeFolder(root));
    await holdfast(["audit", "--write-baseline", "b.json"], { cwd: root });
    const baseline = readFileSync(join(root, "b.json"), "utf8");
    const settings = { "holdfast.yaml": "baseline: b.json\n" };
    const empty = '{"version": 1, "findings": []}\n';
    const grown = [
      "HELM001 high default/new",
      "TF010 high stacks/new",
      "silenced HELM001 5",
      "silenced TF010 5",
      "silenced IMG001 1",
    ];
    expect(await changed({}, { ...added, ...settings, "b.json": baseline })).toEqual(grown);
    expect(await changed({ "b.json": empty }, { ...added, "b.json": baseline }, "--baseline", "b.json")).toEqual(grown);
    expect(await changed({ ...settings, "b.json": baseline }, added)).toEqual([]);
    expect(await changed({}, { ...added, "b.json": baseline }, "--baseline", "b.json")).toEqual([]);
  });

  test("the answer says it first", async () => {
    const root = committed(files);
    writeFileSync(join(root, "holdfast.yaml"), off);
    const { status, stdout } = await holdfast(["audit", "--since", "HEAD"], { cwd: root });
    expect({ status, stdout: stdout.split("\n\n")[0] }).toMatchInlineSnapshot(`
      {
        "status": 0,
        "stdout": "Nothing got worse since HEAD. Since HEAD, holdfast.yaml or the baseline leave out more: HELM001 (4
      findings). This report is judged as at HEAD. 1 object of a kind that is not read yet: 1 Application.
      ",
      }
    `);
  });
});
