import { expect, test } from "vitest";
import { homelab, report } from "../../test/builders/audit-report.ts";
import { auditCompact } from "./compact.ts";

test("a finding a line, by place, and what was not read", () => {
  expect(auditCompact(homelab())).toMatchInlineSnapshot(`
    "kyverno/keel.tf:38:1: medium - Keel reaches docker.io/grafana/grafana with policy minor (KEEL001)
    stacks/monitoring/main.tf:4:1: high - monitoring/grafana floats: var.chart_version is null unless it is given (HELM004)
    stacks/nfs-csi/main.tf:14:1: high - nfs-csi/csi-driver-nfs has no chart version (HELM001)
    stacks/redis/values.yaml:3:1: low - image docker.io/bitnami/redis has the partial tag 7.2 (IMG002)
    secrets/grafana.enc.yaml:1:1: unread - encrypted with SOPS; releases that take values from it are unknown there (READ003)
    stacks/broken/main.tf:31:1: unread - a block is not closed; the rest of the file was read (HCL001)
    "
  `);
});

test("nothing without findings and problems", () => {
  expect(auditCompact(report())).toBe("");
});
