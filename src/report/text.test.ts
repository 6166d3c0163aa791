import { expect, test } from "vitest";
import { cell, finding, homelab, placeAt, report, row, subject } from "../../test/builders/audit-report.ts";
import { auditText } from "./text.ts";

test("the whole report, 100 columns", () => {
  expect(auditText(homelab())).toMatchInlineSnapshot(`
    "2 of 4 releases can move without a reviewed commit. 1 more can change content by a push under the
    same version or tag. 1 held only on a condition. Images of 1 release come from a chart that was not
    rendered.

                              terraform  keel         registry      kubelet
      release                 chart      image        same tag      pull
    ✖ monitoring/grafana      open       open  minor  re-push       re-push
        on any edit; Keel within 1 h of a push
    ✖ nfs-csi/csi-driver-nfs  open       held  excl.  ?             held  pin
        on any edit of its values (helm provider 3)
    ◐ apps/redis              held  pin  cond. label  re-push       held  pin
    ✔ kured/kured             held  pin  held  never  held  digest  held  digest

                      terraform
      stack           module     provider
    ✖ stacks/nfs-csi  open       held  lock  init -upgrade takes the newest version in the range
    … 1 more stack, all held: --all shows them

    ✖ HELM001 high    nfs-csi/csi-driver-nfs has no chart version              stacks/nfs-csi/main.tf:14
        why   helm provider 3.0.2 resolves "latest" again whenever another attribute of the release
              changes, so editing a value can upgrade the chart. The Keel exclusion (kyverno/keel.tf:91)
              holds images only.
        do    pin the chart to what is deployed
        fix   version = "4.13.1"   (deployed: terraform.tfstate, 2026-05-17)             --fix writes it

    ✖ HELM004 high    monitoring/grafana floats: var.chart_version is null unless it is given
                                                                             stacks/monitoring/main.tf:4
        why   the module passes chart_version on, and no caller gives one, so each plan takes the newest
              chart.
        do    give chart_version in the call of module grafana
        at    stacks/monitoring/main.tf:4 (module argument) -> modules/grafana/main.tf:21
              -> variables.tf:2 (variable default var.chart_version)

    ◐ KEEL001 medium  Keel reaches docker.io/grafana/grafana with policy minor        kyverno/keel.tf:38
        why   ClusterPolicy keel-annotations puts keel.sh/policy: minor on every Deployment outside 4
              namespaces.
        do    exclude namespace monitoring in kyverno/keel.tf:91, or annotate the Deployment with
              keel.sh/policy: "never"

    ◐ IMG002 low      image docker.io/bitnami/redis has the partial tag 7.2   stacks/redis/values.yaml:3
        why   the registry moves 7.2 with every patch release; a new node pulls other bytes than the old
              ones run.
        do    write the whole version and its digest

    ? 2 files were not read, or only in part:
      secrets/grafana.enc.yaml: READ003 encrypted with SOPS; releases that take values from it are
          unknown there
      stacks/broken/main.tf:31: HCL001 a block is not closed; the rest of the file was read

    4 findings: 2 high, 1 medium, 1 low. 1 suppressed in the files. 2 in the baseline. 31 files read.
    next  holdfast audit --explain monitoring/grafana  one row in full
          holdfast audit --fix=dry-run                 what --fix would write: 1 pin
          holdfast audit --fix=dry-run --state FILE    with proof, 1 more pin
    "
  `);
});

test("in colour: severities, signs and states only", () => {
  const colored = auditText(homelab(), { color: true });
  expect(colored.replaceAll("\u{1b}", "␛")).toMatchInlineSnapshot(`
    "␛[1m2 of 4 releases can move without a reviewed commit.␛[0m 1 more can change content by a push under the
    same version or tag. 1 held only on a condition. Images of 1 release come from a chart that was not
    rendered.

                              terraform  keel         registry      kubelet
      release                 chart      image        same tag      pull
    ␛[31m✖␛[0m monitoring/grafana      ␛[31mopen␛[0m       ␛[31mopen␛[0m  minor  ␛[33mre-push␛[0m       ␛[33mre-push␛[0m
        on any edit; Keel within 1 h of a push
    ␛[31m✖␛[0m nfs-csi/csi-driver-nfs  ␛[31mopen␛[0m       held  excl.  ␛[35m?␛[0m             held  pin
        on any edit of its values (helm provider 3)
    ␛[33m◐␛[0m apps/redis              held  pin  ␛[33mcond.␛[0m label  ␛[33mre-push␛[0m       held  pin
    ␛[32m✔␛[0m kured/kured             held  pin  held  never  held  digest  held  digest

                      terraform
      stack           module     provider
    ␛[31m✖␛[0m stacks/nfs-csi  ␛[31mopen␛[0m       held  lock  init -upgrade takes the newest version in the range
    … 1 more stack, all held: --all shows them

    ␛[31m✖␛[0m ␛[1mHELM001␛[0m ␛[31mhigh␛[0m    nfs-csi/csi-driver-nfs has no chart version              stacks/nfs-csi/main.tf:14
        why   helm provider 3.0.2 resolves "latest" again whenever another attribute of the release
              changes, so editing a value can upgrade the chart. The Keel exclusion (kyverno/keel.tf:91)
              holds images only.
        do    pin the chart to what is deployed
        fix   version = "4.13.1"   (deployed: terraform.tfstate, 2026-05-17)             --fix writes it

    ␛[31m✖␛[0m ␛[1mHELM004␛[0m ␛[31mhigh␛[0m    monitoring/grafana floats: var.chart_version is null unless it is given
                                                                             stacks/monitoring/main.tf:4
        why   the module passes chart_version on, and no caller gives one, so each plan takes the newest
              chart.
        do    give chart_version in the call of module grafana
        at    stacks/monitoring/main.tf:4 (module argument) -> modules/grafana/main.tf:21
              -> variables.tf:2 (variable default var.chart_version)

    ␛[33m◐␛[0m ␛[1mKEEL001␛[0m ␛[33mmedium␛[0m  Keel reaches docker.io/grafana/grafana with policy minor        kyverno/keel.tf:38
        why   ClusterPolicy keel-annotations puts keel.sh/policy: minor on every Deployment outside 4
              namespaces.
        do    exclude namespace monitoring in kyverno/keel.tf:91, or annotate the Deployment with
              keel.sh/policy: "never"

    ␛[33m◐␛[0m ␛[1mIMG002␛[0m ␛[33mlow␛[0m      image docker.io/bitnami/redis has the partial tag 7.2   stacks/redis/values.yaml:3
        why   the registry moves 7.2 with every patch release; a new node pulls other bytes than the old
              ones run.
        do    write the whole version and its digest

    ␛[35m?␛[0m 2 files were not read, or only in part:
      secrets/grafana.enc.yaml: READ003 encrypted with SOPS; releases that take values from it are
          unknown there
      stacks/broken/main.tf:31: HCL001 a block is not closed; the rest of the file was read

    4 findings: 2 high, 1 medium, 1 low. 1 suppressed in the files. 2 in the baseline. 31 files read.
    next  holdfast audit --explain monitoring/grafana  ␛[2mone row in full␛[0m
          holdfast audit --fix=dry-run                 ␛[2mwhat --fix would write: 1 pin␛[0m
          holdfast audit --fix=dry-run --state FILE    ␛[2mwith proof, 1 more pin␛[0m
    "
  `);
  expect(colored.replace(/\u{1b}\[\d+m/gu, "")).toBe(auditText(homelab()));
});

test("in ASCII and 80 columns", () => {
  expect(auditText(homelab(), { ascii: true, width: 80 })).toMatchInlineSnapshot(`
    "2 of 4 releases can move without a reviewed commit. 1 more can change content by
    a push under the same version or tag. 1 held only on a condition. Images of 1
    release come from a chart that was not rendered.

                              terraform  keel         registry      kubelet
      release                 chart      image        same tag      pull
    x monitoring/grafana      open       open  minor  re-push       re-push
        on any edit; Keel within 1 h of a push
    x nfs-csi/csi-driver-nfs  open       held  excl.  ?             held  pin
        on any edit of its values (helm provider 3)
    ~ apps/redis              held  pin  cond. label  re-push       held  pin
    + kured/kured             held  pin  held  never  held  digest  held  digest

                      terraform
      stack           module     provider
    x stacks/nfs-csi  open       held  lock
        init -upgrade takes the newest version in the range
    ... 1 more stack, all held: --all shows them

    x HELM001 high    nfs-csi/csi-driver-nfs has no chart version
                                                           stacks/nfs-csi/main.tf:14
        why   helm provider 3.0.2 resolves "latest" again whenever another attribute
              of the release changes, so editing a value can upgrade the chart. The
              Keel exclusion (kyverno/keel.tf:91) holds images only.
        do    pin the chart to what is deployed
        fix   version = "4.13.1"   (deployed: terraform.tfstate, 2026-05-17)
                                                                     --fix writes it

    x HELM004 high    monitoring/grafana floats: var.chart_version is null unless it
                      is given                           stacks/monitoring/main.tf:4
        why   the module passes chart_version on, and no caller gives one, so each
              plan takes the newest chart.
        do    give chart_version in the call of module grafana
        at    stacks/monitoring/main.tf:4 (module argument)
              -> modules/grafana/main.tf:21
              -> variables.tf:2 (variable default var.chart_version)

    ~ KEEL001 medium  Keel reaches docker.io/grafana/grafana with policy minor
                                                                  kyverno/keel.tf:38
        why   ClusterPolicy keel-annotations puts keel.sh/policy: minor on every
              Deployment outside 4 namespaces.
        do    exclude namespace monitoring in kyverno/keel.tf:91, or annotate the
              Deployment with keel.sh/policy: "never"

    ~ IMG002 low      image docker.io/bitnami/redis has the partial tag 7.2
                                                          stacks/redis/values.yaml:3
        why   the registry moves 7.2 with every patch release; a new node pulls
              other bytes than the old ones run.
        do    write the whole version and its digest

    ? 2 files were not read, or only in part:
      secrets/grafana.enc.yaml: READ003 encrypted with SOPS; releases that take
          values from it are unknown there
      stacks/broken/main.tf:31: HCL001 a block is not closed; the rest of the file
          was read

    4 findings: 2 high, 1 medium, 1 low. 1 suppressed in the files. 2 in the
    baseline. 31 files read.
    next  holdfast audit --explain monitoring/grafana  one row in full
          holdfast audit --fix=dry-run                 what --fix would write: 1 pin
          holdfast audit --fix=dry-run --state FILE    with proof, 1 more pin
    "
  `);
});

test("reasons stand at the end of their lines where all fit", () => {
  const rows = [
    row("nfs-csi/csi-driver-nfs", "moves", [
      subject("chart", "csi", [cell("terraform", "open", "on any edit (helm provider 3).")]),
    ]),
    row("observability/kube-prometheus-stack-for-everything", "moves", [
      subject("chart", "kps", [cell("terraform", "open", "on any edit of its values")]),
      subject("image", "grafana", [cell("keel", "open minor", "Keel: 1 h")]),
    ]),
    row("kured/kured", "held", [
      subject("chart", "kured", [cell("terraform", "held pin")]),
      subject("image", "kured", [cell("keel", "held never")]),
    ]),
  ];
  expect(auditText(report({ rows }))).toMatchInlineSnapshot(`
    "2 of 3 releases can move without a reviewed commit.

                                            terraform  keel
      release                               chart      image
    ✖ nfs-csi/csi-driver-nfs                open       ·            on any edit (helm provider 3)
    ✖ observability/kube…ck-for-everything  open       open  minor  on any edit of its values; Keel: 1 h
    ✔ kured/kured                           held  pin  held  never

    No findings. 31 files read.
    next  holdfast audit --explain nfs-csi/csi-driver-nfs  one row in full
    "
  `);
});

test("every mover in 80 columns: states only, names cut", () => {
  const movers = ["terraform", "bot", "keel", "chart-republish", "image-republish", "kubelet"] as const;
  const cells = movers.map((mover) => cell(mover, "held plan error"));
  const rows = [
    row("observability/kube-prometheus-stack", "moves", [
      subject("chart", "kps", [...cells.slice(1), cell("terraform", "open", "on any edit of its values")]),
      subject("image", "grafana", cells),
    ]),
    row("kured/kured", "held", [subject("chart", "kured", cells)]),
  ];
  const text = auditText(report({ rows }), { width: 80 });
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text).toMatchInlineSnapshot(`
    "1 of 2 releases can move without a reviewed commit.

                                          terraform  bot    keel   registry  kubelet
      release                             chart      merge  image  same tag  pull
    ✖ observability/kub…prometheus-stack  open       held   held   held      held
        on any edit of its values
    ✔ kured/kured                         held       held   ·      held      ·

    No findings. 31 files read.
    next  holdfast audit --explain observability/kube-prometheus-stack
    "
  `);
});

test("no releases", () => {
  expect(auditText(report({}, { root: "infra" }))).toMatchInlineSnapshot(`
    "No releases found in infra (read 31 files).
    "
  `);
});

test("held rows beyond 20 are folded, --all shows them", () => {
  const rows = Array.from({ length: 25 }, (_, index) =>
    row(`apps/app-${String(index).padStart(2, "0")}`, "held", [
      subject("chart", "app", [cell("terraform", "held pin")]),
    ]),
  );
  expect(auditText(report({ rows }))).toMatchInlineSnapshot(`
    "All 25 releases are held: none can move without a reviewed commit.

                   terraform
      release      chart
    ✔ apps/app-00  held  pin
    ✔ apps/app-01  held  pin
    ✔ apps/app-02  held  pin
    ✔ apps/app-03  held  pin
    ✔ apps/app-04  held  pin
    ✔ apps/app-05  held  pin
    ✔ apps/app-06  held  pin
    ✔ apps/app-07  held  pin
    ✔ apps/app-08  held  pin
    ✔ apps/app-09  held  pin
    ✔ apps/app-10  held  pin
    ✔ apps/app-11  held  pin
    ✔ apps/app-12  held  pin
    ✔ apps/app-13  held  pin
    ✔ apps/app-14  held  pin
    ✔ apps/app-15  held  pin
    ✔ apps/app-16  held  pin
    ✔ apps/app-17  held  pin
    ✔ apps/app-18  held  pin
    ✔ apps/app-19  held  pin
    … 5 more, all held: --all shows them

    No findings. 31 files read.
    "
  `);
  expect(auditText(report({ rows }), { all: true })).toContain("apps/app-24");
});

test("findings of one rule beyond 5 are folded unless they are high; the same why is said once", () => {
  const findings = [
    ...Array.from({ length: 8 }, (_, index) =>
      finding("HELM003", "info", `the version of apps/app-${index} cannot be told`, {
        place: placeAt(`apps/app-${index}.tf:${index + 1}`),
      }),
    ),
    ...Array.from({ length: 6 }, (_, index) =>
      finding("HELM001", "high", `apps/app-${index} has no version`, { why: `Reason ${index}.` }),
    ),
  ];
  const text = auditText(report({ findings }));
  expect(text.match(/HELM001 high/g)).toHaveLength(6);
  expect(text.slice(text.indexOf("· HELM003"))).toMatchInlineSnapshot(`
    "· HELM003 info    the version of apps/app-0 cannot be told                           apps/app-0.tf:1
    · HELM003 info    the version of apps/app-1 cannot be told                           apps/app-1.tf:2
    · HELM003 info    the version of apps/app-2 cannot be told                           apps/app-2.tf:3
    · HELM003 info    the version of apps/app-3 cannot be told                           apps/app-3.tf:4
    · HELM003 info    the version of apps/app-4 cannot be told                           apps/app-4.tf:5
        why   It matters.
        do    Mend it.

    … 3 more HELM003: --output compact lists them

    14 findings: 6 high, 8 info. 31 files read.
    "
  `);
  expect(auditText(report({ findings }), { all: true }).match(/HELM003 info/g)).toHaveLength(8);
});

test("releases of several clusters say which", () => {
  const rows = ["home", "lab"].map((cluster) =>
    row("apps/redis", "moves", [subject("chart", "redis", [cell("terraform", "open", "on any edit")])], { cluster }),
  );
  expect(auditText(report({ rows })).split("\n").slice(2, 6)).toMatchInlineSnapshot(`
    [
      "                    terraform",
      "  release           chart",
      "✖ apps/redis @home  open       on any edit",
      "✖ apps/redis @lab   open       on any edit",
    ]
  `);
});

test("the next commands name the path that was audited, and no name that a shell would read", () => {
  const rows = [
    row("apps/$(reboot)", "moves", [subject("chart", "x", [cell("terraform", "open", "on any edit")])]),
    row("apps/redis", "conditional", [subject("chart", "x", [cell("terraform", "cond. default", "on a variable")])]),
  ];
  expect(auditText(report({ rows }, { root: "infra/prod" }))).toContain(
    "next  holdfast audit infra/prod --explain apps/redis  one row in full",
  );
  expect(auditText(report({ rows }, { root: "infra" }), { program: "npm run --silent holdfast --" })).toContain(
    "next  npm run --silent holdfast -- audit infra --explain apps/redis  one row in full",
  );
  expect(auditText(report({ rows }, { root: "in fra" }))).not.toContain("next");
});

test("the next commands repeat what decided what was read, and are not there where a shell would read it", () => {
  const rows = [row("apps/redis", "moves", [subject("chart", "x", [cell("terraform", "open", "on any edit")])])];
  const endOf = (...reading: readonly string[]) => auditText(report({ rows }), { reading }).split("\n").at(-2);
  expect(endOf("--snapshot", "/tmp/home.snapshot", "--cluster", "home")).toBe(
    "next  holdfast audit --snapshot /tmp/home.snapshot --cluster home --explain apps/redis",
  );
  expect(endOf("--snapshot", "$(reboot)")).not.toContain("next");
});

test("a held release whose images were not told is no green row; a re-push of its chart is shown before them", () => {
  const reason = { code: "chart-not-rendered", text: "", evidence: [] };
  const images = subject("image", "*", [
    cell("image-republish", "unknown", "", { reason }),
    cell("kubelet", "unknown", "", { reason }),
  ]);
  const rows = [
    row("apps/local", "held", [subject("chart", "x", [cell("terraform", "held local")]), images]),
    row("apps/redis", "republish", [
      subject("chart", "y", [cell("terraform", "held pin"), cell("chart-republish", "re-push")]),
      images,
    ]),
  ];
  expect(auditText(report({ rows })).split("\n").slice(3, 8)).toMatchInlineSnapshot(`
    [
      "              terraform    registry  kubelet",
      "  release     chart        same tag  pull",
      "◐ apps/redis  held  pin    re-push   ?",
      "◐ apps/local  held  local  ?         ?",
      "",
    ]
  `);
});
