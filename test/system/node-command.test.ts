import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const module = join(import.meta.dirname, "../../src/outside/node-services/node-command.ts");

/**
 * How a command of the node ends that looks whether it is in the mount namespace of the node's first process: begun by a process
 * that is in another, as one in a pod is. The first process is that of a PID namespace made for it.
 */
function endOf(root: string): string {
  const argv = ["sh", "-c", 'test "$(readlink /proc/self/ns/mnt)" = "$(readlink /proc/1/ns/mnt)"'];
  const script = `
    const { runOnNode } = await import(${JSON.stringify(module)});
    process.stdout.write(JSON.stringify(await runOnNode(${JSON.stringify({ root, argv, deadline: 10_000 })})));
  `;
  const inPod = ["unshare", "--mount", "--", process.execPath, "--input-type=module", "--eval", script];
  const first = ["--pid", "--ipc", "--uts", "--fork", "--mount-proc", "--", "sh", "-c", '"$@"; exit $?', "sh"];
  const { stdout, stderr } = spawnSync("unshare", [...first, ...inPod], { encoding: "utf8" });
  return stdout + stderr;
}

test("a command that a pod has run is in the namespaces of the node's first process", () => {
  expect([endOf("/proc/1/root"), endOf("/")]).toEqual([
    '{"end":"exit","code":0,"said":""}',
    '{"end":"exit","code":1,"said":""}',
  ]);
});
