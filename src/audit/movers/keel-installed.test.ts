import { expect, test } from "vitest";
import { treeOf } from "../../../test/builders/tree.ts";
import { readRepository } from "../../repository/read.ts";
import { buildMatrix } from "../build-matrix.ts";
import { sentenceOf } from "../matrix.ts";

const theirs = "https://charts.keel.sh";

/** A release of the chart keel. */
function keel(version: string, values: string, repository = theirs, name = "keel"): string {
  return `resource "helm_release" "${name}" {
  name       = "${name}"
  repository = "${repository}"
  chart      = "keel"
  ${version === "" ? "" : `version    = "${version}"`}
  values     = [yamlencode({ ${values} })]
}
`;
}

/** A release that gives its image to Keel's Helm provider. */
function app(images = '[{ repository = "image.repository", tag = "image.tag" }]', policy = "minor"): string {
  return `resource "helm_release" "app" {
  name       = "app"
  repository = "https://charts.example.org"
  chart      = "app"
  version    = "1.0.0"
  values = [yamlencode({
    image = { repository = "example/app", tag = "1.2.3" }
    keel  = { policy = "${policy}", trigger = "poll"${images === "" ? "" : `, images = ${images}`} }
  })]
}
`;
}

const workload = `kind: Deployment
metadata: { name: app, namespace: apps, annotations: { keel.sh/policy: minor, keel.sh/trigger: poll } }
spec: { template: { spec: { containers: [{ name: app, image: "example/app:1.2.3" }] } } }
`;

/** Keel's cells of the release or workload `app`, image by image, with the first clause of what is not open. */
function cellsOf(files: Record<string, string>, clusterOf?: (path: string) => string | null): readonly string[] {
  const rows = buildMatrix(readRepository(treeOf(files), clusterOf === undefined ? {} : { clusterOf }));
  const row = rows.find(({ title }) => title.endsWith("/app"));
  return (row?.subjects ?? []).flatMap(({ kind, name, cells }) => {
    const cell = cells.get("keel");
    if (cell === undefined || kind !== "image") return [];
    const [clause = ""] = sentenceOf(cell).text.split(";");
    return [
      `${name === "image" || name === "app" ? "image" : "rest"} ${cell.state}${cell.state === "open" ? "" : `: ${clause}`}`,
    ];
  });
}

const unnamed = "rest unreached: keel.images in the values, which Keel's Helm provider reads, does not name it";
const on = ["image open", unnamed];
const isOff = "unreached: Keel's Helm provider, which reads keel: in the values, is switched off";
const off = [`image ${isOff}`, `rest ${isOff}`];
const notTold = ["image conditional: Keel's Helm provider is off", unnamed];
const noPolling = "conditional: no push notification reaches Keel, whose polling is switched off";

test.each<[string, string, readonly string[]]>([
  ["no Keel in the repository", "", notTold],
  ["chart 1.2.0, by default", keel("1.2.0", ""), on],
  ["chart 1.2.0, switched off", keel("1.2.0", "helmProvider = { enabled = false }"), off],
  ["chart 1.2.0, which has no Helm 2 any more", keel("1.2.0", 'helmProvider = { version = "v2" }'), on],
  ["chart 1.0.5, whose default is Helm 2", keel("1.0.5", ""), off],
  ["chart 1.0.5 for Helm 3", keel("1.0.5", 'helmProvider = { version = "v3" }'), on],
  ["a chart without a version, by default", keel("", ""), notTold],
  ["a chart without a version, switched off", keel("", "helmProvider = { enabled = false }"), off],
  ["an older chart", keel("0.9.11", ""), notTold],
  ["a chart of that name from elsewhere", keel("1.2.0", "", "https://charts.example.org"), notTold],
  ["values that could not be told", keel("1.2.0", "helmProvider = data.x.y.z"), notTold],
  ["more environment", keel("1.2.0", 'extraEnv = [{ name = "HELM3_PROVIDER", value = "false" }]'), notTold],
  ["other environment", keel("1.2.0", 'extraEnv = [{ name = "DEBUG", value = "1" }]'), on],
  ["one that is not deployed", keel("1.2.0", "").replace("{\n", "{\n  count = 0\n"), notTold],
  ["two, one of them on", keel("1.2.0", "helmProvider = { enabled = false }") + keel("1.2.0", "", theirs, "two"), on],
  ["polling switched off", keel("1.2.0", "polling = { enabled = false }"), [`image ${noPolling}`, unnamed]],
])("Keel's Helm provider: %s", (_, main, expected) => {
  expect(cellsOf({ "main.tf": main + app() })).toEqual(expected);
});

test.each<[string, string, readonly string[]]>([
  [
    "one of the chart's own",
    app('[{ repository = "sidecar.repository" }]'),
    [unnamed.replace("rest", "image"), "rest open"],
  ],
  ["the tag alone", app('[{ tag = "image.tag" }]'), on],
  [
    "not written",
    app(""),
    ["image conditional: keel.images does not name it", "rest conditional: keel.images does not name it"],
  ],
  [
    "what could not be told",
    app("data.x.y.z"),
    ["image conditional: keel.images does not name it", "rest conditional: keel.images does not name it"],
  ],
  [
    "with the policy never",
    app(undefined, "never"),
    ['image held: keel: in the values says "never": Keel leaves it alone', unnamed],
  ],
])("keel.images names %s", (_, release, expected) => {
  expect(cellsOf({ "main.tf": keel("1.2.0", "") + release })).toEqual(expected);
});

test("never in the values holds whether or not the Helm provider reads it", () => {
  expect(cellsOf({ "main.tf": app(undefined, "never") })[0]).toMatch(/^image held/);
});

const noPolls = keel("1.2.0", "polling = { enabled = false }");
const byHand = `kind: Deployment
metadata: { name: keel, namespace: keel }
spec: { template: { spec: { containers: [{ name: keel, image: "ghcr.io/keel-hq/keel:0.22.1" }] } } }
`;

test.each<[string, Record<string, string>, readonly string[]]>([
  ["by default", { "keel/main.tf": keel("1.2.0", "") }, ["image open"]],
  ["switched off", { "keel/main.tf": noPolls }, [`image ${noPolling}`]],
  ["switched off in another cluster", { "other/main.tf": noPolls }, ["image open"]],
  [
    "switched off, beside a Keel that is installed by hand",
    { "keel/main.tf": noPolls, "keel/a.yaml": byHand },
    ["image open"],
  ],
  [
    "more environment",
    { "keel/main.tf": keel("1.2.0", 'polling = { enabled = false }, extraEnv = [{ name = "POLL", value = "true" }]') },
    ["image open"],
  ],
])("Keel's polling: %s", (_, files, expected) => {
  const clusterOf = (path: string) => (path.startsWith("other/") ? "other" : "home");
  expect(cellsOf({ "app.yaml": workload, ...files }, clusterOf)).toEqual(expected);
});
