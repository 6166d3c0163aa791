import { describe, expect } from "vitest";
import type { Bed } from "../testbed/bed.ts";
import { hasBed, test } from "../testbed/suite/cluster-test.ts";
import { execInPod, type InPod } from "../testbed/suite/exec-in-pod.ts";
import { startPod } from "../testbed/suite/pod.ts";

describe.skipIf(!hasBed)("a program in a pod, on a real kubelet", () => {
  test("takes input, and gives output, errors and exit code", async ({ bed, namespace }) => {
    const said = await podThatSays(bed, namespace);
    const program = 'read line; echo "took $line"; echo complaint >&2; exit 3';
    expect(await said({ command: ["sh", "-c", program], input: "a line\n" })).toEqual([
      String.raw`"took a line\n"`,
      String.raw`"complaint\n"`,
      "ended with 3",
    ]);
    expect(await said({ command: ["true"] })).toEqual(['""', '""', "ended with 0"]);
    const [much = ""] = await said({
      command: ["sh", "-c", "i=0; while [ $i -lt 20000 ]; do echo 0123456789abcdef; i=$((i+1)); done"],
    });
    expect(JSON.parse(much)).toBe("0123456789abcdef\n".repeat(20_000));
  });

  test("that is not there, or in no container, or not done in time, says so", async ({ bed, namespace }) => {
    const said = await podThatSays(bed, namespace);
    const [, , missing] = await said({ command: ["/no/such/program"] });
    expect(missing).toMatch(/^not-served: .*no such file or directory/);
    const [, , late] = await said({ command: ["sleep", "600"], deadline: 3000 });
    expect(late).toBe("timed-out: it was given up before the API server had answered");
    const [, , gone] = await said({ command: ["true"], name: "gone" });
    expect(gone).toBe('not-served: the API server refused with status 404: pods "gone" not found');
  });

  test("hears by its standard input when nobody listens any more", async ({ bed, namespace }) => {
    const said = await podThatSays(bed, namespace);
    const waiting = ["sh", "-c", "cat > /dev/null; touch /tmp/left"];
    expect((await said({ command: waiting, input: "", deadline: 3000 }))[2]).toMatch(/^timed-out: /);
    await expect
      .poll(() => said({ command: ["ls", "/tmp"] }), { timeout: 60_000, interval: 1_000 })
      .toEqual([String.raw`"left\n"`, '""', "ended with 0"]);
  });
});

/** What is said in a new pod of busybox. */
async function podThatSays(bed: Bed, namespace: string) {
  await startPod(bed, namespace, { name: "box", node: "w1", command: ["sleep", "3600"] });
  return (asked: Omit<InPod, "namespace" | "name"> & { readonly name?: string }): Promise<string[]> =>
    execInPod(bed, { namespace, name: "box", ...asked });
}
