import type { DeclaredImage, KeelMark } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown } from "../../model/told.ts";
import { classifyTag, parseImage } from "../../repository/manifests/images.ts";
import type { Cell } from "../matrix.ts";

/** What an instruction that Keel reads lets it do to an image. */
export function markCell(mark: KeelMark, image: DeclaredImage | null, where: string): Cell {
  if (!isKnown(mark.policy)) return { state: "unknown", why: mark.policy.unknown };
  const policy = mark.policy.known;
  const at = mark.at;
  if (!isActivePolicy(policy)) {
    return { state: "held", by: "never", note: "never", detail: `${where} says "${policy}": Keel leaves it alone`, at };
  }
  const held = image === null ? null : heldByReference(policy, mark, image, at);
  if (held !== null) return held;
  const what = `policy ${policy}, set by ${where}`;
  const approved = approvalCell(mark, policy, what);
  if (approved !== null) return approved;
  if (!isKnown(mark.trigger)) {
    const on = `its trigger, which could not be told, is not poll, and no push notification reaches Keel (${what})`;
    return { state: "conditional", note: policy, on, at };
  }
  if (mark.trigger.known === "poll")
    return {
      state: "open",
      republish: false,
      note: policy,
      trigger: `Keel moves it after a push to the registry (${what})`,
      at,
      ...(mark.matchTag === undefined ? {} : { matchTag: mark.matchTag }),
    };
  return {
    state: "conditional",
    note: policy,
    on: `no push notification reaches Keel: without trigger poll it acts on those only (${what})`,
    at,
  };
}

/** Keel asks before every update; at what is no number it reports an error and updates nothing (keel 0.22). */
function approvalCell({ approvals, at }: KeelMark, policy: string, what: string): Cell | null {
  if (approvals === undefined) return null;
  if (!isKnown(approvals)) {
    const on = `keel.sh/approvals, which could not be told, asks somebody first (${what})`;
    return { state: "conditional", note: policy, on, at: [...at, ...approvals.unknown.at] };
  }
  const written = approvals.known;
  // None asked for; less than none is there at once.
  if (/^(?:[+-]?0+|-[0-9]+)$/.test(written)) return null;
  const detail = /^\+?[0-9]+$/.test(written)
    ? `Keel waits until somebody approves: keel.sh/approvals is ${written} (${what})`
    : `keel.sh/approvals is not a number: Keel updates nothing (${what})`;
  return { state: "held", by: "approval", note: "approval", detail, at: [...at, ...approvals.at] };
}

function isActivePolicy(policy: string): boolean {
  return /^(?:all|major|minor|patch|force)$/.test(policy) || /^glob:[^:]+$/.test(policy) || /^regexp:./.test(policy);
}

/** Semantic policies cannot compare a digest and leave it; `force` and patterns replace it (keel 0.22, provider/kubernetes/updates.go). */
function heldByReference(policy: string, mark: KeelMark, image: DeclaredImage, at: readonly Span[]): Cell | null {
  const reference = isKnown(image.reference) ? parseImage(image.reference.known) : undefined;
  if (reference === undefined || classifyTag(reference) !== "digest") return null;
  const sameTag = policy === "force" && mark.matchTag !== undefined && isKnown(mark.matchTag) && mark.matchTag.known;
  if (!sameTag && !/^(?:all|major|minor|patch)$/.test(policy)) return null;
  return {
    state: "held",
    by: "digest",
    note: "digest",
    detail: `Keel's policy ${policy} does not change a reference by digest`,
    at,
  };
}
