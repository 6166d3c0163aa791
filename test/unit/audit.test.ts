import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AuditReport } from "../../src/report/audit-report.ts";
import { git, homelabCopy } from "../builders/git-copy.ts";
import { holdfast } from "../builders/command.ts";
import { httpServer } from "../builders/http-server.ts";
import { removeFolder } from "../builders/repository-folder.ts";

let root = "";
beforeEach(() => {
  root = homelabCopy();
});
afterEach(() => removeFolder(root));

async function audit(...args: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
  const { status, stdout, stderr } = await holdfast(["audit", ...args], { cwd: root });
  return { status, stdout, stderr };
}

async function report(...args: string[]): Promise<AuditReport> {
  const { stdout } = await audit("--output", "json", ...args);
  return JSON.parse(stdout) as AuditReport;
}

function edit(path: string, from: string | RegExp, to: string): void {
  const full = join(root, path);
  const before = readFileSync(full, "utf8");
  const after = before.replace(from, to);
  expect(after, `${path} holds ${String(from)}`).not.toBe(before);
  writeFileSync(full, after);
}

/** Writes the state of a stack that has deployed one release. */
function deploy(stack: string, namespace: string, name: string, address: string, version: string): void {
  const [module, resource = ""] = address.startsWith("module.")
    ? address.split(/\.(?=helm_release)/)
    : [undefined, address];
  const resources = [
    {
      module,
      mode: "managed",
      type: "helm_release",
      name: resource.split(".")[1],
      instances: [{ attributes: { name, namespace, version } }],
    },
  ];
  writeFileSync(join(root, stack, "terraform.tfstate"), JSON.stringify({ version: 4, serial: 1, resources }));
}

/** The matrix in words: a line a release, by mover. */
function words({ rows }: AuditReport): string[] {
  return rows
    .filter(({ kind }) => kind !== "stack")
    .map(({ title, standing, subjects }) => {
      const cells = subjects.flatMap((subject) =>
        subject.cells.filter(({ state }) => state !== "unreached").map(({ mover, word }) => `${mover} ${word}`),
      );
      return `${standing} ${title}: ${[...new Set(cells)].join(", ")}`;
    })
    .toSorted();
}

test("the example: the matrix and every finding that its README states", async () => {
  const found = await report();
  expect(found.problems).toEqual([]);
  expect(words(found)).toMatchInlineSnapshot(`
    [
      "conditional media/jellyfin: terraform held pin, chart-republish re-push, keel cond. policy, image-republish unknown, kubelet unknown",
      "conditional media/redis: terraform held pin, chart-republish re-push, keel cond. policy, image-republish unknown, kubelet unknown",
      "conditional monitoring/loki: terraform cond. default, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "conditional photos/immich: terraform cond. inputs, chart-republish re-push, keel cond. policy, image-republish unknown, kubelet unknown",
      "conditional vaultwarden/vaultwarden: terraform cond. inputs, chart-republish re-push, keel held excl., image-republish re-push, kubelet held pin, image-republish unknown, kubelet unknown",
      "exclusion dns/adguard: keel held excl., image-republish re-push, kubelet held pin",
      "exclusion dns/k8s-gateway: terraform held url, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "exclusion git/forgejo: terraform held pin, bot held review, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "exclusion keel/keel: terraform held pin, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "exclusion kube-system/kured: terraform held digest, chart-republish held digest, keel held excl., image-republish held digest, kubelet held digest, image-republish unknown, kubelet unknown",
      "exclusion kube-system/metrics-server: terraform held pin, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "exclusion kyverno/kyverno: terraform held pin, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "exclusion monitoring/alloy: terraform held pin, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "held home/home-assistant: keel held digest, image-republish held digest, kubelet held digest",
      "moves cert-manager/cert-manager: terraform held pin, bot open merge, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "moves dns/ddns-updater: keel held excl., image-republish open tag, kubelet open Always",
      "moves home/homepage: bot held review, keel open patch, image-republish re-push, kubelet held pin",
      "moves home/wake-on-lan: terraform held local, bot held review, keel open patch, image-republish re-push, kubelet held pin, image-republish unknown, kubelet unknown",
      "moves home/zigbee2mqtt: keel open patch, image-republish re-push, kubelet held pin",
      "moves media/navidrome: terraform open edit, bot held review, chart-republish re-push, keel cond. policy, image-republish unknown, kubelet unknown",
      "moves monitoring/grafana: keel open minor, image-republish re-push, kubelet held pin",
      "moves monitoring/kube-prometheus-stack: terraform open plan, bot held review, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "moves nfs-csi/csi-driver-nfs: terraform open edit, bot held review, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
      "republish home/mosquitto: keel held never, image-republish re-push, kubelet held pin",
      "unknown backup/velero: terraform unknown, chart-republish re-push, keel held excl., image-republish unknown, kubelet unknown",
    ]
  `);
  expect((await audit("--output", "compact")).stdout).toMatchInlineSnapshot(`
    "kubernetes/apps/ddns-updater.yaml:21:18: medium - dns/ddns-updater: image qmcgaw/ddns-updater:latest has a moving tag (IMG001)
    kubernetes/apps/grafana.yaml:10:21: medium - Keel moves grafana/grafana:12.0.2 of monitoring/grafana (policy minor) (KEEL001)
    kubernetes/apps/zigbee2mqtt.yaml:2:1: low - Keel moves koenkk/zigbee2mqtt:2.6.1 of home/zigbee2mqtt (policy patch) (KEEL001)
    live/root.hcl:11:21: high - live/home/immich: no lock file fixes the provider hashicorp/helm (TF010)
    modules/helm-app/main.tf:12:1: low - photos/immich is held from Keel by a condition only (KEEL002)
    modules/helm-app/main.tf:12:1: low - media/jellyfin is held from Keel by a condition only (KEEL002)
    modules/helm-app/main.tf:12:1: low - media/navidrome is held from Keel by a condition only (KEEL002)
    modules/redis/main.tf:12:1: low - media/redis is held from Keel by a condition only (KEEL002)
    renovate.json:12:20: medium - a bot merges updates of cert-manager/cert-manager without a review (BOT001)
    stacks/backup/main.tf:38:1: medium - module.label has no module version (TF001)
    stacks/backup/main.tf:54:1: high - module.offsite follows the branch "main" of a git repository (TF002)
    stacks/backup/main.tf:60:1: low - module.alerts follows the tag "v1.4.0" of a git repository (TF002)
    stacks/backup/main.tf:73:22: info - backup/velero: the chart version could not be told (HELM003)
    stacks/media/main.tf:31:1: high - media/navidrome gets no chart version: module.navidrome leaves out chart_version, whose default is null (HELM004)
    stacks/monitoring/main.tf:27:22: medium - monitoring/kube-prometheus-stack takes any chart version in "~> 58.0" (HELM002)
    stacks/nfs-csi/main.tf:11:1: high - nfs-csi/csi-driver-nfs has no chart version (HELM001)
    stacks/services/homepage.tf:8:27: low - Keel moves ghcr.io/gethomepage/homepage:v1.4.0 of home/homepage (policy patch) (KEEL001)
    stacks/services/main.tf:46:1: low - Keel moves git.home.example/home/wake-on-lan:0.4.2 of home/wake-on-lan (policy patch) (KEEL001)
    "
  `);
});

describe("--fix", () => {
  test("dry-run prints the diff and writes nothing", async () => {
    const { status, stdout } = await audit("--fix=dry-run");
    expect(stdout).toMatchInlineSnapshot(`
      "--- a/stacks/nfs-csi/main.tf
      +++ b/stacks/nfs-csi/main.tf
      @@ -13,6 +13,7 @@
         namespace  = kubernetes_namespace_v1.nfs_csi.metadata[0].name
         repository = "https://raw.githubusercontent.com/kubernetes-csi/csi-driver-nfs/master/charts"
         chart      = "csi-driver-nfs"
      +  version    = "4.13.1"
       
         values = [file("\${path.module}/values.yaml")]
       }
      1 of 3 findings would be pinned.
        nfs-csi/csi-driver-nfs  4.13.1  deployed: stacks/nfs-csi/terraform.tfstate, serial 41  stacks/nfs-csi/main.tf:15
      It widens BOT001 (medium): a bot merges updates of nfs-csi/csi-driver-nfs and cert-manager/cert-manager without a review.
      Not written:
        nothing proves which version is deployed: give --state FILE or --snapshot FILE, or --fix-to newest
          media/navidrome, monitoring/kube-prometheus-stack
      "
    `);
    expect(status).toBe(1);
    expect(git(root, "status", "--short")).toBe("");
  });

  test("writes the deployed version, nothing else, and a second audit no longer finds it", async () => {
    await audit("--fix");
    expect(git(root, "diff", "-U0")).toMatchInlineSnapshot(`
      "diff --git a/stacks/nfs-csi/main.tf b/stacks/nfs-csi/main.tf
      index 27885fd..9e4596a 100644
      --- a/stacks/nfs-csi/main.tf
      +++ b/stacks/nfs-csi/main.tf
      @@ -15,0 +16 @@ resource "helm_release" "csi_driver_nfs" {
      +  version    = "4.13.1"
      "
    `);
    const { findings } = await report();
    expect(findings.filter(({ rule }) => rule === "HELM001")).toEqual([]);
  });

  test("edits where the provenance ends: the variable that a call leaves out, a Terragrunt input, a file", async () => {
    deploy("stacks/media", "media", "navidrome", "module.navidrome.helm_release.this", "1.4.2");
    const { stdout } = await audit("--fix=dry-run");
    expect(stdout).toMatchInlineSnapshot(`
      "--- a/stacks/nfs-csi/main.tf
      +++ b/stacks/nfs-csi/main.tf
      @@ -13,6 +13,7 @@
         namespace  = kubernetes_namespace_v1.nfs_csi.metadata[0].name
         repository = "https://raw.githubusercontent.com/kubernetes-csi/csi-driver-nfs/master/charts"
         chart      = "csi-driver-nfs"
      +  version    = "4.13.1"
       
         values = [file("\${path.module}/values.yaml")]
       }
      --- a/stacks/media/main.tf
      +++ b/stacks/media/main.tf
      @@ -30,6 +30,7 @@
       
       module "navidrome" {
         source = "../../modules/helm-app"
      +  chart_version = "1.4.2"
       
         name       = "navidrome"
         namespace  = "media"
      2 of 3 findings would be pinned.
        nfs-csi/csi-driver-nfs  4.13.1  deployed: stacks/nfs-csi/terraform.tfstate, serial 41  stacks/nfs-csi/main.tf:15
        media/navidrome         1.4.2   deployed: stacks/media/terraform.tfstate, serial 1     stacks/media/main.tf:32
      It widens BOT001 (medium): a bot merges updates of nfs-csi/csi-driver-nfs and cert-manager/cert-manager without a review.
      Not written:
        nothing proves which version is deployed: give --state FILE or --snapshot FILE, or --fix-to newest
          monitoring/kube-prometheus-stack
      "
    `);
  });
});

test("a finding says which attribute its pin is written to", async () => {
  deploy("stacks/media", "media", "navidrome", "module.navidrome.helm_release.this", "1.4.2");
  deploy("stacks/monitoring", "monitoring", "kube-prometheus-stack", "helm_release.kube_prometheus_stack", "58.7.2");
  const { findings } = await report();
  const fixes = findings.flatMap(({ rule, fix }) => (fix === undefined ? [] : [`${rule} ${fix.detail}`]));
  expect(fixes).toMatchInlineSnapshot(`
    [
      "HELM001 version = "4.13.1" in stacks/nfs-csi/main.tf (deployed: stacks/nfs-csi/terraform.tfstate, serial 41)",
      "HELM004 chart_version = "1.4.2" in stacks/media/main.tf (deployed: stacks/media/terraform.tfstate, serial 1)",
      "HELM002 version = "58.7.2" in stacks/monitoring/main.tf (deployed: stacks/monitoring/terraform.tfstate, serial 1)",
    ]
  `);
});

test("releases that are not pinned for one reason are named together, at most five", async () => {
  const release = (name: string): string =>
    `resource "helm_release" "${name}" {\n  name = "${name}"\n  namespace = "new"\n  repository = "https://charts.example.org"\n  chart = "${name}"\n}\n`;
  mkdirSync(join(root, "stacks/new"));
  writeFileSync(join(root, "stacks/new/main.tf"), ["a", "b", "c", "d", "e"].map(release).join("\n"));
  const { stdout } = await audit("--fix=dry-run");
  expect(stdout.slice(stdout.indexOf("Not written:"))).toMatchInlineSnapshot(`
    "Not written:
      nothing proves which version is deployed: give --state FILE or --snapshot FILE, or --fix-to newest
        new/a, new/b, new/c, new/d, new/e and 2 more
    "
  `);
});

test("--fix writes all of its files or none, and keeps secrets beside an edit out of the diff", async () => {
  edit("stacks/nfs-csi/main.tf", /chart +=.*/, 'repository_password = "hunter2"\n  $&');
  const state = join(root, "stacks/media/terraform.tfstate");
  const attributes = { name: "navidrome", namespace: "media", version: "1.4.2" };
  const instances = [{ attributes }];
  const resource = { module: "module.navidrome", mode: "managed", type: "helm_release", name: "this", instances };
  writeFileSync(state, JSON.stringify({ version: 4, serial: 1, resources: [resource] }));
  const { stdout } = await audit("--fix");
  expect(stdout).not.toContain("hunter2");
  expect(stdout.indexOf("+++ b/stacks/media/main.tf")).toBeLessThan(stdout.indexOf("2 of 3 findings pinned."));
  const changed = git(root, "diff", "--name-only").trim().split("\n");
  expect(changed).toEqual(["stacks/media/main.tf", "stacks/nfs-csi/main.tf"]);
});

describe("--since", () => {
  test("nothing got worse", async () => {
    expect(await audit("--since", "HEAD")).toEqual({
      status: 0,
      stdout:
        "Nothing got worse since HEAD. 4 modules are not in the repository: what they declare is not seen,\n--plan shows it.\n",
      stderr: "",
    });
  });

  test("a pin that was removed", async () => {
    edit("stacks/platform/main.tf", /\n\s*version\s+=\s+"v1\.18\.2"/, "");
    const { status, stdout } = await audit("--since", "HEAD");
    expect(status).toBe(1);
    expect(stdout).toMatch(/^1 of 25 releases got worse since HEAD\. 4 modules are not in the repository/);
    expect(stdout).toContain("HELM001 high");
  });
});

describe("--plan", () => {
  test("answers what the repository leaves open", async () => {
    const before = (await report()).rows.find(({ title }) => title === "backup/velero");
    expect(before?.standing).toBe("unknown");
    const values = { outputs: { velero_chart_version: "10.0.1" } };
    const data = {
      address: "data.terraform_remote_state.versions",
      mode: "data",
      type: "terraform_remote_state",
      values,
    };
    const plan = {
      format_version: "1.2",
      planned_values: {
        root_module: {
          resources: [{ address: "helm_release.velero", mode: "managed", type: "helm_release", values: {} }],
        },
      },
      prior_state: { values: { root_module: { resources: [data] } } },
    };
    writeFileSync(join(root, "plan.json"), JSON.stringify(plan));
    const after = (await report("--plan", "plan.json")).rows.find(({ title }) => title === "backup/velero");
    expect(after?.subjects[0]).toMatchObject({ current: "10.0.1" });
    expect(after?.standing).not.toBe("unknown");
  });
});

describe("what must not be believed", () => {
  test("a value that only a plan tells is no pin", async () => {
    edit("stacks/monitoring/variables.tf", /default\s+=.*/, "");
    const plan = {
      format_version: "1.2",
      variables: { loki_chart_version: { value: "6.30.1" } },
      planned_values: {
        root_module: {
          resources: [{ address: "helm_release.loki", mode: "managed", type: "helm_release", values: {} }],
        },
      },
    };
    writeFileSync(join(root, "plan.json"), JSON.stringify(plan));
    const row = (await report("--plan", "plan.json")).rows.find(({ title }) => title === "monitoring/loki");
    const cell = row?.subjects[0]?.cells.find(({ mover }) => mover === "terraform");
    expect(cell).toMatchObject({ state: "conditional", word: "cond. plan" });
    expect(cell?.evidence.map(({ path }) => path)).toContain("plan.json");
  });

  test("a block that did not parse whole: what it lacks may be there", async () => {
    edit("stacks/nfs-csi/main.tf", "  chart ", "  ch art ");
    const row = (await report()).rows.find(({ title }) => title === "nfs-csi/csi-driver-nfs");
    expect(row?.standing).toBe("unknown");
  });

  test("a SOPS file is not edited: its seal covers what stands in the clear too", async () => {
    edit(
      "stacks/nfs-csi/main.tf",
      /chart +=.*/,
      'chart = "csi-driver-nfs"\n  version = yamldecode(file("${path.module}/v.yaml")).csi',
    );
    writeFileSync(join(root, "stacks/nfs-csi/v.yaml"), 'csi: "4.x"\nsops:\n    mac: ENC[AES256_GCM,data:x]\n');
    git(root, "add", "--all");
    edit("stacks/nfs-csi/.terraform.lock.hcl", 'version     = "3.0.2"', 'version     = "2.17.0"');
    const { stdout } = await audit("--fix=dry-run");
    expect(stdout).toContain("SOPS seals the file");
    expect(stdout).not.toContain("+csi:");
  });

  test("comments of a path that is left out are not judged", async () => {
    appendFileSync(join(root, "stacks/backup/main.tf"), "\n# holdfast: ignore[TF001] until=2000-01-31 reason=old\n");
    writeFileSync(join(root, "holdfast.yaml"), "paths: {exclude: [stacks/backup/**]}\n");
    expect((await report()).findings.filter(({ rule }) => rule.startsWith("IGN"))).toEqual([]);
  });
});

describe("--online", () => {
  const versions = ["4.13.1", "4.13.2", "5.0.0-rc.1"].map(
    (version) => `  - name: csi-driver-nfs\n    version: ${version}\n    urls:\n    - x.tgz`,
  );
  const index = `apiVersion: v1\nentries:\n  csi-driver-nfs:\n${versions.join("\n")}\n`;

  test("an open cell says what it would move to today", async () => {
    await using server = await httpServer((request, response) =>
      response.writeHead(request.url === "/index.yaml" ? 200 : 404).end(index),
    );
    edit("stacks/nfs-csi/main.tf", /repository = ".*"/, `repository = "${server.url}"`);
    const { stdout, stderr } = await audit("--output", "json", "--online");
    const { rows } = JSON.parse(stdout) as AuditReport;
    expect(stderr).toMatch(
      /^holdfast: online: 1 of \d+ questions answered; not told: (?!could not).+ \(\w+:\/\/.+\)\n$/,
    );
    const row = rows.find(({ title }) => title === "nfs-csi/csi-driver-nfs");
    const cell = row?.subjects[0]?.cells.find(({ mover }) => mover === "terraform");
    expect(cell).toMatchObject({ state: "open", movesTo: { version: "4.13.2", url: `${server.url}/index.yaml` } });
    expect(server.seen).toEqual(["GET /index.yaml -"]);
  });

  test("--fix-to newest pins to it, and calls it unsafe", async () => {
    await using server = await httpServer((_, response) => response.end(index));
    edit("stacks/nfs-csi/main.tf", /repository = ".*"/, `repository = "${server.url}"`);
    const { stdout } = await audit("--fix=dry-run", "--fix-to", "newest");
    expect(stdout).toContain('+  version    = "4.13.2"');
    expect(stdout).toContain("UNSAFE: this is the unreviewed move itself");
    expect(stdout).toMatch(/^ {2}the newest version could not be told: (?!could not).+\n {4}media\/navidrome, /m);
  });

  test("without it no socket is opened", async () => {
    await using server = await httpServer((_, response) => response.end(index));
    edit("stacks/nfs-csi/main.tf", /repository = ".*"/, `repository = "${server.url}"`);
    await report();
    expect(server.seen).toEqual([]);
  });
});

describe("suppressions", () => {
  const header = 'resource "helm_release" "csi_driver_nfs" {';

  test.each([
    ["until=2999-01-31 reason=moved with the storage work", []],
    ["until=2020-01-31 reason=long ago", ["HELM001", "IGN002"]],
    ["until=2999-01-31", ["HELM001", "IGN003"]],
    ["reason=no end", ["HELM001", "IGN003"]],
  ])("%s", async (settings, expected) => {
    edit("stacks/nfs-csi/main.tf", header, `# holdfast: ignore[HELM001] ${settings}\n${header}`);
    const { findings } = await report();
    expect(findings.map(({ rule }) => rule).filter((rule) => rule === "HELM001" || rule.startsWith("IGN"))).toEqual(
      expected,
    );
  });

  test.each([
    ["ignore[HELM001]", ["IGN003 the suppression of HELM001 gives no date and no reason, so it suppresses nothing"]],
    [
      "ignore[HELM001, HELM099] until=2999-01-31 reason=known",
      ["IGN001 a suppression names HELM099: there is no such rule"],
    ],
    ["ignore[helm001, X] until=2020-01-31", ["IGN001 a suppression names helm001, X: there is no such rule"]],
    ["ignore[] until=2999-01-31 reason=known", ["IGN001 a suppression names no rule"]],
    ["ignore[IGN001] until=2999-01-31 reason=known", ["IGN001 the suppression of IGN001 matches no finding here"]],
    [
      "ignore[HELM001, HELM099] reason=known",
      [
        "IGN001 a suppression names HELM099: there is no such rule",
        "IGN003 the suppression of HELM001 gives no date, so it suppresses nothing",
      ],
    ],
  ])("%s: says what is wrong with it", async (comment, expected) => {
    edit("stacks/nfs-csi/main.tf", header, `# holdfast: ${comment}\n${header}`);
    const { findings } = await report();
    const own = findings.filter(({ rule }) => rule.startsWith("IGN"));
    expect(own.map(({ rule, what }) => `${rule} ${what}`).toSorted()).toEqual(expected);
  });

  test("one that hides nothing is a finding", async () => {
    appendFileSync(
      join(root, "stacks/nfs-csi/main.tf"),
      "\n# holdfast: ignore[TF001] until=2999-01-31 reason=nothing here\n",
    );
    const { stdout } = await audit("--output", "compact");
    expect(stdout.split("\n").filter((line) => line.includes("IGN"))).toMatchInlineSnapshot(`
      [
        "stacks/nfs-csi/main.tf:20:1: low - the suppression of TF001 matches no finding here (IGN001)",
      ]
    `);
  });
});

test("a baseline leaves out what it lists, and nothing that is new", async () => {
  expect((await audit("--write-baseline", "baseline.json")).status).toBe(1);
  const later = await audit("--baseline", "baseline.json");
  expect(later.status).toBe(0);
  expect(later.stdout).toContain("in the baseline");
  edit("stacks/platform/main.tf", /\n\s*version\s+=\s+"v1\.18\.2"/, "");
  const { findings } = await report("--baseline", "baseline.json");
  expect(findings.map(({ rule }) => rule)).toContain("HELM001");
});

test("a baseline is written where holdfast.yaml names one, there or not, with all findings", async () => {
  writeFileSync(join(root, "holdfast.yaml"), "baseline: baseline.json\n");
  const first = await audit("--write-baseline", "baseline.json");
  expect(first).toMatchObject({ status: 1, stderr: "holdfast: 18 findings written to baseline.json\n" });
  const written = readFileSync(join(root, "baseline.json"), "utf8");
  expect((await audit()).status).toBe(0);
  expect(await audit("--write-baseline", "baseline.json")).toEqual(first);
  expect(readFileSync(join(root, "baseline.json"), "utf8")).toBe(written);
});

test("an entry of a rule that is off is not said to match nothing, and is kept when the baseline is written anew", async () => {
  await audit("--write-baseline", "baseline.json");
  const written = readFileSync(join(root, "baseline.json"), "utf8");
  const ofBot = written.match(/"rule":"BOT001"/g) ?? [];
  expect(ofBot.length).toBeGreaterThan(0);
  writeFileSync(join(root, "holdfast.yaml"), "severity:\n  BOT001: off\n");
  expect(await audit("--baseline", "baseline.json")).toMatchObject({ status: 0, stderr: "" });
  await audit("--write-baseline", "baseline.json");
  expect(readFileSync(join(root, "baseline.json"), "utf8")).toBe(written);
  edit("baseline.json", /"fingerprint":"[^"]*","rule":"(?!BOT001)/, '"fingerprint":"gone","rule":"');
  expect((await audit("--baseline", "baseline.json")).stderr).toContain("1 of the baseline's entries match nothing");
});

describe("holdfast.yaml", () => {
  test("severities, paths and the limit", async () => {
    writeFileSync(
      join(root, "holdfast.yaml"),
      "severity:\n  HELM001: info\n  IMG003: low\npaths:\n  include: [stacks/nfs-csi/**]\n",
    );
    const { findings } = await report();
    expect(findings.map(({ rule, severity }) => `${rule} ${severity}`)).toEqual(["HELM001 info"]);
    expect((await audit()).status).toBe(0);
    expect((await audit("--fail-on", "info")).status).toBe(1);
  });

  test("what is wrong is said with its place", async () => {
    writeFileSync(join(root, "holdfast.yaml"), "severity:\n  HELM001: loud\n  HELM099: low\nclusters: home\n");
    expect(await audit()).toMatchObject({
      status: 2,
      stdout: "",
      stderr: expect.stringContaining("holdfast: CONFIG002: holdfast.yaml:2:12: severity.HELM001"),
    });
    const { status, stdout } = await holdfast(["config", "check"], { cwd: root });
    expect({ status, stdout }).toMatchInlineSnapshot(`
      {
        "status": 1,
        "stdout": "holdfast.yaml:2:12: severity.HELM001: Invalid option: expected one of "off"|"block"|"high"|"medium"|"low"|"info"
      holdfast.yaml:3:3: severity.HELM099: no such rule; nearest: HELM001, HELM002, HELM003
      holdfast.yaml:4:11: clusters: Invalid input: expected array, received string
      ",
      }
    `);
  });
});

describe("--explain", () => {
  test("one release, every cell with its evidence", async () => {
    const { status, stdout } = await audit("--explain", "csi-driver-nfs");
    expect(status).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "✖ nfs-csi/csi-driver-nfs: can move without a reviewed commit
        release stacks/nfs-csi:helm_release.csi_driver_nfs, cluster home
        stacks/nfs-csi/main.tf:11

        chart csi-driver-nfs                                                     stacks/nfs-csi/main.tf:11
          terraform   open edit    "latest" is resolved again when any other attribute of the release
                                   changes, or the provider adds one (helm provider 3.0.2)
                                   stacks/nfs-csi/main.tf:11:1
                                     resource "helm_release" "csi_driver_nfs" {
                                   stacks/nfs-csi/.terraform.lock.hcl:5:17
                                     version     = "3.0.2"
                                   stacks/nfs-csi/versions.tf:7:17  literal
                                     version = "~> 3.0"
          bot         held review  renovate opens a pull request for updates of the provider
                                   hashicorp/helm, which plans the release anew, and merges none by itself
                                   renovate.json:5:16  json
                                     "automerge": false,
                                   renovate.json:1:1  json
                                     {
          chart repo  re-push      the repository serves another archive under the same version: the next
                                   install or upgrade takes it
                                   only a push of other bytes under the same version or tag
                                   stacks/nfs-csi/main.tf:15:16  literal
                                     chart      = "csi-driver-nfs"

        image images that the chart chooses                                      stacks/nfs-csi/main.tf:11
          keel        held excl.   ClusterPolicy/keel-minor leaves it out: excluded: namespace nfs-csi
                                   stacks/platform/keel-policy.tf:43:29  literal
                                     { resources = { namespaces = local.keel_hands_off } },
                                   stacks/platform/keel-policy.tf:29:9  literal
                                     {
                                   also: ClusterPolicy/keel-patches leaves it out: excluded: namespace
                                   nfs-csi
                                   kubernetes/policies/keel.yaml:29:19  yaml
                                     - nfs-csi
                                   kubernetes/policies/keel.yaml:12:7  yaml
                                     - name: annotate-workloads
          registry    unknown      which images the chart runs is known only when it is rendered
                                   (chart-not-rendered)
                                   stacks/nfs-csi/main.tf:11:1
                                     resource "helm_release" "csi_driver_nfs" {
          kubelet     unknown      which images the chart runs is known only when it is rendered
                                   (chart-not-rendered)
                                   stacks/nfs-csi/main.tf:11:1
                                     resource "helm_release" "csi_driver_nfs" {
      "
    `);
  });

  test("a release that is not there", async () => {
    expect(await audit("--explain", "csi-driver-nfz")).toEqual({
      status: 2,
      stdout: "",
      stderr: "holdfast: EXPLAIN001: Nothing here is named csi-driver-nfz.\nNearest:\n  nfs-csi/csi-driver-nfs\n",
    });
    const several = await audit("--explain", "csi", "--output-file", "report");
    expect(several).toMatchObject({ status: 2, stdout: "" });
    expect(several.stderr).toMatch(/^holdfast: EXPLAIN001: \d+ rows match csi\. Give the address of one:\n/);
    expect(existsSync(join(root, "report"))).toBe(false);
  });
});
