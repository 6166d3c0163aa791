import * as z from "zod";
import type { KubeReason, KubeSource, KubeTold, Update } from "../../src/model/kube-source.ts";
import type { ServedObject } from "../../src/model/served-object.ts";
import { known } from "../../src/model/told.ts";
import { kubeSource, served } from "./kube-source.ts";

export interface LeaseKube {
  readonly kube: KubeSource;
  /** The verbs that were asked for, in order. */
  readonly asked: string[];
  /** `spec` as it is; `null`: there is no Lease. */
  spec(): object | null;
  /** What somebody else writes; `null`: they remove it. */
  write(spec: object | null): void;
}

/** What else happens, by verb: before it is done, instead of it, or though it is done. */
export interface LeaseFacts {
  readonly before?: Partial<Record<"create" | "update", () => void>>;
  readonly refuse?: Partial<Record<"get" | "create" | "update", KubeReason>>;
  /** Done all the same, and nobody says so. */
  readonly lose?: Partial<Record<"create" | "update", KubeReason>>;
  readonly admit?: (spec: object) => object;
}

const written = z.object({ spec: z.looseObject({}), metadata: z.looseObject({}) });

const alreadyExists: KubeReason = {
  code: "not-served",
  text: "already exists",
  at: [],
  status: 409,
  said: "AlreadyExists",
};

/** An API server with one Lease, which takes an update only of what it has. */
export function leaseKube(spec: object | null = null, facts: LeaseFacts = {}): LeaseKube {
  const asked: string[] = [];
  let revision = 100;
  let now: { spec: object; metadata: object } | null = null;
  const put = (next: object | null, metadata: object = {}): void => {
    revision++;
    now = next === null ? null : { spec: facts.admit?.(next) ?? next, metadata };
  };
  put(spec, { labels: { theirs: "kept" } });
  const current = (): ServedObject =>
    served({
      metadata: {
        ...now?.metadata,
        namespace: "kube-system",
        name: "holdfast-sweep",
        uid: "uid-of-lease",
        resourceVersion: String(revision),
      },
      spec: now?.spec,
    });
  const answer = <T>(verb: "create" | "update", object: unknown, conflict: KubeTold<T>, isSo: () => boolean) => {
    asked.push(verb);
    facts.before?.[verb]?.();
    const { refuse, lose } = facts;
    if (refuse?.[verb] !== undefined) return { unknown: refuse[verb] };
    if (!isSo()) return conflict;
    const next = written.parse(object);
    put(next.spec, next.metadata);
    return lose?.[verb] === undefined ? known(current()) : { unknown: lose[verb] };
  };
  return {
    asked,
    spec: () => now?.spec ?? null,
    write: (next) => put(next, now?.metadata),
    kube: kubeSource({
      get: () => {
        asked.push("get");
        const { get } = facts.refuse ?? {};
        return Promise.resolve(get === undefined ? known(now === null ? null : current()) : { unknown: get });
      },
      create: (_, __, object) =>
        Promise.resolve(answer<ServedObject>("create", object, { unknown: alreadyExists }, () => now === null)),
      update: (_, { uid, resourceVersion }, object) =>
        Promise.resolve(
          answer<Update>(
            "update",
            object,
            known("conflict"),
            () => now !== null && uid === "uid-of-lease" && resourceVersion === String(revision),
          ),
        ),
    }),
  };
}
