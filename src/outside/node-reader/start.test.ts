import { expect, test } from "vitest";
import { kubeSource, silence } from "../../../test/builders/kube-source.ts";
import { makePod } from "./start.ts";

test("where neither the pod's making nor a look at it got an answer, it is named: it may be there", async () => {
  const noAnswer = () => Promise.resolve({ unknown: silence });
  const request = { name: "holdfast-node-reader-1", namespace: "kube-system", node: "cp", image: "holdfast:1" };
  const made = await makePod(kubeSource({ create: noAnswer, get: noAnswer }), request, new AbortController().signal);
  expect(made).toEqual({
    unknown: {
      code: "timed-out",
      text: "it gave no answer; whether its pod kube-system/holdfast-node-reader-1 was made all the same could not be told",
      at: [],
      supply:
        "kubectl -n kube-system delete pod holdfast-node-reader-1; it ends by itself, and a later run of this removes it too",
    },
  });
});
