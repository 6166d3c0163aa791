import type { ApiDocument, Discovery, KubeSource, KubeTold } from "../../model/kube-source.ts";
import type { Reason } from "../../model/told.ts";
import { closing, limits, opening, unread } from "../format/format.ts";
import { redactReason } from "../redact/node.ts";

/** What the API server says of its API: the documents of its discovery and, if asked, its schemas. */
export async function* documentLines(
  discovery: KubeTold<Discovery>,
  schemas: ReturnType<KubeSource["openApi"]> | null,
): AsyncGenerator<object> {
  yield opening.parse({ open: "documents" });
  const missing: object[] = [];
  let count = 0;
  for await (const { path, told } of documents(discovery, schemas)) {
    const read = "unknown" in told ? { reason: told.unknown } : lineOf(path, told.known);
    if ("reason" in read) missing.push({ path, reason: redactReason(read.reason) });
    else {
      count += 1;
      yield read;
    }
  }
  yield closing.parse({ close: "documents", count, complete: missing.length === 0 });
  for (const each of missing) yield unread.parse({ unread: { what: "documents", ...each } });
}

async function* documents(
  discovery: KubeTold<Discovery>,
  schemas: AsyncIterable<ApiDocument> | null,
): AsyncGenerator<ApiDocument> {
  if ("unknown" in discovery) yield { path: "/apis", told: discovery };
  else for (const { path, json } of discovery.known.documents) yield { path, told: { known: json, at: [] } };
  if (schemas !== null) yield* schemas;
}

/** Half of what a reader takes, since characters of more than one byte make it longer. */
const longest = limits.line / 2;

function lineOf(path: string, text: string): { readonly document: object } | { readonly reason: Reason } {
  if (text.length > longest)
    return { reason: { code: "limit", text: `it has more than ${longest} characters`, at: [] } };
  try {
    return { document: { path, json: JSON.parse(text) as unknown } };
  } catch {
    return { reason: { code: "not-understood", text: "it is no JSON", at: [] } };
  }
}
