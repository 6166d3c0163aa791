import * as z from "zod";
import type { ObjectVersion } from "../../model/kube-source.ts";
import type { ServedObject } from "../../model/served-object.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { versionOf } from "../kube/version-of.ts";

/** A Lease as it was served, and what of it is put back as it was. */
export interface ReadLease {
  readonly version: ObjectVersion;
  /** `""`: nobody has it. Written by whoever has it: hostile. */
  readonly holder: string;
  /** `null`: it does not say. */
  readonly seconds: number | null;
  readonly transitions: number;
  readonly acquired: string | null;
  readonly metadata: object;
}

/** Who has it, for how many seconds, from when. */
export interface Term {
  readonly holder: string;
  readonly seconds: number;
  readonly at: Date;
}

/** What a Lease says [api v0.36.3, coordination/v1/types.go, LeaseSpec]. */
export function leaseIn(object: ServedObject): Told<ReadLease> {
  const read = lease.safeParse(object.unredacted().object);
  if (!read.success) return unknown({ code: "not-understood", text: "what was served is no Lease", at: [] });
  const { metadata, spec } = read.data;
  return known({
    version: versionOf(object),
    holder: spec?.holderIdentity ?? "",
    seconds: spec?.leaseDurationSeconds ?? null,
    transitions: spec?.leaseTransitions ?? 0,
    acquired: spec?.acquireTime ?? null,
    metadata,
  });
}

const lease = z.object({
  metadata: z.looseObject({}),
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.int().positive().nullish(),
      leaseTransitions: z.int().nonnegative().nullish(),
      acquireTime: z.string().nullish(),
    })
    .nullish(),
});

/** The Lease in the hands of this holder from now on: renewed, where it was theirs before. */
export function heldBy(before: ReadLease | null, { holder, seconds, at }: Term): object {
  const isSame = before?.holder === holder;
  return {
    ...(before === null ? {} : { metadata: before.metadata }),
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: seconds,
      acquireTime: (isSame ? before.acquired : null) ?? microTime(at),
      renewTime: microTime(at),
      leaseTransitions: before === null ? 0 : before.transitions + (isSame ? 0 : 1),
    },
  };
}

/** Nobody's, as client-go gives one back: whoever comes next need not wait [leaderelection.go, release]. */
export function released({ metadata, transitions }: ReadLease, at: Date): object {
  return {
    metadata,
    spec: {
      holderIdentity: "",
      leaseDurationSeconds: 1,
      acquireTime: microTime(at),
      renewTime: microTime(at),
      leaseTransitions: transitions,
    },
  };
}

/** With six digits after the second, and no other number of them [apimachinery v0.36.3, pkg/apis/meta/v1/micro_time.go]. */
function microTime(at: Date): string {
  return at.toISOString().replace("Z", "000Z");
}
