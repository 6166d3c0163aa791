import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { describeBed } from "../testbed/bed.ts";
import { findPrograms } from "../testbed/build/programs.ts";
import { endBed } from "../testbed/down.ts";
import { readJournal } from "../testbed/journal.ts";
import { hasBed } from "../testbed/suite/cluster-test.ts";
import { lookAtMachine, type Marks } from "../testbed/suite/machine.ts";
import { until } from "../testbed/until.ts";

/** Beds of their own: the control plane's node and a worker. */
describe.skipIf(!hasBed)("a bed leaves nothing behind", () => {
  test("after down, whatever ran in it", async () => {
    const bed = smallBed();
    const before = await lookAtMachine(bed.marks);
    expect(await bed.testbed("up", "--workers=1")).toBe(0);
    for (const host of [true, false]) expect(await bed.testbed("kubectl", "--", ...runPod(host))).toBe(0);
    await bed.testbed("kubectl", "wait", "pod", "--all", "--for=condition=Ready", "--timeout=60s");
    await bed.testbed("fault", "w1", "kill", "on");
    const during = await lookAtMachine(bed.marks);
    expect(during.processes.join("\n")).toMatch(/kubelet[^]*sleep 1234/);
    expect(await bed.testbed("down")).toBe(0);
    expect(await lookAtMachine(bed.marks)).toEqual(before);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("after %s at any time", async (signal) => {
    for (const moment of moments) {
      const bed = smallBed();
      const before = await lookAtMachine(bed.marks);
      const up = bed.start("up", "--workers=1");
      await reached(bed, moment, up);
      up.kill(signal);
      await once(up, "close");
      expect(up.exitCode).toBe(signal === "SIGINT" ? 130 : 143);
      expect(await lookAtMachine(bed.marks)).toEqual(before);
    }
  });

  test("after kill -9 at any time, and down", async () => {
    for (const moment of moments) {
      const bed = smallBed();
      const before = await lookAtMachine(bed.marks);
      const up = bed.start("up", "--workers=1");
      await reached(bed, moment, up);
      up.kill("SIGKILL");
      await once(up, "close");
      expect(await lookAtMachine(bed.marks)).not.toEqual(before);
      expect(await bed.testbed("down")).toBe(0);
      expect(await lookAtMachine(bed.marks)).toEqual(before);
    }
  });

  test("after the process that it is guarded for was killed", async () => {
    const bed = smallBed();
    const before = await lookAtMachine(bed.marks);
    const program = `import { guardBed } from "${guard}"; guardBed("${bed.directory}"); process.stdin.resume();`;
    const owner = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
      stdio: ["pipe", "ignore", "inherit"],
    });
    expect(await bed.testbed("up", "--workers=0")).toBe(0);
    owner.kill("SIGKILL");
    await until("the bed to be gone", () => ({ done: !existsSync(bed.directory), saw: "it is there" }));
    expect(await lookAtMachine(bed.marks)).toEqual(before);
  });
});

/** How many lines the journal has: in the networks, in the control plane, in the nodes, all started. */
const moments = [1, 3, 5, 27];

interface SmallBed {
  readonly directory: string;
  readonly marks: Marks;
  start(...args: string[]): ChildProcess;
  /** Runs a command to its end; gives its exit code. */
  testbed(...args: string[]): Promise<number | null>;
}

function smallBed(): SmallBed {
  const name = `leaves-nothing-${randomBytes(4).toString("hex")}`;
  const beds = "/var/tmp/holdfast-testbed";
  const { programs } = findPrograms();
  const { directory, token } = describeBed(join(beds, name), { workers: 1, runtime: "containerd-2", programs });
  const variable = `HOLDFAST_TESTBED_MARK=${name}`;
  const start = (command = "", ...args: string[]): ChildProcess => {
    const child = spawn(process.execPath, [main, command, `--name=${name}`, ...args], {
      env: { ...process.env, HOLDFAST_TESTBED_MARK: name },
      stdio: ["ignore", "ignore", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    return child;
  };
  onTestFinished(() => endBed(directory));
  const testbed = async (...args: string[]): Promise<number | null> => {
    const child = start(...args);
    await once(child, "close");
    return child.exitCode;
  };
  return { directory, marks: { variable, directory, token }, start, testbed };
}

const main = join(import.meta.dirname, "../testbed/main.ts");
const guard = join(import.meta.dirname, "../testbed/suite/guard.ts");

async function reached({ directory }: SmallBed, lines: number, up: ChildProcess): Promise<void> {
  await until(
    `${lines} lines in the journal`,
    () => {
      if (up.exitCode !== null) throw new Error(`up ended with ${up.exitCode}`);
      const count = existsSync(directory) ? readJournal(directory).length : 0;
      return { done: count >= lines, saw: `${count}` };
    },
    { every: 10 },
  );
}

/** Arguments of kubectl for a pod on the worker. */
function runPod(hostNetwork: boolean): string[] {
  const overrides = JSON.stringify({ apiVersion: "v1", spec: { hostNetwork, terminationGracePeriodSeconds: 0 } });
  const name = hostNetwork ? "on-host" : "on-network";
  return ["run", name, "--image=busybox:1.36", `--overrides=${overrides}`, "--command", "--", "sleep", "1234"];
}
