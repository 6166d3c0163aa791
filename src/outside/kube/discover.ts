import * as z from "zod";
import type {
  Discovery,
  DiscoveredKind,
  GroupVersion,
  KubeCall,
  KubeReason,
  KubeTold,
} from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { groupPath } from "./paths.ts";
import { notUnderstood, reason } from "./refusal.ts";
import type { Requests } from "./requests.ts";
import { jsonOf } from "../json-of.ts";

/**
 * What the API server serves. Asked in one document where it can be (Kubernetes 1.30, `apidiscovery.k8s.io/v2`
 * [api v0.36.3, apidiscovery/v2/types.go]), else a document a group and version.
 */
export async function discover(requests: Requests, call: KubeCall = {}): Promise<KubeTold<Discovery>> {
  const run = new DiscoveryRun(requests, call);
  const core = await run.groups("/api");
  if ("unknown" in core) return core;
  const named = await run.groups("/apis");
  if ("unknown" in named) return named;
  const version = await run.version();
  return known({ version, groupVersions: [...core.known, ...named.known], documents: run.documents });
}

class DiscoveryRun {
  readonly documents: { path: string; json: string }[] = [];
  readonly #requests: Requests;
  readonly #call: KubeCall;

  constructor(requests: Requests, call: KubeCall) {
    this.#requests = requests;
    this.#call = call;
  }

  async version(): Promise<KubeTold<string>> {
    const read = await this.#read("/version", z.object({ gitVersion: z.string().max(100) }));
    return "unknown" in read ? read : known(read.known.gitVersion);
  }

  async groups(path: "/api" | "/apis"): Promise<KubeTold<readonly GroupVersion[]>> {
    const read = await this.#read(path, z.discriminatedUnion("kind", [aggregated, coreVersions, groupList]), inOne);
    if ("unknown" in read) return read;
    const { known: document } = read;
    if (document.kind === "APIGroupDiscoveryList") return known(groupVersionsOf(document));
    const versions =
      document.kind === "APIVersions"
        ? document.versions.map((version) => ({ group: "", version }))
        : document.groups.flatMap(({ name: group, versions: all }) => all.map(({ version }) => ({ group, version })));
    const groupVersions: GroupVersion[] = [];
    for (const about of versions) groupVersions.push({ ...about, kinds: await this.#kinds(about) });
    return known(groupVersions);
  }

  async #kinds(about: { group: string; version: string }): Promise<KubeTold<readonly DiscoveredKind[]>> {
    const read = await this.#read(groupPath(about), resourceList);
    if ("unknown" in read) return read;
    const own = read.known.resources.filter(({ name }) => !name.includes("/"));
    return known(
      own.map(({ name, kind, namespaced, verbs, group, version }) => ({
        group: group ?? about.group,
        version: version ?? about.version,
        resource: name,
        kind,
        namespaced,
        verbs,
      })),
    );
  }

  async #read<T extends z.ZodType>(path: string, schema: T, accept?: string): Promise<KubeTold<z.output<T>>> {
    const { signal } = this.#call;
    const reply = await this.#requests.send({
      method: "GET",
      path,
      needs: { path },
      signal,
      ...(accept === undefined ? {} : { accept }),
    });
    if ("reason" in reply) return { unknown: reply.reason };
    const parsed = schema.safeParse(jsonOf(reply.answer));
    if (!parsed.success) return { unknown: notUnderstood(`the answer to ${path} is no discovery document`, 200) };
    this.documents.push({ path, json: reply.answer });
    return known(parsed.data);
  }
}

const inOne = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";

const verbs = z.array(z.string());
const aggregated = z.object({
  kind: z.literal("APIGroupDiscoveryList"),
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string().optional() }).optional(),
      versions: z
        .array(
          z.object({
            version: z.string(),
            freshness: z.string().optional(),
            resources: z
              .array(
                z.object({
                  resource: z.string(),
                  scope: z.enum(["Cluster", "Namespaced"]),
                  verbs,
                  responseKind: z.object({ group: z.string(), version: z.string(), kind: z.string() }).nullish(),
                }),
              )
              .optional(),
          }),
        )
        .optional(),
    }),
  ),
});
const coreVersions = z.object({ kind: z.literal("APIVersions"), versions: z.array(z.string()) });
const groupList = z.object({
  kind: z.literal("APIGroupList"),
  groups: z.array(z.object({ name: z.string(), versions: z.array(z.object({ version: z.string() })) })),
});
const resourceList = z.object({
  kind: z.literal("APIResourceList"),
  resources: z.array(
    z.object({
      name: z.string(),
      kind: z.string(),
      namespaced: z.boolean(),
      verbs,
      group: z.string().optional(),
      version: z.string().optional(),
    }),
  ),
});

function groupVersionsOf({ items }: z.infer<typeof aggregated>): GroupVersion[] {
  return items.flatMap(({ metadata, versions = [] }) => {
    const group = metadata?.name ?? "";
    return versions.map(({ version, freshness, resources = [] }) => ({
      group,
      version,
      kinds:
        freshness === "Stale"
          ? { unknown: stale(group, version) }
          : known(resources.flatMap((each) => kindOf(group, version, each))),
    }));
  });
}

type AggregatedResource = NonNullable<
  NonNullable<z.infer<typeof aggregated>["items"][number]["versions"]>[number]["resources"]
>[number];

/** A resource without a kind of its own has only subresources, and cannot be listed. */
function kindOf(
  group: string,
  version: string,
  { resource, scope, verbs: all, responseKind }: AggregatedResource,
): DiscoveredKind[] {
  if (responseKind === null || responseKind === undefined || responseKind.kind === "") return [];
  return [{ group, version, resource, kind: responseKind.kind, namespaced: scope === "Namespaced", verbs: all }];
}

function stale(group: string, version: string): KubeReason {
  const text = `the aggregated API server of ${group}/${version} did not tell what it serves`;
  return reason("not-served", text, { status: 200, said: null }, "kubectl get apiservice names it and says why");
}
