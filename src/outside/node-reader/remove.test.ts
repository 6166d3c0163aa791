import { describe, expect, test } from "vitest";
import { readByPod, refused } from "../../../test/builders/reading-by-pod.ts";

describe("what is left", () => {
  const left = (name: string): string =>
    `the pod kube-system/${name}, through which the node was read, could not be removed: `;

  test("is told by what is there, where the deletion got no answer", async () => {
    const deleteAnswer = refused(null, null, "no answer came");
    expect((await readByPod({ deleteAnswer })).left).toEqual([]);
    const { left: stayed } = await readByPod({ deleteAnswer, stay: () => true });
    expect(stayed.map(({ text }) => text.replace(/reader-[0-9a-f]{10}/, "reader-1"))).toEqual([
      `${left("holdfast-node-reader-1")}no answer came`,
    ]);
  });

  test("is told where the pod stays", async () => {
    const outcome = await readByPod({ stay: () => true });
    expect(outcome.left.map(({ text }) => text.replace(/-[0-9a-f]{10},/, "-1,"))).toEqual([
      `${left("holdfast-node-reader-1")}it is still there 15 s after it was deleted`,
    ]);
  });

  test("of earlier runs is removed, if it is older than any reader gets", async () => {
    const outcome = await readByPod({
      earlier: { old: 301, stuck: 4000, young: 299 },
      stay: (name) => name === "stuck",
    });
    expect(outcome.asked.filter((line) => line.startsWith("delete"))).toEqual([
      "delete pod by its uid",
      "delete old by its uid",
      "delete stuck by its uid",
    ]);
    expect(outcome.left.map(({ text }) => text)).toEqual([
      `${left("stuck")}it is still there 15 s after it was deleted`,
    ]);
  });
});
