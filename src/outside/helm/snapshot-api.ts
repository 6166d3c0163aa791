import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { ClusterObjects } from "../../model/cluster-objects.ts";
import { isJsonObject } from "../../model/json.ts";
import { isKnown } from "../../model/told.ts";
import { resourcesOf, unaggregated, type ServedResource } from "./discovery.ts";

/** What stands in for an API server. */
export interface RecordedCluster {
  readonly objects: ClusterObjects;
  /** What the API server said of its API, by path. */
  readonly documents: ReadonlyMap<string, unknown>;
  /** Whether only some objects of a kind were recorded: of another name nothing is known. */
  readonly isInPart: (kind: { readonly group: string; readonly resource: string }) => boolean;
}

/** An API server of this process alone, which only ever answers. */
export interface ServedSnapshot extends AsyncDisposable {
  /** With the path that nobody can guess. */
  readonly url: string;
  /** Objects and lists that were asked for and not recorded: `Secret shop/db`, `configmaps of shop`. */
  readonly missing: ReadonlySet<string>;
  /** How many requests came. */
  readonly asked: () => number;
  /** What was asked that is no GET. */
  readonly refused: () => number;
}

/**
 * Serves recorded objects to Helm on a port of the loopback interface: discovery, version, single objects and lists by label, as
 * GET below a random path. Anything else is refused. What it does not have it says is not there, and keeps the name.
 */
export async function serveSnapshot(cluster: RecordedCluster): Promise<ServedSnapshot> {
  const path = `/${randomBytes(16).toString("hex")}`;
  const missing = new Set<string>();
  const resources = resourcesOf(cluster.documents) ?? [];
  let asked = 0;
  let refused = 0;
  const server = createServer((request, response) => {
    asked += 1;
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith(`${path}/`)) return answer(response, status(404, "NotFound", "nothing is here"));
    if (request.method !== "GET") {
      refused += 1;
      return answer(response, status(405, "MethodNotAllowed", "a snapshot is only read"));
    }
    const at = url.pathname.slice(path.length);
    return answer(response, replyTo(at, url.searchParams, request, { cluster, resources, missing }));
  });
  server.maxConnections = 64;
  server.requestTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port: 0 }, resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    missing,
    asked: () => asked,
    refused: () => refused,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Served {
  readonly cluster: RecordedCluster;
  readonly resources: readonly ServedResource[];
  readonly missing: Set<string>;
}

interface Reply {
  readonly code: number;
  readonly body: unknown;
  readonly type?: string;
}

function answer(response: ServerResponse, { code, body, type = "application/json" }: Reply): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(code, { "content-type": type, "content-length": bytes.length }).end(bytes);
}

function status(code: number, reason: string, message: string): Reply {
  return { code, body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, code, message } };
}

const aggregatedForm = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

function replyTo(path: string, query: URLSearchParams, { headers }: IncomingMessage, served: Served): Reply {
  const { documents } = served.cluster;
  const document = documents.get(path);
  if (path === "/api" || path === "/apis") {
    const takes = (headers.accept ?? "").split(",").some((each) => each.startsWith(aggregatedForm));
    const isAggregated = isOfKind(document, "APIGroupDiscoveryList");
    if (takes && isAggregated) return { code: 200, body: document, type: aggregatedForm };
    return {
      code: 200,
      body: isAggregated || document === undefined ? unaggregated(path, served.resources, documents) : document,
    };
  }
  if (document !== undefined) return { code: 200, body: document };
  const list = unaggregated(path, served.resources, documents);
  if (/^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)$/.test(path) && list !== null) return { code: 200, body: list };
  return objectsAt(path, query, served);
}

function isOfKind(value: unknown, kind: string): boolean {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === kind;
}

const objectPath =
  /^\/(?:api\/(?<core>[^/]+)|apis\/(?<group>[^/]+)\/(?<version>[^/]+))(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?$/;

function objectsAt(path: string, query: URLSearchParams, { cluster, resources, missing }: Served): Reply {
  const asked = askedFor(path, resources);
  if (asked === null) return status(404, "NotFound", "the server could not find the requested resource");
  const { kind, namespace, name } = asked;
  const { group, resource } = kind;
  const lack = (): Reply => {
    missing.add(nameOf(asked));
    return status(404, "NotFound", `${resource} "${name ?? ""}" not found`);
  };
  const told = cluster.objects.of({ group, resource });
  if (!isKnown(told) || (told.known.kind !== null && told.known.kind.version !== kind.version)) return lack();
  const labels = labelsOf(query.get("labelSelector") ?? "");
  if (labels === null || query.has("fieldSelector")) return lack();
  const isInPart = cluster.isInPart({ group, resource });
  const all = told.known.objects.flatMap(({ object }) => itemOf(object, kind));
  const inNamespace = all.filter((each) => namespace === null || each.namespace === namespace);
  if (name !== null) {
    const found = inNamespace.find((each) => each.name === name);
    if (found !== undefined) return { code: 200, body: found.whole };
    return isInPart ? lack() : status(404, "NotFound", `${resource} "${name}" not found`);
  }
  // Helm's own records are told whole, by their labels; of other lists of such a kind a part would be given for the whole.
  if (isInPart && labels.get("owner") !== "helm") missing.add(nameOf(asked));
  const items = inNamespace.filter((each) => [...labels].every(([key, value]) => each.labels.get(key) === value));
  const body = {
    kind: `${kind.kind}List`,
    apiVersion: groupVersionOf(kind),
    metadata: { resourceVersion: "1" },
    items: items.map(({ whole }) => whole),
  };
  return { code: 200, body };
}

interface Asked {
  readonly kind: ServedResource;
  readonly namespace: string | null;
  /** `null`: a list. */
  readonly name: string | null;
}

function askedFor(path: string, resources: readonly ServedResource[]): Asked | null {
  const { core, group = "", version, namespace, resource, name } = objectPath.exec(path)?.groups ?? {};
  const kind = resources.find(
    (each) => each.group === group && each.version === (core ?? version) && each.resource === resource,
  );
  // Names of Kubernetes have nothing that a URL escapes.
  return kind === undefined ? null : { kind, namespace: namespace ?? null, name: name ?? null };
}

function nameOf({ kind, namespace, name }: Asked): string {
  if (name !== null) return `${kind.kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
  const plural = kind.group === "" ? kind.resource : `${kind.resource}.${kind.group}`;
  return namespace === null ? plural : `${plural} of ${namespace}`;
}

function groupVersionOf({ group, version }: ServedResource): string {
  return group === "" ? version : `${group}/${version}`;
}

interface ServedItem {
  readonly namespace: string | null;
  readonly name: string;
  readonly labels: ReadonlyMap<string, unknown>;
  /** Items of a list have neither apiVersion nor kind. */
  readonly whole: object;
}

function itemOf(object: unknown, kind: ServedResource): readonly ServedItem[] {
  if (!isJsonObject(object) || !isJsonObject(object["metadata"])) return [];
  const { namespace, name, labels } = object["metadata"];
  if (typeof name !== "string") return [];
  return [
    {
      namespace: typeof namespace === "string" ? namespace : null,
      name,
      labels: new Map(isJsonObject(labels) ? Object.entries(labels) : []),
      whole: { ...object, apiVersion: groupVersionOf(kind), kind: kind.kind },
    },
  ];
}

/** Equalities alone, as Helm asks; `null`: another selector. */
function labelsOf(selector: string): ReadonlyMap<string, string> | null {
  const labels = new Map<string, string>();
  for (const part of selector === "" ? [] : selector.split(",")) {
    const [, key, value] = /^([\w./-]+)==?([\w.-]*)$/.exec(part) ?? [];
    if (key === undefined || value === undefined) return null;
    labels.set(key, value);
  }
  return labels;
}
