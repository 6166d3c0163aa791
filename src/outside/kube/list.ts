import * as z from "zod";
import type { KubeKind, KubeReason, ListOptions, ListStep } from "../../model/kube-source.ts";
import { ServedObject } from "../../model/served-object.ts";
import { objectsIn, valueOf } from "./json-text.ts";
import { apiVersionOf, collectionPath } from "./paths.ts";
import { notUnderstood, reason } from "./refusal.ts";
import type { Reply, Requests } from "./requests.ts";
import { jsonOf } from "../json-of.ts";

/** How often a list is begun again after the first time, where the API server forgot the revision that it was read at. */
const maximumRestarts = 3;

/** Reads a list page by page. See {@link KubeSource.list}. */
export async function* listSteps(requests: Requests, kind: KubeKind, options: ListOptions): AsyncGenerator<ListStep> {
  let because: KubeReason | null = null;
  for (let attempt = 1; ; attempt++) {
    yield { step: "begin", attempt, because };
    const outcome: Outcome = yield* pages(requests, kind, options);
    if ("end" in outcome) return yield outcome.end;
    if (!outcome.again || attempt > maximumRestarts) return yield { step: "failed", reason: outcome.reason };
    because = outcome.reason;
  }
}

type Outcome = { readonly end: ListStep } | { readonly reason: KubeReason; readonly again: boolean };

async function* pages(requests: Requests, kind: KubeKind, options: ListOptions): AsyncGenerator<ListStep, Outcome> {
  let next: string | null = null;
  let resourceVersion: string | null = null;
  let servedAt: string | null = null;
  let count = 0;
  for (;;) {
    const reply: Reply<string> = await requests.send(askFor(kind, options, next));
    // Only a `continue` expires: its revision was compacted while the pages before it were read.
    if ("reason" in reply) return { reason: reply.reason, again: next !== null && reply.reason.status === 410 };
    const page = parsePage(reply.answer, kind);
    if ("reason" in page) return { reason: page.reason, again: false };
    if (resourceVersion !== null && page.resourceVersion !== resourceVersion) return { reason: movedOn, again: true };
    if (page.next !== null && page.next === next)
      return { reason: notUnderstood("the API server gave the same page twice", 200), again: false };
    // The pages are all as of the first.
    if (resourceVersion === null) servedAt = timeOf(reply.date);
    count += page.objects.length;
    yield { step: "page", objects: page.objects };
    ({ resourceVersion, next } = page);
    if (next === null) return { end: { step: "end", resourceVersion, servedAt, count } };
  }
}

/** An HTTP date, in the form of ours. */
function timeOf(date: string | undefined): string | null {
  const at = Date.parse(date ?? "");
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}

const movedOn = reason("incomplete", "the pages of the list were not of one resourceVersion", {
  status: 200,
  said: null,
});

function askFor(kind: KubeKind, options: ListOptions, next: string | null): Parameters<Requests["send"]>[0] {
  const { freshness, namespace = null, fieldSelector, labelSelector, limit, signal } = options;
  const from = freshness === "most-recent" ? undefined : freshness.notOlderThan;
  if (from !== undefined && !/^[1-9]\d*$/.test(from)) throw new RangeError(`"${from}" is no resourceVersion of a list`);
  const isFirst = next === null;
  return {
    method: "GET",
    path: collectionPath(kind, namespace),
    query: {
      limit: String(limit),
      continue: next ?? undefined,
      fieldSelector,
      labelSelector,
      // A `continue` has its revision inside.
      resourceVersion: isFirst ? from : undefined,
      resourceVersionMatch: isFirst && from !== undefined ? "NotOlderThan" : undefined,
    },
    needs: { verb: "list", group: kind.group, resource: kind.resource },
    signal,
  };
}

const envelope = z.object({
  apiVersion: z.string(),
  kind: z.string().regex(/List$/),
  metadata: z.object({
    resourceVersion: z.string().min(1),
    continue: z
      .string()
      .optional()
      .transform((token) => (token === undefined || token === "" ? null : token)),
  }),
  items: z.null(),
});

interface Page {
  readonly objects: readonly ServedObject[];
  readonly resourceVersion: string;
  /** The token of the next page; `null`: there is none. */
  readonly next: string | null;
}

function parsePage(text: string, kind: KubeKind): Page | { readonly reason: KubeReason } {
  const odd = (what: string) => ({ reason: notUnderstood(what, 200) });
  const items = valueOf(text, "items");
  if (items === null) return odd("the answer is no list in JSON");
  const parts = text.startsWith("null", items.start) ? [] : objectsIn(text, items);
  if (parts === null) return odd("the items of the list are no JSON objects");
  const around = `${text.slice(0, items.start)}null${text.slice(items.end)}`;
  const read = envelope.safeParse(jsonOf(around));
  if (!read.success) return odd("the answer is no list in JSON");
  if (read.data.apiVersion !== apiVersionOf(kind)) return odd("the answer is a list of another API");
  const objects: ServedObject[] = [];
  for (const { start, end } of parts) {
    const json = text.slice(start, end);
    const object = jsonOf(json);
    if (object === undefined) return odd("an item of the list is no JSON");
    objects.push(new ServedObject(json, object));
  }
  const { resourceVersion, continue: next } = read.data.metadata;
  return { objects, resourceVersion, next };
}
