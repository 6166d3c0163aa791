import * as z from "zod";
import type { ClusterObjects } from "../../model/cluster-objects.ts";
import { atLeast } from "../../model/finding.ts";
import type { RecordedRelease } from "../../model/recorded-release.ts";
import type { RenderedObject, RenderedRelease } from "../../model/rendered-release.ts";
import type { SourceFile } from "../../model/source.ts";
import type { NodeView } from "../../ledger/node-view.ts";
import { isKnown, known, unknown, type Reason, type Told } from "../../model/told.ts";
import { ChartRefusal, openChart, recordedChart, type OpenedChart } from "../../outside/helm/chart.ts";
import { resourcesOf } from "../../outside/helm/discovery.ts";
import { findHelm, type Helm } from "../../outside/helm/find.ts";
import { HelmHome } from "../../outside/helm/home.ts";
import { renderUpgrade, type HelmAnswer, type HelmRefusal } from "../../outside/helm/render.ts";
import { serveSnapshot, type ServedSnapshot } from "../../outside/helm/snapshot-api.ts";
import { unpacked } from "../../outside/snapshot/read-file.ts";
import { judge } from "../../preflight/judge.ts";
import { readManifest, type ManifestContext, type ReadManifest } from "../../preflight/manifests.ts";
import { masked } from "../../preflight/mask.ts";
import { preflighted, type PreflightInput, type RenderFailure } from "../../preflight/preflighted.ts";
import { restored, type Restored } from "../../preflight/restore.ts";
import { rules } from "../../preflight/rules/index.ts";
import { assemblePreflight } from "../../report/preflight/assemble.ts";
import { preflightJson } from "../../report/preflight/json.ts";
import { preflightText } from "../../report/preflight/text.ts";
import { redactExcerpt } from "../../report/redact.ts";
import { printableUpTo } from "../../report/safe.ts";
import { wantsAscii, wantsColor } from "../../report/style.ts";
import { kinds } from "../../snapshot/format/kinds.ts";
import { keepingDocuments } from "../../snapshot/read/documents.ts";
import { readLines } from "../../snapshot/read/lines.ts";
import { readObjects } from "../../snapshot/read/objects.ts";
import { version } from "../../version.ts";
import { Failure } from "../failure.ts";
import { ofSnapshot } from "../snapshot/fault.ts";
import { fromSnapshot } from "../snapshot/from-snapshot.ts";
import { clusterOf } from "./cluster.ts";
import type { PreflightOptions } from "./options.ts";
import { releaseOf } from "./release.ts";
import { valuesOf } from "./values.ts";

/** Runs `holdfast preflight`; gives the exit code. */
export async function preflight(named: string, options: PreflightOptions): Promise<number> {
  const values = valuesOf(options.values ?? []);
  const recorded = await readRecorded(options.snapshot);
  const release = releaseOf(recorded.objects, named, options.namespace);
  using home = new HelmHome();
  const chart = chartOf(release, options, home);
  const found = await findHelm(process.env["PATH"] ?? "", home);
  if (!isKnown(found))
    throw new Failure(
      "PRE004",
      found.unknown.text,
      "Put helm 3.14 or later, or helm 4, in PATH: preflight asks it what it would apply.",
    );
  await using api = await serveSnapshot({ ...recorded, isInPart });
  const rendered = await renderTwice({ helm: found.known, release, chart, values, options, api }, home);
  const ledgers = "failure" in rendered ? new Map() : await ledgersOf(options.snapshot, recorded.nodes);
  const input = inputOf(recorded, release, chart, rendered, { renderUntold: [...lookedUp(api)], ledgers });
  const judged = preflighted(input);
  const findings = judge(judged, rules);
  const report = assemblePreflight(judged, findings, {
    toolVersion: version,
    revision: release.revision,
    helm: { version: found.known.version, asked: api.asked() },
  });
  process.stdout.write(options.output === "json" ? preflightJson(report) : preflightText(report, lookOf(options)));
  const { failOn, strict } = options;
  if (failOn !== "never" && findings.some(({ severity }) => atLeast(severity, failOn))) return 1;
  return strict === true && report.untold.length > 0 ? 3 : 0;
}

interface Recorded {
  readonly objects: ClusterObjects;
  readonly documents: ReadonlyMap<string, unknown>;
  /** Those whose runtime and kernel were to be read. */
  readonly nodes: readonly string[];
}

async function readRecorded(file: string): Promise<Recorded> {
  const documents = new Map<string, unknown>();
  const nodes: string[] = [];
  const objects = await ofSnapshot(file, () =>
    readObjects(keepingDocuments(readLines(unpacked(file)), documents), kinds, (header) => {
      nodes.push(...header.nodes.filter(({ asked }) => asked).map(({ name }) => name));
      return `${file}, taken at ${header.at.replace("T", " ").replace(/\.\d+/, "")}`;
    }),
  );
  if (resourcesOf(documents) === null || !documents.has("/version"))
    throw new Failure(
      "CLUSTER001",
      `${file} does not say what the API server serves`,
      "Record the cluster anew, with the right to ask for /api, /apis and /version.",
    );
  return { objects, documents, nodes };
}

/** Each is a reading of the whole file. */
const mostLedgers = 16;

async function ledgersOf(file: string, nodes: readonly string[]): Promise<PreflightInput["ledgers"]> {
  const ledgers = new Map<string, Told<NodeView>>();
  // Standard input is read once.
  if (file === "-") return ledgers;
  for (const [index, node] of nodes.entries()) {
    if (index < mostLedgers) ledgers.set(node, known((await fromSnapshot(file, node, {})).view));
    else ledgers.set(node, unknown({ code: "limit", text: `more than ${mostLedgers} nodes are not read yet`, at: [] }));
  }
  return ledgers;
}

/** Of Secrets and ConfigMaps a snapshot has only Helm's. */
function isInPart(kind: { readonly group: string; readonly resource: string }): boolean {
  const row = kinds.find(({ group, resource }) => group === kind.group && resource === kind.resource);
  return row === undefined || row.fieldSelector !== undefined || row.labelSelector !== undefined;
}

function chartOf(release: RecordedRelease, { chart: path, to }: PreflightOptions, home: HelmHome): OpenedChart {
  const { chart } = release;
  if (path === undefined && to !== undefined && to !== chart.version)
    throw new Failure(
      "PRE003",
      `which chart ${chart.name} ${to} is is not told`,
      "Name its archive or folder: --chart FILE; helm pull gets one.",
    );
  try {
    const opened = path === undefined ? recordedChart(chart, home) : openChart(path, home);
    if (to === undefined || opened.version === to) return opened;
    throw new ChartRefusal(`it is version ${opened.version}, and not ${to}`);
  } catch (error) {
    if (!(error instanceof ChartRefusal)) throw error;
    const [code, what, advice] =
      path === undefined
        ? [
            "PRE003",
            `the chart of Helm's record cannot be rendered again: ${error.message}`,
            "Name its archive or folder: --chart FILE.",
          ]
        : ["PRE006", `the chart ${path} is not taken: ${error.message}`, "Name the archive or the folder of a chart."];
    throw new Failure(code, what, advice, { cause: error });
  }
}

interface Rendering {
  readonly helm: Helm;
  readonly release: RecordedRelease;
  readonly chart: OpenedChart;
  readonly values: readonly string[];
  readonly options: PreflightOptions;
  readonly api: ServedSnapshot;
}

/** `again`: what chart and values of the record render now; `null`: that could not be told. */
type Rendered =
  | { readonly answers: readonly [HelmAnswer, HelmAnswer]; readonly again: HelmAnswer | null }
  | { readonly failure: RenderFailure };

/** The second time shows what comes out otherwise each time. */
async function renderTwice(
  { helm, release, chart, values, options, api }: Rendering,
  home: HelmHome,
): Promise<Rendered> {
  const request = {
    release: release.release,
    chart,
    values,
    keep: options.reuseValues ? "reuse-values" : options.resetThenReuseValues ? "reset-then-reuse-values" : undefined,
    server: api.url,
    storage: release.record.kind === "ConfigMap" ? "ConfigMap" : "Secret",
  } as const;
  const first = await renderUpgrade(helm, request, home);
  if ("refusal" in first) return { failure: failureOf(first.refusal, home) };
  const [second, again] = await Promise.all([
    renderUpgrade(helm, request, home),
    renderAgain(helm, { ...request, values: [], keep: undefined }, release, home),
  ]);
  return "refusal" in second
    ? { failure: failureOf(second.refusal, home) }
    : { answers: [first.answer, second.answer], again };
}

/** A record has no subcharts: of one that has some it cannot be told. */
async function renderAgain(
  helm: Helm,
  request: Omit<Parameters<typeof renderUpgrade>[1], "chart">,
  { chart }: RecordedRelease,
  home: HelmHome,
): Promise<HelmAnswer | null> {
  if (chart.dependencies.length > 0) return null;
  try {
    const rendered = await renderUpgrade(helm, { ...request, chart: recordedChart(chart, home) }, home);
    return "answer" in rendered ? rendered.answer : null;
  } catch (error) {
    if (error instanceof ChartRefusal) return null;
    throw error;
  }
}

const longestSaid = 1000;

/** Helm's words name our folder, and may quote values. */
function failureOf({ how, said }: HelmRefusal, home: HelmHome): RenderFailure {
  const words = { failed: "by Helm", stopped: "stopped", "not-understood": "not understood" } as const;
  const own = said.replaceAll(`${home.folder}/`, "").replace(/^Error: /, "");
  const text = how === "failed" ? own : `helm ${own}`;
  return { failed: words[how], said: printableUpTo(redactExcerpt(text), longestSaid) };
}

function* lookedUp({ missing }: ServedSnapshot): Generator<Reason> {
  if (missing.size === 0) return;
  const names = [...missing].slice(0, 5).join(", ");
  const more = missing.size > 5 ? ` and ${missing.size - 5} more` : "";
  yield {
    code: "incomplete",
    text: `Helm or the chart asked for what the snapshot does not have: ${names}${more}`,
    at: [],
    supply: "preflight against the cluster itself",
  };
}

function inputOf(
  { objects, documents }: Recorded,
  release: RecordedRelease,
  chart: OpenedChart,
  rendered: Rendered,
  { renderUntold, ledgers }: Pick<PreflightInput, "renderUntold" | "ledgers">,
): PreflightInput {
  const served = resourcesOf(documents) ?? [];
  const isNamespaced: ManifestContext["isNamespaced"] = (group, kind) =>
    served.find((each) => each.group === group && each.kind === kind)?.namespaced ?? null;
  const context = { namespace: release.release.namespace, isNamespaced };
  const record: SourceFile = {
    id: 0,
    path: `cluster:${release.record.kind}/${release.record.namespace}/${release.record.name}`,
    text: "",
    tracked: null,
    object: release.record,
  };
  const before = readManifest(release.manifest, release.hooks, { ...context, firstFile: 1 });
  if (!isKnown(before))
    throw new Failure(
      "RELEASE001",
      `what ${release.release.namespace}/${release.release.name} has applied could not be read: ${before.unknown.text}`,
      "Look at it with helm get manifest.",
    );
  const files = [record, ...before.known.files];
  const after = afterOf(rendered, { ...context, firstFile: files.length });
  const was = recordedObjects(before.known.objects, rendered, { ...context, firstFile: 1 });
  if ("files" in after) files.push(...after.files);
  const { cluster, files: printed } = clusterOf(objects, versionOf(documents), files.length);
  const about = { name: chart.name, version: chart.version, digest: chart.digest };
  return {
    release: release.release,
    before: {
      release: release.release,
      chart: { name: release.chart.name, version: release.chart.version, digest: null },
      applies: release.applies,
      objects: was.objects,
    },
    chart: about,
    after: "files" in after ? renderedOf(after, release, about) : after,
    files: [...files, ...printed],
    cluster,
    ledgers,
    renderUntold: was.doubt === null ? renderUntold : [...renderUntold, was.doubt],
  };
}

function recordedObjects(objects: readonly RenderedObject[], rendered: Rendered, context: ManifestContext): Restored {
  if (!("again" in rendered) || rendered.again === null) return { objects, doubt: null };
  const { manifest, hooks } = rendered.again;
  const again = readManifest(manifest, hooks, context);
  return isKnown(again) ? restored(objects, again.known.objects) : { objects, doubt: null };
}

type After = {
  readonly objects: readonly RenderedObject[];
  readonly files: readonly SourceFile[];
  readonly applies: RenderedRelease["applies"];
};

function afterOf(rendered: Rendered, context: ManifestContext): After | RenderFailure {
  if ("failure" in rendered) return rendered.failure;
  const [first, second] = rendered.answers.map(({ manifest, hooks }) => readManifest(manifest, hooks, context));
  const read = [first, second].filter((each) => each !== undefined);
  const told = read.flatMap((each): readonly ReadManifest[] => (isKnown(each) ? [each.known] : []));
  const [one, other] = told;
  const unread = read.find((each) => !isKnown(each));
  if (one === undefined || other === undefined)
    return {
      failed: "not understood",
      said: printableUpTo(unread !== undefined && !isKnown(unread) ? unread.unknown.text : "", longestSaid),
    };
  return { objects: masked(one.objects, other.objects), files: one.files, applies: rendered.answers[0].applies };
}

function renderedOf(
  { objects, applies }: After,
  { release }: RecordedRelease,
  chart: RenderedRelease["chart"],
): RenderedRelease {
  return { release, chart, applies, objects };
}

const serverVersion = z.object({ gitVersion: z.string().max(100) });

function versionOf(documents: ReadonlyMap<string, unknown>): string | null {
  const read = serverVersion.safeParse(documents.get("/version"));
  return read.success ? read.data.gitVersion : null;
}

function lookOf({ color }: PreflightOptions): Parameters<typeof preflightText>[1] {
  return {
    color: wantsColor({ ...process.env, isTTY: process.stdout.isTTY, flag: color }),
    ascii: wantsAscii(process.env),
    width: Math.min(process.stdout.columns ?? 100, 100),
  };
}
