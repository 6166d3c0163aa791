import * as z from "zod";

/** A kind as an API server serves it in one version. */
export interface ServedResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

/** What was recorded of an API server's discovery, in whichever form, as one list. `null`: it is no discovery. */
export function resourcesOf(documents: ReadonlyMap<string, unknown>): readonly ServedResource[] | null {
  const found: ServedResource[] = [];
  for (const path of ["/api", "/apis"]) {
    const read = aggregated.safeParse(documents.get(path));
    if (read.success) found.push(...read.data.items.flatMap(inGroup));
    else if (!documents.has(path)) return null;
  }
  for (const [path, document] of documents) {
    const [, core, group, version] = /^\/(?:api\/([^/]+)|apis\/([^/]+)\/([^/]+))$/.exec(path) ?? [];
    const about = core === undefined ? { group: group ?? "", version: version ?? "" } : { group: "", version: core };
    const read = resourceList.safeParse(document);
    if (!read.success || about.version === "") continue;
    for (const { name, ...rest } of read.data.resources)
      if (!name.includes("/")) found.push({ ...about, resource: name, ...rest });
  }
  return found;
}

/** The document that a client gets which does not take the aggregated form; `null`: there is none at this path. */
export function unaggregated(
  path: string,
  resources: readonly ServedResource[],
  documents: ReadonlyMap<string, unknown>,
): object | null {
  if (path === "/api") {
    const versions = [...new Set(resources.filter(({ group }) => group === "").map(({ version }) => version))];
    return { kind: "APIVersions", versions, serverAddressByClientCIDRs: [] };
  }
  if (path === "/apis")
    return { kind: "APIGroupList", apiVersion: "v1", groups: groupsOf(documents.get("/apis"), resources) };
  const groupVersion = path.replace(/^\/apis?\//, "");
  const own = resources.filter(({ group, version }) => [group, version].filter(Boolean).join("/") === groupVersion);
  if (own.length === 0) return null;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: own.map(({ resource, kind, namespaced, verbs }) => ({
      name: resource,
      singularName: "",
      kind,
      namespaced,
      verbs,
    })),
  };
}

/** The first version of a group is the one that is preferred [api v0.36.3, apidiscovery/v2/types.go, APIGroupDiscovery]. */
function groupsOf(document: unknown, resources: readonly ServedResource[]): readonly object[] {
  const read = aggregated.safeParse(document);
  const names = read.success
    ? read.data.items.map(({ metadata, versions }) => ({
        name: metadata?.name ?? "",
        versions: (versions ?? []).map(({ version }) => version),
      }))
    : [...Map.groupBy(resources, ({ group }) => group)]
        .filter(([group]) => group !== "")
        .map(([name, all]) => ({ name, versions: [...new Set(all.map(({ version }) => version))] }));
  return names.map(({ name, versions }) => {
    const served = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: served, preferredVersion: served[0] };
  });
}

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
            resources: z
              .array(
                z.object({
                  resource: z.string(),
                  scope: z.enum(["Cluster", "Namespaced"]),
                  verbs,
                  responseKind: z.object({ kind: z.string() }).nullish(),
                }),
              )
              .optional(),
          }),
        )
        .optional(),
    }),
  ),
});
const resourceList = z.object({
  kind: z.literal("APIResourceList"),
  resources: z.array(z.object({ name: z.string(), kind: z.string(), namespaced: z.boolean(), verbs })),
});

function inGroup({ metadata, versions = [] }: z.infer<typeof aggregated>["items"][number]): ServedResource[] {
  const group = metadata?.name ?? "";
  return versions.flatMap(({ version, resources = [] }) =>
    resources.flatMap(({ resource, scope, verbs: all, responseKind }) => {
      const kind = responseKind?.kind ?? "";
      return kind === "" ? [] : [{ group, version, resource, kind, namespaced: scope === "Namespaced", verbs: all }];
    }),
  );
}
