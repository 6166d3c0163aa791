import type { RequestListener, ServerResponse } from "node:http";
import * as z from "zod";
import type { KubeKind } from "../../src/model/kube-source.ts";
import { json, status } from "./kube.ts";

/** A kind that is served, and its objects; or how a list of it is answered. */
export interface ServedKind extends KubeKind {
  readonly items: readonly unknown[] | ((response: ServerResponse) => void);
}

/** An API server that serves these kinds, lists of them and what is in no namespace by its name, and tells so document by document. */
export function listingApiserver(kinds: readonly ServedKind[]): RequestListener {
  const groups = [...new Set(kinds.filter(({ group }) => group !== "").map(({ group }) => group))];
  const documents = new Map<string, unknown>([
    ["/version", { gitVersion: "v1.36.3" }],
    ["/api", { kind: "APIVersions", versions: ["v1"] }],
    [
      "/apis",
      {
        kind: "APIGroupList",
        groups: groups.map((name) => ({
          name,
          versions: [...new Set(kinds.filter(({ group }) => group === name).map(({ version }) => version))].map(
            (version) => ({ version }),
          ),
        })),
      },
    ],
  ]);
  const ofVersion = Map.groupBy(kinds, ({ group, version }) =>
    group === "" ? `/api/${version}` : `/apis/${group}/${version}`,
  );
  for (const [path, served] of ofVersion) {
    const resources = served.map(({ resource: name, kind, namespaced }) => ({
      name,
      kind,
      namespaced,
      verbs: ["list"],
    }));
    documents.set(path, { kind: "APIResourceList", resources });
  }
  const lists = new Map<string, ServedKind>(
    [...ofVersion].flatMap(([path, all]) => all.map((each) => [`${path}/${each.resource}`, each] as const)),
  );
  return ({ url = "" }, response) => {
    const path = url.replace(/\?.*/, "");
    const document = documents.get(path);
    if (document !== undefined) return json(response, document);
    const kind = lists.get(path);
    const [collection = "", name = ""] = path.match(/^(.*)\/([^/]+)$/)?.slice(1) ?? [];
    const among = lists.get(collection);
    if (kind === undefined && among !== undefined && !among.namespaced) return oneOf(among, name, response);
    if (kind === undefined)
      return status(404, "NotFound", "the server could not find the requested resource")(response);
    if (typeof kind.items === "function") return kind.items(response);
    const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
    json(response, { kind: `${kind.kind}List`, apiVersion, metadata: { resourceVersion: "42" }, items: kind.items });
  };
}

function oneOf({ items, kind, resource, version }: ServedKind, name: string, response: ServerResponse): void {
  if (typeof items === "function") return items(response);
  const found = items.map((item) => named.parse(item)).find(({ metadata }) => metadata.name === name);
  if (found !== undefined) return json(response, { apiVersion: version, kind, ...found });
  status(404, "NotFound", `${resource} "${name}" not found`, { details: { name, kind: resource } })(response);
}

const named = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });
