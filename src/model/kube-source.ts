import type { ServedObject } from "./served-object.ts";
import type { Known, Reason } from "./told.ts";

/**
 * The API server as it is asked. Nothing is thrown for what it answers: every answer is known, or unknown with a reason.
 * Deadlines are `signal`s; one that fires makes the answer `timed-out`.
 */
export interface KubeSource {
  /** `https://10.0.0.1:6443`, without user, password and query. */
  readonly server: string;
  readonly discover: (call?: KubeCall) => Promise<KubeTold<Discovery>>;
  /** The schemas of the API, as documents of OpenAPI 3: first the list of them, then each. */
  readonly openApi: (call?: KubeCall) => AsyncIterable<ApiDocument>;
  /** Ends with exactly one `end` or `failed`. Only `end` makes what came since the last `begin` a whole list. */
  readonly list: (kind: KubeKind, options: ListOptions) => AsyncIterable<ListStep>;
  /** `null`: the API server itself said of this kind and name that it is not there. Another 404 is unknown. */
  readonly get: (kind: KubeKind, object: ObjectName, call?: KubeCall) => Promise<KubeTold<ServedObject | null>>;
  /** One connection, which ends with exactly one `ended`. `from` is the resourceVersion of a list or of an event. */
  readonly watch: (kind: KubeKind, from: string, options?: WatchOptions) => AsyncIterable<WatchStep>;
  /** Asked once: where no answer came, whether the object was made is unknown, and a `get` tells. */
  readonly create: (
    kind: KubeKind,
    namespace: string | null,
    object: unknown,
    call?: KubeCall,
  ) => Promise<KubeTold<ServedObject>>;
  /**
   * Puts an object in the place of one that was read, and of no other. Asked once: where no answer came, whether it was
   * done is unknown, and a `get` tells.
   */
  readonly update: (
    kind: KubeKind,
    replaced: ObjectVersion,
    object: object,
    options?: UpdateOptions,
  ) => Promise<KubeTold<Update>>;
  /** Plainly: a pod is given its own grace period, or one of at least a second. */
  readonly delete: (
    kind: KubeKind,
    object: ObjectName & { readonly uid: string },
    call?: KubeCall & { readonly graceSeconds?: number },
  ) => Promise<KubeTold<Deletion>>;
  /** Runs a program in a container. Ends with exactly one `ended`; asked once, since it may do something. */
  readonly exec: (pod: ObjectName & { readonly namespace: string }, options: ExecOptions) => AsyncIterable<ExecStep>;
  /** What the kubelet of a node says on one of its pages, through the API server: that needs `get` of nodes/proxy. */
  readonly kubeletPage: (node: string, page: KubeletPage, call?: KubeCall) => Promise<KubeTold<string>>;
}

/** Like `Told`, with what the API server said of its refusal. */
export type KubeTold<T> = Known<T> | { readonly unknown: KubeReason };

export interface KubeReason extends Reason {
  /** The HTTP status of the last answer; `null` where there was none. */
  readonly status: number | null;
  /** `reason` of the Status that came: `Forbidden`, `AlreadyExists`, `Expired`, …; `null` where none came. */
  readonly said: string | null;
}

export interface KubeCall {
  readonly signal?: AbortSignal;
}

/** What a request is about, as discovery names it. */
export interface KubeKind {
  /** `""`: the core group. */
  readonly group: string;
  readonly version: string;
  /** The plural in URLs: `pods`. */
  readonly resource: string;
  /** `Pod`. */
  readonly kind: string;
  readonly namespaced: boolean;
}

export interface ObjectName {
  /** `null` for kinds without a namespace. */
  readonly namespace: string | null;
  readonly name: string;
}

/** One state of one object. */
export interface ObjectVersion extends ObjectName {
  readonly uid: string;
  readonly resourceVersion: string;
}

/**
 * How new a list has to be. `most-recent` waits for etcd's newest revision; `notOlderThan` takes what the API server
 * has in memory from that resourceVersion on. "0" is left out on purpose: it drops the limit of a page.
 */
type Freshness = "most-recent" | { readonly notOlderThan: string };

export interface ListOptions extends KubeCall {
  readonly freshness: Freshness;
  /** `null` or absent: all namespaces. */
  readonly namespace?: string | null;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Objects a page. */
  readonly limit: number;
}

export type ListStep =
  /** From here on the list is read from its beginning; what came before is void. The first attempt is 1. */
  | { readonly step: "begin"; readonly attempt: number; readonly because: KubeReason | null }
  | { readonly step: "page"; readonly objects: readonly ServedObject[] }
  /**
   * The last page had no `continue`. `servedAt`: when the first one was answered, by the API server's own clock, in whole seconds; `null`: it
   * did not say.
   */
  | {
      readonly step: "end";
      readonly resourceVersion: string;
      readonly servedAt: string | null;
      readonly count: number;
    }
  | { readonly step: "failed"; readonly reason: KubeReason };

export interface WatchOptions extends KubeCall {
  readonly namespace?: string | null;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** After so many seconds the API server ends the watch. Default 300. */
  readonly seconds?: number;
}

export type WatchStep =
  | { readonly step: "event"; readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: ServedObject }
  /** All changes up to this resourceVersion have been told. */
  | { readonly step: "bookmark"; readonly resourceVersion: string }
  /** `null`: the API server ended it in order. `said: "Expired"`: list anew. */
  | { readonly step: "ended"; readonly because: KubeReason | null };

/**
 * `accepted`: the API server took the request, and whether the object is gone is for `get` to tell. `absent`: it is
 * not there. `replaced`: an object of that name has another uid now, and was not touched.
 */
export type Deletion = "accepted" | "absent" | "replaced";

export interface UpdateOptions extends KubeCall {
  /** Only the status is put there. */
  readonly subresource?: "status";
}

/** The object as it is now. `conflict`: it has changed since it was read, or is gone, and nothing was done. */
export type Update = ServedObject | "conflict";

/** No other: some pages of a kubelet run programs. */
export type KubeletPage = "pods" | "metrics";

export interface ExecOptions extends KubeCall {
  readonly container: string;
  /** The program and its arguments; no shell reads them. */
  readonly command: readonly string[];
  /**
   * What goes to its standard input as it comes, none of it throwing; it then stays open for as long as somebody listens: its
   * end tells the program that nobody does. Absent: it has none.
   */
  readonly input?: AsyncIterable<Uint8Array>;
}

export type ExecStep =
  | { readonly step: "output"; readonly stream: "stdout" | "stderr"; readonly bytes: Uint8Array }
  /** Its exit code. Unknown: it was not started, or nobody said how it ended, and then what came may not be all. */
  | { readonly step: "ended"; readonly exit: KubeTold<number> };

export interface Discovery {
  /** `v1.36.3`; unknown where /version was not answered. */
  readonly version: KubeTold<string>;
  readonly groupVersions: readonly GroupVersion[];
  /** The documents that were read, as served. */
  readonly documents: readonly { readonly path: string; readonly json: string }[];
}

/** What the API server says of its API. */
export interface ApiDocument {
  readonly path: string;
  /** Its text, in JSON. */
  readonly told: KubeTold<string>;
}

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  /** Unknown where an aggregated API server did not tell the API server what it serves. */
  readonly kinds: KubeTold<readonly DiscoveredKind[]>;
}

export interface DiscoveredKind extends KubeKind {
  readonly verbs: readonly string[];
}
