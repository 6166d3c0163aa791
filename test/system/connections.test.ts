import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unifiedMount } from "../builders/pod-cgroups.ts";

const missing = [
  ...(process.getuid?.() === 0 ? [] : ["root"]),
  ...(unifiedMount === null ? ["the unified cgroup hierarchy"] : []),
  ...(existsSync("/usr/bin/python3") ? [] : ["python3"]),
];
if (missing.length > 0) console.log(`The tests of connections are left out, for want of ${missing.join(", ")}`);

test("what the tests of connections need is there where the suite must be whole", () => {
  expect(process.env["CI"] === "true" ? missing : []).toEqual([]);
});

/** In namespaces whose pid 1 is a shell; all in them ends with it. */
function told(root: string): unknown {
  const inside = 'ip link set lo up && "$0" "$1" "$2"; exit $?';
  const unshare = ["--pid", "--net", "--fork", "--kill-child", "--mount-proc", "sh", "-c", inside];
  const args = [...unshare, process.execPath, join(import.meta.dirname, "connections-in-node.ts"), root];
  return JSON.parse(execFileSync("unshare", args, { encoding: "utf8", timeout: 60_000, killSignal: "SIGKILL" }));
}

const living = "a5ea884f-9e60-4912-bd62-fef9a31db47a";
const from = (role: string): string =>
  `plugin socket ${living}: has a connection from python3 (${role}, pod uid ${living}) at`;

// The root of pid 1 is how a pod with hostPID sees its node.
test.skipIf(missing.length > 0).each(["/", "/proc/1/root"])(
  "kubelets are those at the runtime's socket, and a leftover serves those of other pods, and who is not known: below %s",
  (root) => {
    expect(told(root)).toEqual({
      peers: {
        runtime: "runtime",
        clients: ["agent", "crictl", "far-client", "far-kubelet", "kubelet", "second-kubelet"],
        kubelets: ["far-kubelet", "kubelet", "second-kubelet"],
      },
      serving: [
        ...(existsSync("/dev/fuse") ? ["plugin fuse -: holds /dev/fuse open"] : []),
        "plugin socket -: has a connection from 127.0.0.1:CLIENT at port 29652, and whose that is could not be told",
        `${from("client")} port 29652`,
        `${from("far-registrar")} FOLDER/csi.sock`,
        `${from("registrar")} FOLDER/csi.sock`,
      ],
    });
  },
);
