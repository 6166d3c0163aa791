/**
 * What a claim about a pod rests on: what was asked, when, and what it gave. Times are those of the reading, ISO 8601
 * in UTC.
 */
export type Evidence =
  | {
      readonly kind: "list";
      readonly which: "before" | "after";
      readonly at: string;
      readonly resourceVersion: string;
      /** `null`: the pods of all nodes. */
      readonly node: string | null;
      /** Whether it has the uid of the pod. */
      readonly has: boolean;
    }
  | {
      readonly kind: "get";
      readonly at: string;
      /** `namespace/name` that was asked for. */
      readonly name: string;
      /** The uid of the pod that has this name; `null`: there is none. */
      readonly uid: string | null;
    }
  | {
      readonly kind: "sandbox";
      readonly at: string;
      readonly endpoint: string;
      readonly id: string;
      readonly state: string;
      readonly configSource: string | null;
    }
  | {
      readonly kind: "process";
      readonly at: string;
      readonly bootId: string;
      readonly pid: number;
      /** Clock ticks after boot: with the pid and the boot it is the identity of a process. */
      readonly startTicks: number;
      readonly cgroup: string | null;
    };
