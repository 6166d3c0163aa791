import * as z from "zod";
import type { ExecStep, KubeReason, KubeSource, KubeTold, ListStep } from "../../src/model/kube-source.ts";
import { known } from "../../src/model/told.ts";
import type { Waiting } from "../../src/outside/waiting.ts";
import { served } from "./kube-source.ts";
import { uidOf } from "./ledgers.ts";

/** What the cluster does with the pod of a node's reader. What is left out goes well. */
export interface ReaderFacts {
  /** `status` of the Node; `null`: there is no such Node. */
  readonly node?: object | null | KubeReason;
  readonly create?: KubeReason;
  /** The pod is there though `create` gave a reason. */
  readonly madeAllTheSame?: boolean;
  /** `status` of the pod before it is asked: one look after the other, and the last for good. */
  readonly statuses?: readonly object[];
  readonly spec?: object;
  /** Its container runs before the API server says so, as containers do. */
  readonly runsEarly?: boolean;
  /** `status` of the pod after it was asked. Default: it ended as it should. */
  readonly statusAfter?: object;
  /** What the program in the pod does. */
  readonly exec?: () => AsyncIterable<ExecStep>;
  /** Pods of earlier runs that the API server gives for our labels, by the seconds that they are older. */
  readonly earlier?: Readonly<Record<string, number>>;
  /** What events warn of, the last at the end. */
  readonly warnings?: readonly string[];
  /** The answer to a deletion, whether or not it was done. */
  readonly deleteAnswer?: KubeReason;
  /** Pods that stay however they are deleted. */
  readonly stay?: (name: string) => boolean;
}

export interface ReaderKube {
  readonly kube: KubeSource;
  readonly waiting: Waiting;
  /** What was asked, in order; looks at the pod that found it as before are left out. */
  readonly asked: string[];
  /** As it was made. */
  readonly made: unknown[];
}

/** The uid that the reader's pod gets. */
export const readerUid = uidOf("reader");

export const readyNode = {
  nodeInfo: { operatingSystem: "linux" },
  conditions: [{ type: "Ready", status: "True" }],
};
export const runningStatus = { phase: "Running", containerStatuses: [{ name: "reader", state: { running: {} } }] };
const endedStatus = {
  phase: "Succeeded",
  containerStatuses: [{ name: "reader", state: { terminated: { exitCode: 0, reason: "Completed" } } }],
};

export function readerKube(facts: ReaderFacts = {}): ReaderKube {
  const { node = { status: readyNode }, statuses = [runningStatus], earlier = {}, stay = () => false } = facts;
  const asked: string[] = [];
  const made: unknown[] = [];
  const there = new Map<string, object>();
  const pending = [...statuses];
  let status: object = {};
  let isAsked = false;
  let now = 0;
  const say = (line: string): void => void (asked.at(-1) === line || asked.push(line));
  const own = (name: string): object => ({
    metadata: metadata(name, readerUid, 0),
    spec: { containers: [{ name: "reader" }], ...facts.spec },
    status,
  });
  for (const [name, age] of Object.entries(earlier))
    there.set(name, { metadata: metadata(name, uidOf(name), age), spec });
  const kube: KubeSource = {
    server: "https://10.0.0.1:6443",
    get: (kind, { name }) => {
      if (kind.resource === "nodes") {
        say(`get node ${name}`);
        return Promise.resolve(isReason(node) ? { unknown: node } : known(node === null ? null : served(node)));
      }
      const isOwn = made.length > 0 && !there.has(name) && name.startsWith("holdfast-node-reader-") && !gone.has(name);
      if (isOwn)
        status = isAsked
          ? (facts.statusAfter ?? endedStatus)
          : ((pending.length > 1 ? pending.shift() : pending[0]) ?? {});
      say(`get pod${name in earlier ? ` ${name}` : ""}`);
      return Promise.resolve(known(isOwn ? served(own(name)) : there.has(name) ? served(there.get(name) ?? {}) : null));
    },
    create: (_, namespace, object) => {
      say(`create in ${namespace}`);
      const isMade = facts.create === undefined || facts.madeAllTheSame === true;
      if (isMade) made.push(object);
      if (facts.create !== undefined) return Promise.resolve({ unknown: facts.create });
      return Promise.resolve(known(served(own(nameOf(object)))));
    },
    delete: (_, { name, uid }) => {
      say(`delete ${name in earlier ? name : "pod"} ${uid === readerUid || uid === uidOf(name) ? "by its uid" : uid}`);
      if (!stay(name)) {
        there.delete(name);
        gone.add(name);
      }
      const { deleteAnswer } = facts;
      return Promise.resolve<KubeTold<"accepted">>(
        deleteAnswer === undefined ? known("accepted") : { unknown: deleteAnswer },
      );
    },
    async *list(kind, options) {
      if (kind.resource === "events") return yield* warningsIn(facts.warnings ?? []);
      say(`list ${options.namespace} ${options.fieldSelector} ${options.labelSelector}`);
      yield { step: "begin", attempt: 1, because: null };
      yield { step: "page", objects: [...there.values()].map(served) };
      yield { step: "end", resourceVersion: "7", servedAt: null, count: there.size };
    },
    async *exec({ namespace, name }, { container, command, input }) {
      if (facts.runsEarly !== true && !isAsked && !/"state":\{"running"/.test(JSON.stringify(status)))
        return yield { step: "ended", exit: { unknown: noContainer } };
      const shown = name.replace(/-[0-9a-f]+$/, "-…");
      say(`exec in ${namespace}/${shown} ${container}: ${command.join(" ")}${input === undefined ? "" : " <"}`);
      isAsked = true;
      yield* facts.exec?.() ?? [];
    },
    discover: notAsked,
    openApi: notAsked,
    watch: notAsked,
    update: notAsked,
    kubeletPage: notAsked,
  };
  const waiting = {
    now: () => now,
    // Whoever else is at work gets on meanwhile.
    sleep: (milliseconds: number) => {
      now += milliseconds;
      return new Promise<void>((resolve) => setImmediate(resolve));
    },
  };
  const gone = new Set<string>();
  return { kube, waiting, asked, made };
}

function* warningsIn(messages: readonly string[]): Generator<ListStep> {
  const events = messages.map((message, at) => ({
    reason: "Failed",
    message,
    lastTimestamp: `2026-05-17T09:00:0${at}Z`,
  }));
  yield { step: "begin", attempt: 1, because: null };
  yield { step: "page", objects: events.toReversed().map(served) };
  yield { step: "end", resourceVersion: "7", servedAt: null, count: events.length };
}

/** As the API server passes on what the kubelet says of it. */
const noContainer: KubeReason = {
  code: "not-served",
  text: 'the program could not be run: error sending request: container not found ("reader")',
  at: [],
  status: 500,
  said: "InternalError",
};

const spec = { containers: [{ name: "reader" }] };

function metadata(name: string, uid: string, age: number): object {
  return { name, uid, creationTimestamp: new Date(Date.parse("2026-05-17T09:00:40Z") - age * 1000).toISOString() };
}

function nameOf(object: unknown): string {
  return z.object({ metadata: z.object({ name: z.string() }) }).parse(object).metadata.name;
}

function isReason(node: object | null): node is KubeReason {
  return node !== null && "code" in node;
}

function notAsked(): never {
  throw new Error("nothing else is asked");
}
