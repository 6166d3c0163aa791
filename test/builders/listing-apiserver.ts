import type { RequestListener, ServerResponse } from "node:http";
import type { KubeKind } from "../../src/model/kube-source.ts";
import { json, status } from "./kube.ts";

/** A kind that is served, and its objects; or how a list of it is answered. */
export interface ServedKind extends KubeKind {
  readonly items: readonly unknown[] | ((response: ServerResponse) => void);
}

/** An API server that serves these kinds, by lists alone, and tells so document by document. */
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
    if (kind === undefined)
      return status(404, "NotFound", "the server could not find the requested resource")(response);
    if (typeof kind.items === "function") return kind.items(response);
    const apiVersion = kind.group === "" ? kind.version : `${kind.group}/${kind.version}`;
    json(response, { kind: `${kind.kind}List`, apiVersion, metadata: { resourceVersion: "42" }, items: kind.items });
  };
}
