import type { KindName } from "../../model/cluster-objects.ts";
import type { ApiLedger, ApiPod, UnparsedPod } from "../../model/ledger.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { SnapshotFault } from "../format/fault.ts";
import { limits, type Content, type ObjectsClosing } from "../format/format.ts";
import { reasonFrom } from "../format/ledger-schemas.ts";
import { projectPod } from "../project-pod.ts";
import { servedAtOf } from "./served-at.ts";

type Projected = { readonly pod: ApiPod } | { readonly unparsed: UnparsedPod };

/** The pods of all nodes out of the objects of a snapshot: as they were before the nodes were read, and after. */
export class ClusterPods {
  #lines: Projected[] = [];
  #bytes = 0;
  /** Of the first pass, by uid: the second names those that are still the same. */
  readonly #first = new Map<string, Projected>();
  readonly #lists = new Map<number, Told<ApiLedger>>();

  static has({ kind }: { readonly kind: KindName }): boolean {
    return kind.group === "" && kind.resource === "pods";
  }

  /** @param bytes of its line */
  add({ object, unchanged }: Content, bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > limits.objects)
      throw new SnapshotFault("too-large", `has more than ${limits.objects} bytes of pods`);
    const projected = object === undefined ? this.#first.get(unchanged?.uid ?? "") : projectPod(object);
    if (projected === undefined)
      throw new SnapshotFault(
        "damaged",
        "is damaged, or was changed: a pod in it is the same as one that is not there",
      );
    this.#lines.push(projected);
  }

  close({ pass, complete, list }: ObjectsClosing): void {
    const lines = this.#lines;
    this.#lines = [];
    if (!complete || list === null) return;
    const pods = lines.flatMap((line) => ("pod" in line ? [line.pod] : []));
    const unparsed = lines.flatMap((line) => ("unparsed" in line ? [line.unparsed] : []));
    this.#lists.set(pass, known({ ...list, servedAt: servedAtOf(list), node: null, pods, unparsed }));
    if (pass !== 1) return;
    for (const line of lines) {
      const { uid } = "pod" in line ? line.pod : line.unparsed;
      if (uid !== null) this.#first.set(uid, line);
    }
  }

  unread({ pass, reason }: { readonly pass: number; readonly reason: Parameters<typeof reasonFrom>[0] }): void {
    this.#lists.set(pass, unknown(reasonFrom(reason)));
  }

  /** Of the pass; `otherwise` where the snapshot says nothing of it. */
  list(pass: 1 | 2, otherwise: Told<ApiLedger>): Told<ApiLedger> {
    return this.#lists.get(pass) ?? otherwise;
  }
}
