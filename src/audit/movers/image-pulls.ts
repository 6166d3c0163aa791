import type { DeclaredImage } from "../../model/release.ts";
import type { Span } from "../../model/span.ts";
import { isKnown, type Told } from "../../model/told.ts";
import { classifyTag, defaultPullPolicy, parseImage, type ImageReference } from "../../repository/manifests/images.ts";
import type { Cell } from "../matrix.ts";

/** Whether a push to the registry under the same tag changes what runs, once something pulls it. */
export function imageRepublishCell(image: DeclaredImage): Cell {
  return withReference(image, (reference, at) => {
    const open = (republish: boolean, note: string, trigger: string): Cell => ({
      state: "open",
      republish,
      note,
      trigger,
      at,
    });
    switch (classifyTag(reference)) {
      case "digest":
        return { state: "held", by: "digest", note: "digest", detail: "the digest names the content", at };
      case "absent":
        return open(false, "no tag", 'no tag means "latest": any push moves it');
      case "mutable":
        return open(false, "tag", `the tag "${reference.tag ?? ""}" is made to be moved: any push moves it`);
      case "partial":
        return open(false, "tag", `the tag "${reference.tag ?? ""}" follows later versions: their push moves it`);
      case "exact":
        return open(true, "re-push", `a push of another image under "${reference.tag ?? ""}"`);
    }
  });
}

/**
 * Whether the kubelet pulls again by itself: at every pod start under `Always`, else only where the node lacks the image.
 * Where the values of a release write no policy the chart may: most have `IfNotPresent`, whatever the tag is.
 */
export function kubeletCell(image: DeclaredImage, owner: "release" | "workload"): Cell {
  return withReference(image, (reference, at) => {
    const tag = classifyTag(reference);
    if (tag === "digest")
      return { state: "held", by: "digest", note: "digest", detail: "the digest names the content", at };
    if (tag === "exact")
      return {
        state: "held",
        by: "pin",
        note: "pin",
        detail: "the tag is exact: only a re-push changes what it names",
        at,
      };
    if (owner === "release" && isKnown(image.pullPolicy) && image.pullPolicy.known === null) return chartDecides(at);
    return pullsOf(image.pullPolicy, reference, at);
  });
}

function pullsOf(told: DeclaredImage["pullPolicy"], reference: ImageReference, at: readonly Span[]): Cell {
  if (!isKnown(told)) return { state: "unknown", why: told.unknown };
  const policy = told.known ?? defaultPullPolicy(reference);
  switch (policy) {
    case "Never":
      return { state: "unreached", detail: "imagePullPolicy Never: the kubelet does not pull" };
    case "Always":
      return { state: "open", republish: false, note: "Always", trigger: "pulled again at every start of a pod", at };
    case "IfNotPresent":
      return {
        state: "conditional",
        note: "new node",
        on: "every node has the image: one without it pulls what the tag names then",
        at,
      };
  }
}

function chartDecides(at: readonly Span[]): Cell {
  const text = "the values write no imagePullPolicy: what the chart sets is known only when it is rendered";
  return { state: "unknown", why: { code: "chart-not-rendered", text, at } };
}

function withReference(image: DeclaredImage, judge: (reference: ImageReference, at: readonly Span[]) => Cell): Cell {
  const told: Told<string> = image.reference;
  if (!isKnown(told)) return { state: "unknown", why: told.unknown };
  const reference = parseImage(told.known);
  if (reference !== undefined) return judge(reference, told.at);
  return { state: "unknown", why: { code: "type-mismatch", text: "the text is not an image reference", at: told.at } };
}
