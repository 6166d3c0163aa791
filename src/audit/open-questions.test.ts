import { expect, test } from "vitest";
import { treeOf } from "../../test/builders/tree.ts";
import { readRepository } from "../repository/read.ts";
import { buildMatrix } from "./build-matrix.ts";
import { openQuestions } from "./open-questions.ts";
import type { Question } from "./online.ts";

function asked(files: Record<string, string>): readonly Question[] {
  const repository = readRepository(treeOf(files));
  return openQuestions({ repository, rows: buildMatrix(repository) });
}

const deployment = (annotations: string) => `variable "v" {}
resource "kubernetes_deployment_v1" "app" {
  metadata {
    name = "app"
    annotations = {
      "keel.sh/trigger" = "poll"
      ${annotations}
    }
  }
  spec {
    template {
      spec {
        container {
          name  = "app"
          image = "x/y:1.2.3"
        }
      }
    }
  }
}
`;
const image = { kind: "image", reference: "x/y:1.2.3" };

test.each([
  ['"keel.sh/policy" = "minor"', [{ ...image, policy: "minor" }]],
  ['"keel.sh/policy" = "force"', [{ ...image, policy: "force" }]],
  [
    '"keel.sh/policy" = "force"\n"keel.sh/matchTag" = "true"',
    [{ ...image, policy: "force", keel: { matchTag: true } }],
  ],
  [
    '"keel.sh/policy" = "force"\n"keel.sh/match-tag" = "false"',
    [{ ...image, policy: "force", keel: { matchTag: false } }],
  ],
  ['"keel.sh/policy" = "force"\n"keel.sh/matchTag" = var.v', []],
  ['"keel.sh/policy" = "minor"\n"keel.sh/matchTag" = var.v', [{ ...image, policy: "minor" }]],
])("Keel with %s", (annotations, expected) => {
  const questions = asked({ "main.tf": deployment(annotations) });
  expect(questions.filter(({ mover }) => mover === "keel").map(({ what }) => what)).toEqual(expected);
});

const release = (version: string) =>
  `resource "helm_release" "app" {\n  name = "app"\n  chart = "app"\n  repository = "https://charts.example.org"\n${version}}\n`;
const source = { kind: "repository", repository: "https://charts.example.org", chart: "app" };

test("a chart without a version is asked for; one that only a bot moves is not", () => {
  const renovate = JSON.stringify({ packageRules: [{ matchUpdateTypes: ["minor"], automerge: true }] });
  const lock = 'provider "registry.terraform.io/hashicorp/helm" {\n  version = "3.1.1"\n}\n';
  const files = { "renovate.json": renovate, ".terraform.lock.hcl": lock };
  const repository = readRepository(treeOf({ ...files, "main.tf": release('  version = "1.2.3"\n') }));
  const cells = buildMatrix(repository).flatMap(({ subjects }) => subjects.map((one) => one.cells.get("bot")?.state));
  expect(cells).toContain("open");
  expect(asked({ ...files, "main.tf": release('  version = "1.2.3"\n') })).toEqual([]);
  const unpinned = asked({ ...files, "main.tf": release("") });
  expect(unpinned.map(({ mover, what }) => ({ mover, what }))).toContainEqual({
    mover: "terraform",
    what: { kind: "chart", source, constraint: null, devel: false },
  });
});
