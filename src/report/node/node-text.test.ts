import { expect, test } from "vitest";
import { healthyNode, incident } from "../../../test/builders/incident.ts";
import { ledgersOf, without, type Ledgers } from "../../../test/builders/ledgers.ts";
import { nodeReportOf } from "../../../test/builders/node-reports.ts";
import { nodeText } from "./node-text.ts";

function textOf(ledgers: Ledgers): string {
  return nodeText(nodeReportOf(ledgers));
}

test("the incident", () => {
  expect(textOf(incident())).toMatchInlineSnapshot(`
    "3 of 7 pods on cp are orphans: alive here, and not in the API. 1 pod to look at.

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z

      pod                                         API             runtime  processes  host ports
    ✖ nfs-csi/csi-nfs-controller-7d9c5b6f4-8xkzt  absent          ready    2          29652
        orphan: that pod is not in the API; its oldest process is 48 m old
    ✖ nfs-csi/csi-nfs-controller-7d9c5b6f4-q2w8m  absent          ready    1
        orphan: that pod is not in the API; its oldest process is 48 m old
    ✖ nfs-csi/csi-nfs-node-slq2j                  absent          ready    3          19809 29653
        orphan: that pod is not in the API; its oldest process is 1 h 14 m old
    ◐ nfs-csi/csi-nfs-node-4xk7p                  Running         ready    1
        liveness-probe CrashLoopBackOff, 16 restarts
        node-driver-registrar CrashLoopBackOff, 15 restarts
    ✔ kube-system/coredns-5d78c9869d-2v9xk        Running         ready    1
    ✔ kube-system/etcd-cp                         Running static  ready    1          2379
    ✔ kube-system/kube-proxy-7f2kd                Running         ready    1          10256

    do  holdfast sweep --enforce  on cp: clears 3 orphans, and asks before each step
    "
  `);
});

test("records of what died are no pods", () => {
  const dead = { name: "a/b", listed: "none", containers: [], sandbox: { state: "not-ready" } } as const;
  const orphan = { name: "a/c", listed: "none" } as const;
  const firstLine = (...pods: Parameters<typeof ledgersOf>[0]["pods"]) => textOf(ledgersOf({ pods })).split("\n")[0];
  expect([firstLine(dead, orphan, { name: "a/d" }), firstLine(dead, { name: "a/d" }), firstLine(dead)]).toEqual([
    "1 of 2 pods on cp is an orphan: alive here, and not in the API.",
    "API, runtime and kernel agree about the only pod on cp.",
    "What runs on cp could not be told.",
  ]);
});

test("what runtime and kernel were not told for is said once", () => {
  const reason = { text: "cp could not be read through a pod: its image is not there", supply: "name another" };
  expect(textOf(without(without(incident(), "runtime", reason), "kernel", reason)).match(/^\?.*$/gm)?.[0]).toBe(
    "? not told: runtime and kernel: cp could not be read through a pod: its image is not there; name",
  );
  const other = { text: "no right to look" };
  expect(textOf(without(without(incident(), "runtime", reason), "kernel", other)).match(/not told: \w+/g)).toEqual([
    "not told: runtime",
    "not told: kernel",
  ]);
});

test("a healthy node", () => {
  expect(textOf(healthyNode())).toMatchInlineSnapshot(`
    "API, runtime and kernel agree about all 3 pods on cp.

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z

      pod                                   API             runtime  processes  host ports
    ✔ kube-system/coredns-5d78c9869d-2v9xk  Running         ready    1
    ✔ kube-system/etcd-cp                   Running static  ready    1          2379
    ✔ kube-system/kube-proxy-7f2kd          Running         ready    1          10256
    "
  `);
});

test("the API was not told", () => {
  const reason = { text: "no cluster is named: there is no kubeconfig", supply: "name one with --kubeconfig" };
  expect(textOf(without(without(incident(), "before", reason), "after", reason))).toMatchInlineSnapshot(`
    "7 pods could not be told.

      asked  containerd 2.1.4 at 09:00:40Z; kernel at 09:00:40Z
    ? not told: API https://10.0.0.1:6443: no cluster is named: there is no kubeconfig; name one with
        --kubeconfig

      pod                                         API  runtime  processes  host ports
    ? kube-system/coredns-5d78c9869d-2v9xk        ?    ready    1
    ? kube-system/kube-proxy-7f2kd                ?    ready    1          10256
    ? nfs-csi/csi-nfs-controller-7d9c5b6f4-8xkzt  ?    ready    2          29652
    ? nfs-csi/csi-nfs-controller-7d9c5b6f4-q2w8m  ?    ready    1
    ? nfs-csi/csi-nfs-node-4xk7p                  ?    ready    1
    ? nfs-csi/csi-nfs-node-slq2j                  ?    ready    3          19809 29653
    ? kube-system/etcd-cp                         ?    ready    1          2379
    "
  `);
});

test("the runtime was not told", () => {
  expect(textOf(without(incident(), "runtime", { text: "no container runtime was found" }))).toMatchInlineSnapshot(`
    "7 pods could not be told.

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; kernel at
        09:00:40Z
    ? not told: runtime: no container runtime was found

      pod                                   API             runtime  processes  host ports
    ? uid 6ee5…                             absent          ?        1
    ? uid f249…                             absent          ?        2          29652
    ? uid f905…                             absent          ?        3          19809 29653
    ? kube-system/coredns-5d78c9869d-2v9xk  Running         ?        1
    ? kube-system/etcd-cp                   Running static  ?        1          2379
    ? kube-system/kube-proxy-7f2kd          Running         ?        1          10256
    ? nfs-csi/csi-nfs-node-4xk7p            Running         ?        1
        liveness-probe CrashLoopBackOff, 16 restarts
        node-driver-registrar CrashLoopBackOff, 15 restarts
    "
  `);
});

test("the kernel was not told", () => {
  expect(textOf(without(healthyNode(), "kernel", { text: "stuck at pid 1816 after 5 s" }))).toMatchInlineSnapshot(`
    "3 pods could not be told.

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z
    ? not told: kernel: stuck at pid 1816 after 5 s

      pod                                   API             runtime  processes  host ports
    ? kube-system/coredns-5d78c9869d-2v9xk  Running         ready    ?
    ? kube-system/etcd-cp                   Running static  ready    ?
    ? kube-system/kube-proxy-7f2kd          Running         ready    ?
    "
  `);
});

test("no process tells the kubelet's cgroup root: nothing is fine", () => {
  const facts = { pods: [{ name: "a/b", containers: [{ processes: [], runtime: { state: "running" as const } }] }] };
  expect(textOf(ledgersOf({ ...facts, host: [{ pid: 5 }] }))).toMatchInlineSnapshot(`
    "1 pod could not be told.
    ? no process is in the cgroup of a pod that the API has on this node; name it with --cgroup-root

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z

      pod  API      runtime  processes  host ports
    ? a/b  Running  ready    ?
    "
  `);
});

test("the wrong cluster", () => {
  const pods = Array.from({ length: 5 }, (_, index) => ({ name: `apps/pod-${index}`, listed: "none" as const }));
  expect(textOf(ledgersOf({ pods }))).toMatchInlineSnapshot(`
    "5 pods could not be told.
    ? the wrong cluster? 5 of 5 pods that live here would be orphans: the API server has 0 of them,
        and listed 0; name the right cluster (--kubeconfig, --context), and the node as the API has it

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z

      pod         API     runtime  processes  host ports
    ? apps/pod-0  absent  ready    1
    ? apps/pod-1  absent  ready    1
    ? apps/pod-2  absent  ready    1
    ? apps/pod-3  absent  ready    1
    ? apps/pod-4  absent  ready    1
    "
  `);
});

test("pods that are on their way, stuck, somewhere else, or no kubelet's", () => {
  const deletion = (at: string) => ({ deletion: { at: `2026-05-17T${at}Z`, graceSeconds: 30 } });
  const ledgers = ledgersOf({
    pods: [
      { name: "a/running" },
      { name: "a/terminating", api: deletion("09:01:00") },
      { name: "a/overdue", api: deletion("08:00:00") },
      { name: "a/evicted", api: { phase: "Failed" } },
      { name: "a/moved", api: { node: "w1" } },
      { name: "a/deleted-meanwhile", listed: "before" },
      { name: "a/runp", listed: "none", sandbox: { labelUid: null } },
      { name: "a/dead", listed: "none", containers: [{ processes: [] }], sandbox: { state: "not-ready" } },
      {
        name: "a/starting",
        sandbox: null,
        containers: [{ processes: [], api: { state: "waiting", ready: false, reason: "ContainerCreating" } }],
      },
    ],
  });
  expect(textOf(ledgers)).toMatchInlineSnapshot(`
    "3 pods of which the ledgers disagree. 2 pods to look at. 1 pod could not be told.

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z

      pod                  API          runtime    processes  host ports
    ✖ a/evicted            Failed       ready      1
        the API says that it ended, and it lives here
    ✖ a/moved              on w1        ready      1
        the API has that pod on node w1
        the API has it on another node, and it lives here
    ✖ a/overdue            overdue      ready      1
        that pod is being deleted, and was to be gone at 08:00:00Z (1 h 1 m late)
        its deletion is overdue, and it lives here
    ? a/deleted-meanwhile  Running      ready      1
        what that pod is could not be told: the API had it before the node was read and not after:
          deleted meanwhile; look again
    ◐ a/runp               absent       ready      1
        no kubelet made it: its sandbox has none of the labels
    ◐ a/starting           Running      absent     0
        main ContainerCreating, 0 restarts
    ✔ a/dead               absent       not-ready  0
    ✔ a/running            Running      ready      1
    ✔ a/terminating        terminating  ready      1
    "
  `);
});

test("many that agree are folded, and --all shows them", () => {
  const pods = Array.from({ length: 30 }, (_, index) => ({ name: `apps/pod-${String(index).padStart(2, "0")}` }));
  const report = nodeReportOf(ledgersOf({ pods }));
  expect(nodeText(report).trimEnd().split("\n").at(-1)).toBe("… 10 more, all agree: --all shows them");
  expect(nodeText(report, { all: true })).toContain("✔ apps/pod-29");
});
