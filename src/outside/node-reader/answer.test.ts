import { describe, expect, test } from "vitest";
import { incident } from "../../../test/builders/incident.ts";
import { readByPod, snapshotOf, ended, printed, untold } from "../../../test/builders/reading-by-pod.ts";
import type { ExecStep } from "../../model/kube-source.ts";
import { isKnown, known } from "../../model/told.ts";

describe("an answer that is not whole is none", () => {
  const whole = snapshotOf(incident().observation);
  const about = (code: number | null) => ({ status: code, said: null });
  const sameVersion = "name an image of this version of holdfast (--image)";
  test.each<[string, () => AsyncIterable<ExecStep>, string[]]>([
    [
      "the connection was cut",
      () =>
        printed(
          whole.subarray(0, 900),
          ended({ unknown: { code: "incomplete", text: "the connection was cut", at: [], ...about(null) } }),
        ),
      ["incomplete", "the connection was cut", "nothing"],
    ],
    [
      "it ended in the middle",
      () => printed(whole.subarray(0, 900)),
      ["incomplete", "what holdfast in the pod gave was cut off: it has no end", sameVersion],
    ],
    [
      "a byte is another",
      () =>
        printed(Buffer.concat([whole.subarray(0, -6), Buffer.from([~(whole.at(-6) ?? 0) & 255]), whole.subarray(-5)])),
      [
        "not-understood",
        "what holdfast in the pod gave is damaged, or was changed: it cannot be unpacked",
        sameVersion,
      ],
    ],
    [
      "it is of another node",
      () => printed(snapshotOf({ ...incident().observation, node: "w1" })),
      ["not-understood", "what holdfast in the pod gave is not of the node that was asked for", sameVersion],
    ],
    [
      "there is nothing, and the program says why",
      () => printed(Buffer.alloc(0), ended(known(2)), "holdfast: USAGE001: unknown command 'node-read'\n"),
      [
        "incomplete",
        "holdfast in the pod ended with code 2: holdfast: USAGE001: unknown command 'node-read'",
        sameVersion,
      ],
    ],
    [
      "it is something else",
      () => printed(Buffer.from("hello")),
      ["not-understood", "what holdfast in the pod gave is no snapshot", sameVersion],
    ],
  ])("%s", async (_, exec, expected) => {
    const outcome = await readByPod({ exec });
    expect([untold(outcome), outcome.asked]).toEqual([expected, expect.arrayContaining(["delete pod by its uid"])]);
  });

  test("and where the pod failed meanwhile, that is why", async () => {
    const message = "holdfast: USAGE001: unknown command 'node-wait'.\n";
    const terminated = { exitCode: 2, reason: "Error", message };
    const statusAfter = { phase: "Failed", containerStatuses: [{ name: "reader", state: { terminated } }] };
    const refusal = { code: "not-served", text: "status 500", at: [], ...about(500) } as const;
    const exec = () => printed(Buffer.alloc(0), ended({ unknown: refusal }));
    expect(untold(await readByPod({ exec, statusAfter }))).toEqual([
      "incomplete",
      "its container ended with code 2 (Error: holdfast: USAGE001: unknown command 'node-wait'.)",
      "name an image that has holdfast in its PATH (--image), of this version or near it",
    ]);
  });

  test("but one that is whole is, whatever the program's exit code", async () => {
    const { observation } = await readByPod({ exec: () => printed(whole, ended(known(2))) });
    expect(isKnown(observation.kernel)).toBe(true);
  });
});
