import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The night on a real cluster on this machine (test/testbed; needs root), and the questions of `npm run demo` asked where it
 * happened: on its control plane's node. The cluster is gone afterwards, whatever happens.
 */
const bed = ["--name", `demo-${process.pid}`];
const onNode = [process.execPath, `${process.cwd()}/bin/holdfast.js`];

function testbed(...args: readonly string[]): number {
  const { status } = spawnSync(process.execPath, ["test/testbed/main.ts", ...args], { stdio: "inherit" });
  return status ?? 2;
}

/** @param exitCode 1: an orphan is found */
function ask(title: string, exitCode: 0 | 1, ...command: readonly string[]): boolean {
  process.stdout.write(`\n# ${title}\n$ holdfast ${command.join(" ")}\n\n`);
  const status = testbed("exec", ...bed, "cp", "--", ...onNode, ...command);
  if (status !== exitCode)
    process.stderr.write(`demo: holdfast ${command[0]} ended with ${status}, and ${exitCode} was expected\n`);
  return status === exitCode;
}

/** What is left is no orphan before its oldest process is a minute old, and on a fast machine the night takes less. */
async function waitUntilBelieved(): Promise<true> {
  process.stderr.write("demo: waiting until what is left is old enough to be told as orphans: 60 s\n");
  const look = ["test/testbed/main.ts", "exec", ...bed, "cp", "--", ...onNode, "node"];
  for (const end = performance.now() + 180_000; performance.now() < end; await sleep(2000)) {
    const { status, stdout } = spawnSync(process.execPath, look, { encoding: "utf8" });
    if (status === 1 && stdout.startsWith("3 of ")) break;
  }
  return true;
}

const isAsExpected =
  testbed("up", ...bed, "--workers", "1") === 0 &&
  testbed("incident", ...bed, "--until", "upgraded") === 0 &&
  ask("The chart moved. Who holds the port that its second controller cannot bind?", 0, "ports", "29652") &&
  testbed("incident", ...bed) === 0 &&
  (await waitUntilBelieved()) &&
  ask("helm rollback said success. Who holds the port that the storage driver cannot bind?", 1, "ports", "29653") &&
  ask("What lives on the node, and is not in the API?", 1, "node");
const isGone = testbed("down", ...bed) === 0;
process.exitCode = isAsExpected && isGone ? 0 : 1;
