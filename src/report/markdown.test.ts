import * as fc from "fast-check";
import { expect, test } from "vitest";
import { homelab } from "../../test/builders/audit-report.ts";
import { hostileReport } from "../../test/builders/hostile-report.ts";
import { auditMarkdown } from "./markdown.ts";

test("the whole comment", () => {
  expect(auditMarkdown(homelab())).toMatchInlineSnapshot(`
    "**2 of 4 releases can move without a reviewed commit.** 1 more can change content by a push under the same version or tag. 1 held only on a condition. Images of 1 release come from a chart that was not rendered.

    |  | release | terraform<br>chart | keel<br>image | registry<br>same tag | kubelet<br>pull |  |
    | --- | --- | --- | --- | --- | --- | --- |
    | ✖ | <code>monitoring/grafana</code> | open | open minor | re-push | re-push | on any edit; Keel within 1 h of a push |
    | ✖ | <code>nfs-csi/csi-driver-nfs</code> | open | held excl. | unknown | held pin | on any edit of its values (helm provider 3) |
    | ◐ | <code>apps/redis</code> | held pin | cond. label | re-push | held pin |  |

    1 release held, not shown.

    |  | stack | terraform<br>module | terraform<br>provider |  |
    | --- | --- | --- | --- | --- |
    | ✖ | <code>stacks/nfs-csi</code> | open | held lock | init -upgrade takes the newest version in the range |

    1 stack held, not shown.

    <details open><summary>✖ <b>HELM001</b> high: nfs-csi/csi-driver-nfs has no chart version</summary>

    <code>stacks/nfs-csi/main.tf:14</code>  
    **why** helm provider 3.0.2 resolves "latest" again whenever another attribute of the release changes, so editing a value can upgrade the chart. The Keel exclusion (kyverno/keel.tf:91) holds images only.  
    **do** pin the chart to what is deployed  
    **fix** version = "4.13.1"   (deployed: terraform.tfstate, 2026-05-17)

    </details>

    <details open><summary>✖ <b>HELM004</b> high: monitoring/grafana floats: var.chart_version is null unless it is given</summary>

    <code>stacks/monitoring/main.tf:4</code>  
    **why** the module passes chart_version on, and no caller gives one, so each plan takes the newest chart.  
    **do** give chart_version in the call of module grafana  
    **fix** refused: no deployed version of monitoring/grafana is proven  
    **at** <code>stacks/monitoring/main.tf:4</code> (module argument) → <code>modules/grafana/main.tf:21</code> → <code>modules/grafana/variables.tf:2</code> (variable default var.chart_version)

    </details>

    <details><summary>◐ <b>KEEL001</b> medium: Keel reaches docker.io/grafana/grafana with policy minor</summary>

    <code>kyverno/keel.tf:38</code>  
    **why** ClusterPolicy keel-annotations puts keel.sh/policy: minor on every Deployment outside 4 namespaces.  
    **do** exclude namespace monitoring in kyverno/keel.tf:91, or annotate the Deployment with keel.sh/policy: "never"

    </details>

    <details><summary>◐ <b>IMG002</b> low: image docker.io/bitnami/redis has the partial tag 7.2</summary>

    <code>stacks/redis/values.yaml:3</code>  
    **why** the registry moves 7.2 with every patch release; a new node pulls other bytes than the old ones run.  
    **do** write the whole version and its digest

    </details>

    <details><summary>? 2 problems: files not read, or only in part</summary>

    - <code>secrets/grafana.enc.yaml: READ003 encrypted with SOPS; releases that take values from it are unknown there</code>
    - <code>stacks/broken/main.tf:31: HCL001 a block is not closed; the rest of the file was read</code>

    </details>

    4 findings: 2 high, 1 medium, 1 low. 1 suppressed in the files. 2 in the baseline.
    "
  `);
});

test("names can form no markup, mention, reference or link", () => {
  const comment = auditMarkdown(
    hostileReport("</details><img src=x> `a` [x](http://y) **b** | @team #12 GH-1 www.z.com $x$ _i_ &lt;"),
  );
  expect(comment.split("\n").find((line) => line.startsWith("| ✖ | <code>ns"))).toMatchInlineSnapshot(
    `"| ✖ | <code>ns/&#60;/details&#62;&#60;img src=x&#62; &#96;a&#96; &#91;x&#93;(http&#58;//y) &#42;&#42;b&#42;&#42; &#124; @team #12 GH-1 &#119;ww.z.com &#36;x&#36; &#95;i&#95; &#38;lt; @&#60;/details&#62;&#60;img src=x&#62; &#96;a&#96; &#91;x&#93;(http&#58;//y) &#42;&#42;b&#42;&#42; &#124; @team #12 GH-1 &#119;ww.z.com &#36;x&#36; &#95;i&#95; &#38;lt;</code> | open &#60;/details&#62;&#60;img src=x&#62; &#96;a&#96; &#91;x&#93;(http:&#8203;//y) &#42;&#42;b&#42;&#42; &#124; @&#8203;team #&#8203;12 GH&#8203;-1 www&#8203;.z.com &#36;x&#36; &#95;i&#95; &#38;lt; | unknown | held excl. | to &#60;/details&#62;&#60;img src=x&#62; &#96;a&#96; &#91;x&#93;(http:&#8203;//y) &#42;&#42;b&#42;&#42; &#124; @&#8203;team #&#8203;12 GH&#8203;-1 www&#8203;.z.com &#36;x&#36; &#95;i&#95; &#38;lt; today: &#60;/details&#62;&#60;img src=x&#62; &#96;a&#96; &#91;x&#93;(http:&#8203;//y) &#42;&#42;b&#42;&#42; &#124; @&#8203;team #&#8203;12 GH&#8203;-1 www&#8203;.z.com &#36;x&#36; &#95;i&#95; &#38;lt; |"`,
  );
});

test("whatever the names, the comment has the tags and table cells of the plain one", () => {
  const shapeOf = (comment: string) => comment.match(/<\/?[a-z]+|\||\*\*|`|\[|^#/gm);
  const plain = shapeOf(auditMarkdown(hostileReport("x")));
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      fc.pre(text.trim() !== "");
      expect(shapeOf(auditMarkdown(hostileReport(text)))).toEqual(plain);
    }),
  );
});

test("what does not fit is counted", () => {
  const comment = auditMarkdown(homelab(), { limit: 1_500 });
  expect(comment.length).toBeLessThanOrEqual(1_500);
  expect(comment).toMatch(/_\d more parts of this report did not fit here/);
  expect(comment).toContain("4 findings: 2 high");
});
