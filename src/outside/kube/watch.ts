import type { IncomingMessage } from "node:http";
import * as z from "zod";
import type { KubeKind, KubeReason, WatchOptions, WatchStep } from "../../model/kube-source.ts";
import { ServedObject } from "../../model/served-object.ts";
import { failureOf } from "../http/exchange.ts";
import { valueOf } from "./json-text.ts";
import { collectionPath } from "./paths.ts";
import { messageOf, notUnderstood, reason, status, unanswered } from "./refusal.ts";
import type { Requests } from "./requests.ts";
import { jsonOf } from "../json-of.ts";

/** Longest line of a watch in characters: an object is at most a few MiB, since etcd takes no larger request. */
const maximumLine = 16 * 1024 * 1024;

/** Tells changes as they come. See {@link KubeSource.watch}. */
export async function* watchSteps(
  requests: Requests,
  kind: KubeKind,
  from: string,
  { namespace = null, fieldSelector, labelSelector, seconds = 300, signal }: WatchOptions,
): AsyncGenerator<WatchStep> {
  const left = new AbortController();
  const either = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const query = {
    watch: "true",
    resourceVersion: from,
    allowWatchBookmarks: "true",
    timeoutSeconds: String(seconds),
    fieldSelector,
    labelSelector,
  };
  const needs = { verb: "watch", group: kind.group, resource: kind.resource };
  try {
    const reply = await requests.open({ method: "GET", path: collectionPath(kind, namespace), query, needs }, either);
    if ("reason" in reply) yield { step: "ended", because: reply.reason };
    else yield* stepsOf(reply.answer, () => signal?.aborted === true);
  } finally {
    left.abort();
  }
}

async function* stepsOf(response: IncomingMessage, isGivenUp: () => boolean): AsyncGenerator<WatchStep> {
  try {
    for await (const line of linesOf(response)) {
      const step = stepOf(line);
      yield step;
      if (step.step === "ended") return;
    }
  } catch (error) {
    const because = error instanceof TooLong ? tooLong : unanswered(failureOf(error), isGivenUp());
    return yield { step: "ended", because };
  }
  yield { step: "ended", because: null };
}

class TooLong extends Error {}
const tooLong = notUnderstood(`a line of the watch is over the cap of ${maximumLine} characters`, 200);

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding("utf8");
  let rest: string[] = [];
  let length = 0;
  for await (const chunk of response) {
    const lines = String(chunk).split("\n");
    const last = lines.pop() ?? "";
    for (const line of lines) {
      yield [...rest, line].join("");
      rest = [];
      length = 0;
    }
    rest.push(last);
    length += last.length;
    if (length > maximumLine) throw new TooLong();
  }
  if (length > 0) yield rest.join("");
}

const event = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED"]), object: z.unknown() }),
  z.object({
    type: z.literal("BOOKMARK"),
    object: z.object({ metadata: z.object({ resourceVersion: z.string().min(1) }) }),
  }),
  z.object({ type: z.literal("ERROR"), object: status }),
]);

function stepOf(line: string): WatchStep {
  const read = event.safeParse(jsonOf(line));
  const part = valueOf(line, "object");
  if (!read.success || part === null) return { step: "ended", because: noEvent };
  const { data } = read;
  if (data.type === "BOOKMARK") return { step: "bookmark", resourceVersion: data.object.metadata.resourceVersion };
  if (data.type === "ERROR") return { step: "ended", because: told(data.object) };
  return {
    step: "event",
    type: data.type,
    object: new ServedObject(line.slice(part.start, part.end), data.object),
  };
}

const noEvent = notUnderstood("a line of the watch is no event in JSON", 200);

function told(served: z.infer<typeof status>): KubeReason {
  const about = { status: served.code ?? null, said: served.reason ?? null };
  return reason("not-served", `the API server ended the watch${messageOf(served)}`, about);
}
