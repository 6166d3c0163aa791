import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ClusterObjects } from "../../model/cluster-objects.ts";
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
  const { port } = server.address() as AddressInfo;
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
  const parts = objectPath.exec(path)?.groups;
  if (parts === undefined) return status(404, "NotFound", "the snapshot does not have it");
  // `/api/v1/namespaces/shop` is an object, and no list in a namespace.
  const { core, group = "", resource = "" } = parts;
  const version = core ?? parts["version"] ?? "";
  const namespace = parts["namespace"] === undefined ? null : decodeURIComponent(parts["namespace"]);
  const name = parts["name"] === undefined ? null : decodeURIComponent(parts["name"]);
  const kind = resources.find((each) => each.group === group && each.version === version && each.resource === resource);
  if (kind === undefined) return status(404, "NotFound", "the server could not find the requested resource");
  const named =
    name === null ? listName(kind, namespace) : `${kind.kind} ${namespace === null ? "" : `${namespace}/`}${name}`;
  const lack = (): Reply => {
    missing.add(named);
    return status(404, "NotFound", `${resource} "${name ?? ""}" not found`);
  };
  const told = cluster.objects.of({ group, resource });
  if (!isKnown(told) || (told.known.kind !== null && told.known.kind.version !== version)) return lack();
  const labels = labelsOf(query.get("labelSelector") ?? "");
  if (labels === null || query.has("fieldSelector")) return lack();
  const isInPart = cluster.isInPart({ group, resource });
  const groupVersion = group === "" ? version : `${group}/${version}`;
  const all = told.known.objects.map(({ object }) => object as ServedItem);
  const inNamespace = all.filter((each) => namespace === null || each.metadata?.namespace === namespace);
  const whole = (object: ServedItem): object => ({ ...object, apiVersion: groupVersion, kind: kind.kind });
  if (name !== null) {
    const found = inNamespace.find((each) => each.metadata?.name === name);
    if (found !== undefined) return { code: 200, body: whole(found) };
    return isInPart ? lack() : status(404, "NotFound", `${resource} "${name}" not found`);
  }
  // Helm's own records are told whole, by their labels; of other lists of such a kind a part would be given for the whole.
  if (isInPart && labels.get("owner") !== "helm") missing.add(named);
  const items = inNamespace.filter((each) =>
    [...labels].every(([key, value]) => each.metadata?.labels?.[key] === value),
  );
  const body = {
    kind: `${kind.kind}List`,
    apiVersion: groupVersion,
    metadata: { resourceVersion: "1" },
    items: items.map(whole),
  };
  return { code: 200, body };
}

interface ServedItem {
  readonly metadata?: {
    readonly namespace?: string;
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

function listName({ resource, group }: ServedResource, namespace: string | null): string {
  const plural = group === "" ? resource : `${resource}.${group}`;
  return namespace === null ? plural : `${plural} of ${namespace}`;
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
