import type { KubeReason, KubeSource } from "../../model/kube-source.ts";
import { isSilent } from "../../model/told.ts";

/** The API server, which is not asked for another list once it gave no answer to one: each would take its whole deadline. */
export function untilSilent(kube: KubeSource): KubeSource {
  let silent: KubeReason | null = null;
  return {
    ...kube,
    list: async function* (kind, options) {
      if (silent !== null) {
        yield { step: "failed", reason: { ...silent, text: `not asked any more: ${silent.text}` } };
        return;
      }
      for await (const step of kube.list(kind, options)) {
        if (step.step === "failed" && isSilent(step.reason)) silent = step.reason;
        yield step;
      }
    },
  };
}
