import type { KindName } from "../../model/cluster-objects.ts";
import type { Discovery, KubeKind, KubeSource, KubeTold } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import type { Sequence } from "../../model/sources.ts";
import type { Reason } from "../../model/told.ts";
import { closing, notServed, opening, unread } from "../format/format.ts";
import type { KindRow } from "../format/kinds.ts";
import { redactReason } from "../redact/node.ts";
import type { Redacted } from "../redact/redactor.ts";
import { servedKind } from "./served-kind.ts";

export interface ObjectsRecording {
  readonly kube: KubeSource;
  readonly redact: (kind: KubeKind, served: ServedObject) => Redacted;
  readonly sequence: Sequence;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

/** What is done with the objects of a list on their way. */
export interface OnTheWay {
  /** The list begins, maybe anew: then what came of it is void. */
  begin(): void;
  /** It did not come to its end: what came of it is void. */
  failed(): void;
  /** The line of an object; `null`: it is left out. */
  line(redacted: Redacted): object | null;
}

const asTheyAre: OnTheWay = { begin: () => {}, failed: () => {}, line: objectLine };

export function objectLine({ object, paths }: Redacted): object {
  return paths.length === 0 ? { object } : { object, redacted: paths };
}

/** Why a kind was not read. */
export function unreadLine({ group, resource }: KindName, pass: 1 | 2, reason: Reason): object {
  return unread.parse({ unread: { what: "objects", kind: { group, resource }, pass, reason: redactReason(reason) } });
}

/** The objects of a kind, a section each time that the list is begun; or that it is not served, or why it was not read. */
export async function* objectLines(
  row: KindRow,
  pass: 1 | 2,
  discovery: KubeTold<Discovery>,
  { kube, redact, sequence, now, signal }: ObjectsRecording,
  way: OnTheWay = asTheyAre,
): AsyncGenerator<object> {
  const { group, resource, page: limit, fieldSelector, labelSelector } = row;
  const kind = servedKind(row, discovery);
  if (kind === "not served") return yield notServed.parse({ notServed: { group, resource } });
  if ("unknown" in kind) return yield unreadLine(row, pass, kind.unknown);
  let section = { kind, pass, attempt: 0 };
  let began = 0;
  let at = "";
  let count = 0;
  const close = (end: { complete: boolean; list: object | null }): object =>
    closing.parse({ close: "objects", ...section, count, ...end });
  const options = {
    freshness: "most-recent",
    limit,
    signal,
    ...(fieldSelector === undefined ? {} : { fieldSelector }),
    ...(labelSelector === undefined ? {} : { labelSelector }),
  } as const;
  for await (const step of kube.list(kind, options)) {
    if (step.step === "begin") {
      if (section.attempt > 0) yield close({ complete: false, list: null });
      section = { kind, pass, attempt: step.attempt };
      count = 0;
      began = sequence();
      // All of its pages are as of the first: who was made while they came is in none.
      at = now().toISOString();
      way.begin();
      yield opening.parse({ open: "objects", ...section });
    } else if (step.step === "page") {
      for (const served of step.objects) {
        const line = way.line(redact(kind, served));
        if (line === null) continue;
        count += 1;
        yield line;
      }
    } else if (step.step === "end") {
      const reading = { began, ended: sequence(), at };
      yield close({
        complete: true,
        list: { reading, resourceVersion: step.resourceVersion, servedAt: step.servedAt },
      });
    } else {
      way.failed();
      if (section.attempt > 0) yield close({ complete: false, list: null });
      yield unreadLine(row, pass, step.reason);
    }
  }
}
