import * as z from "zod";
import type { RenderedHook } from "../../model/recorded-release.ts";
import type { ReleaseName, RenderedRelease } from "../../model/rendered-release.ts";
import { jsonOf } from "../json-of.ts";
import type { OpenedChart } from "./chart.ts";
import type { Helm } from "./find.ts";
import type { HelmHome } from "./home.ts";
import { runHelm, type HelmLimits } from "./run.ts";

export interface RenderRequest {
  readonly release: ReleaseName;
  readonly chart: OpenedChart;
  /** Texts of YAML, a later one over an earlier one. None: Helm takes those of the record. */
  readonly values: readonly string[];
  readonly keep?: "reuse-values" | "reset-then-reuse-values" | undefined;
  /** Where the API server answers. */
  readonly server: string;
  /** What Helm keeps its records in. */
  readonly storage: "Secret" | "ConfigMap";
  readonly limits?: Partial<HelmLimits>;
}

/** What Helm would apply. */
export interface HelmAnswer {
  readonly release: ReleaseName;
  readonly chart: { readonly name: string; readonly version: string };
  readonly applies: RenderedRelease["applies"];
  readonly manifest: string;
  readonly hooks: readonly RenderedHook[];
}

/** Why there is nothing that Helm would apply: in Helm's own words, hostile and not redacted, or how it was stopped. */
export interface HelmRefusal {
  readonly how: "failed" | "stopped" | "not-understood";
  readonly said: string;
}

/**
 * Asks Helm what `helm upgrade` would apply. It is asked in its dry run on the server, so that it reads the cluster and applies
 * nothing [helm v3.22.0, pkg/action/upgrade.go, performUpgrade], without schemas, which a snapshot need not have.
 */
export async function renderUpgrade(
  helm: Helm,
  request: RenderRequest,
  home: HelmHome,
): Promise<{ readonly answer: HelmAnswer } | { readonly refusal: HelmRefusal }> {
  const { release, chart, values, keep, server, storage, limits } = request;
  const kubeconfig = home.write("kubeconfig", JSON.stringify(kubeconfigFor(server)));
  const files = values.map((text, index) => home.write(`values-${index + 1}.yaml`, text));
  const args = [
    "upgrade",
    `--namespace=${release.namespace}`,
    "--dry-run=server",
    "--output=json",
    "--disable-openapi-validation",
    ...(keep === undefined ? [] : [`--${keep}`]),
    ...files.map((path) => `--values=${path}`),
    // A name out of a record may look like a flag.
    "--",
    release.name,
    chart.path,
  ];
  const environment = { KUBECONFIG: kubeconfig, ...(storage === "ConfigMap" ? { HELM_DRIVER: "configmap" } : {}) };
  const ended = await runHelm({
    program: helm.program,
    args,
    home,
    environment,
    ...(limits === undefined ? {} : { limits }),
  });
  if (ended.end === "failed") return refused("failed", ended.stderr.trim());
  if (ended.end !== "done") return refused("stopped", ended.failure);
  const read = answerForm.safeParse(jsonOf(ended.stdout));
  if (!read.success) return refused("not-understood", "it printed no release as JSON");
  const { name, namespace, chart: rendered, manifest, hooks, apply_method: method } = read.data;
  return {
    answer: {
      release: { namespace, name },
      chart: rendered.metadata,
      applies: method === "ssa" ? "server-side" : "client-side",
      manifest,
      hooks: (hooks ?? []).map((hook) => ({ ...hook, events: hook.events ?? [] })),
    },
  };
}

function refused(how: HelmRefusal["how"], said: string): { readonly refusal: HelmRefusal } {
  return { refusal: { how, said } };
}

/** [helm v3.22.0, pkg/release/release.go; v4.3.1, pkg/release/v1/release.go] */
const answerForm = z.object({
  name: z.string(),
  namespace: z.string(),
  chart: z.object({ metadata: z.object({ name: z.string(), version: z.string() }) }),
  manifest: z.string().default(""),
  hooks: z.array(z.object({ path: z.string(), manifest: z.string(), events: z.array(z.string()).nullish() })).nullish(),
  apply_method: z.string().nullish(),
});

function kubeconfigFor(server: string): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "snapshot", cluster: { server } }],
    users: [{ name: "snapshot", user: {} }],
    contexts: [{ name: "snapshot", context: { cluster: "snapshot", user: "snapshot" } }],
    "current-context": "snapshot",
  };
}
