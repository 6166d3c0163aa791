import { expect, test } from "vitest";
import { cell, homelab, report, row, subject } from "../../test/builders/audit-report.ts";
import type { ReportSubject } from "./audit-report.ts";
import { explainText } from "./explain.ts";

test("one row in full", () => {
  const { text, found } = explainText(homelab(), "nfs-csi/csi-driver-nfs");
  expect(found).toBe(true);
  expect(text).toMatchInlineSnapshot(`
    "✖ nfs-csi/csi-driver-nfs: can move without a reviewed commit
      release stacks/nfs-csi:helm_release.csi_driver_nfs
      stacks/csi-driver-nfs/main.tf:14

      chart csi-driver-nfs                                                     stacks/nfs-csi/main.tf:14
        terraform   open         on any edit of its values (helm provider 3)
                                 stacks/nfs-csi/main.tf:14:1  literal
                                   resource "helm_release" "csi_driver_nfs" {
                                 stacks/nfs-csi/versions.tf:6:1  literal
                                   version = "~> 3.0"
        bot         not reached  no bot configuration reads this folder

      image registry.k8s.io/sig-storage/nfsplugin                                              main.tf:1
        keel        held excl.   an exclusion of namespace nfs-csi in kyverno/keel.tf:91
                                 kyverno/keel.tf:91:1  literal
                                   namespaces = ["nfs-csi"]
        registry    unknown      the chart was not rendered
                                 only the rendered chart tells its images (chart-not-rendered)
                                 to tell it: write the images into holdfast.lock: holdfast lock
        kubelet     held pin     IfNotPresent: a node pulls a tag once
    "
  `);
});

test.each([
  ["APPS/redis", "apps/redis"],
  ["redis", "apps/redis"],
  ["stacks/redis:helm_release.this", "apps/redis"],
  ["docker.io/bitnami/redis", "apps/redis"],
  ["s/", null],
  ["graf", "monitoring/grafana"],
  ["stacks/nfs-csi", "stacks/nfs-csi"],
])("%j means %j", (query, title) => {
  const { text, found } = explainText(homelab(), query);
  expect(found).toBe(title !== null);
  expect(text).toContain(title === null ? "rows match" : `${title}: `);
});

test("several rows of one name", () => {
  const rows = [
    row("apps/redis", "held", []),
    row("shop/redis", "held", [], { address: "stacks/shop:helm_release.redis" }),
  ];
  expect(explainText(report({ rows }), "redis")).toMatchInlineSnapshot(`
    {
      "found": false,
      "text": "2 rows match redis. Give the address of one:
      apps/redis  stacks/redis:helm_release.this
      shop/redis  stacks/shop:helm_release.redis
    ",
    }
  `);
});

test("no row: the nearest names", () => {
  expect(explainText(homelab(), "grafna")).toMatchInlineSnapshot(`
    {
      "found": false,
      "text": "Nothing here is named grafna.
    Nearest:
      monitoring/grafana
    ",
    }
  `);
  expect(explainText(homelab(), "something-else-entirely")).toMatchInlineSnapshot(`
    {
      "found": false,
      "text": "Nothing here is named something-else-entirely. Name a release as the table of holdfast audit does, or by its address.
    ",
    }
  `);
  expect(explainText(report(), "foo")).toEqual({
    found: false,
    text: "Nothing here is named foo. No release was found at all: name another directory.\n",
  });
});

test("a held chart whose images were not told is not said to be held as a whole", () => {
  const reason = { code: "chart-not-rendered", text: "only the rendered chart tells", evidence: [] };
  const untold = subject("image", "*", [cell("kubelet", "unknown", "", { reason })]);
  const held = subject("chart", "x", [cell("terraform", "held local")]);
  const first = (subjects: ReportSubject[]) =>
    explainText(report({ rows: [row("a/b", "held", subjects)] }), "a/b").text.split("\n", 1)[0];
  expect(first([held, untold])).toBe("◐ a/b: its chart is held; its images were not told");
  expect(first([held])).toBe("✔ a/b: held: cannot move without a reviewed commit");
});
