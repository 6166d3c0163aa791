import { expect, test } from "vitest";
import { healthyNode, incident } from "../../../test/builders/incident.ts";
import { detailOf, ledgersOf, without, type Ledgers } from "../../../test/builders/ledgers.ts";
import { portsReportOf } from "../../../test/builders/node-reports.ts";
import { portsText } from "./ports-text.ts";

function textOf(ledgers: Ledgers, port: number | null): string {
  return portsText(portsReportOf(ledgers, port));
}

const kernelGone = {
  code: "timed-out",
  text: "stuck at pid 1816 after 5 s",
  supply: "look at that process: cat /proc/1816/stat",
} as const;
const apiGone = { text: "no cluster is named: there is no kubeconfig", supply: "name one with --kubeconfig" } as const;

test("the incident: one port", () => {
  expect(textOf(incident(), 29_653)).toMatchInlineSnapshot(`
    "29653/tcp 127.0.0.1  held by an orphan
      pid 1816 livenessprobe  since 07:46:52Z (1 h 14 m)
      container liveness-probe 0130…  sandbox db17…  pod nfs-csi/csi-nfs-node-slq2j  uid f905…
      that pod is not in the API (listed at 09:00:39Z and 09:00:41Z, resourceVersion 1182733)
      wanted by nfs-csi/csi-nfs-node-4xk7p on this node: liveness-probe CrashLoopBackOff, 16 restarts,
        "F0517 09:00:12.1 main.go:133] listen tcp 127.0.0.1:29653: bind: address already in use"

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z

    do  holdfast recover nfs-csi/csi-nfs-node-4xk7p
          on cp: clears the orphan that holds its port, gives it a new uid, proves that it is Ready
    "
  `);
});

test("the incident: all ports", () => {
  expect(textOf(incident(), null)).toMatchInlineSnapshot(`
    "3 ports are held by orphans: 19809/tcp, 29652/tcp, 29653/tcp.

    19809/tcp 127.0.0.1  held by an orphan
      pid 1854 csi-node-driver  since 07:46:53Z (1 h 14 m)
      container node-driver-registrar 9c53…  sandbox db17…  pod nfs-csi/csi-nfs-node-slq2j  uid f905…
      that pod is not in the API (listed at 09:00:39Z and 09:00:41Z, resourceVersion 1182733)
      wanted by nfs-csi/csi-nfs-node-4xk7p on this node: node-driver-registrar CrashLoopBackOff, 15
        restarts, declares it as a host port (inferred)

    29652/tcp 127.0.0.1  held by an orphan
      pid 2210 livenessprobe  since 08:12:20Z (48 m)
      container liveness-probe c58d…  sandbox 80af…  pod nfs-csi/csi-nfs-controller-7d9c5b6f4-8xkzt
        uid f249…
      that pod is not in the API (listed at 09:00:39Z and 09:00:41Z, resourceVersion 1182733)

    29653/tcp 127.0.0.1  held by an orphan
      pid 1816 livenessprobe  since 07:46:52Z (1 h 14 m)
      container liveness-probe 0130…  sandbox db17…  pod nfs-csi/csi-nfs-node-slq2j  uid f905…
      that pod is not in the API (listed at 09:00:39Z and 09:00:41Z, resourceVersion 1182733)
      wanted by nfs-csi/csi-nfs-node-4xk7p on this node: liveness-probe CrashLoopBackOff, 16 restarts,
        "F0517 09:00:12.1 main.go:133] listen tcp 127.0.0.1:29653: bind: address already in use"

      22/tcp     0.0.0.0 ::  sshd (pid 480)        in no pod
      2379/tcp   127.0.0.1   etcd (pid 655)        kube-system/etcd-cp  static
      10248/tcp  127.0.0.1   kubelet (pid 512)     in no pod
      10250/tcp  ::          kubelet (pid 512)     in no pod
      10256/tcp  ::          kube-proxy (pid 901)  kube-system/kube-proxy-7f2kd  running

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z

    do  holdfast recover nfs-csi/csi-nfs-node-4xk7p
          on cp: clears the orphan that holds its port, gives it a new uid, proves that it is Ready
        holdfast sweep --enforce
          on cp: clears the orphan nfs-csi/csi-nfs-controller-7d9c5b6f4-8xkzt, which frees 29652/tcp,
            and asks before each step
    "
  `);
});

test("a healthy node", () => {
  expect(textOf(healthyNode(), null)).toMatchInlineSnapshot(`
    "No port of cp is held by an orphan: 5 are in use.

      22/tcp     0.0.0.0 ::  sshd (pid 480)        in no pod
      2379/tcp   127.0.0.1   etcd (pid 655)        kube-system/etcd-cp  static
      10248/tcp  127.0.0.1   kubelet (pid 512)     in no pod
      10250/tcp  ::          kubelet (pid 512)     in no pod
      10256/tcp  ::          kube-proxy (pid 901)  kube-system/kube-proxy-7f2kd  running

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z
    "
  `);
});

test("a port that a pod holds and another wants, and no other to tell of", () => {
  const ledgers = ledgersOf({
    pods: [
      {
        name: "nfs-csi/csi-nfs-controller-0",
        api: { owner: "ReplicaSet/csi-nfs-controller" },
        containers: [{ name: "liveness-probe", processes: [{ pid: 2210, listens: ["127.0.0.1:29652"] }] }],
      },
      {
        name: "nfs-csi/csi-nfs-controller-1",
        api: { owner: "ReplicaSet/csi-nfs-controller" },
        containers: [
          {
            name: "liveness-probe",
            api: {
              state: "waiting",
              ready: false,
              restarts: 2,
              message: "listen tcp 127.0.0.1:29652: bind: address already in use",
            },
          },
        ],
      },
    ],
  });
  expect(textOf(ledgers, null).split("\n")[0]).toBe("1 port is wanted by what does not run.");
});

test("a port that nobody listens on", () => {
  expect(textOf(healthyNode(), 29_653)).toMatchInlineSnapshot(`
    "29653/tcp  nobody listens on it
      it may be the port of a connection that goes out or waits in TIME_WAIT, or be bound by a socket
        that does not listen: /proc has no row of these. ss -tan 'sport = :29653' shows connections

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z
    "
  `);
});

test("the API was not told", () => {
  expect(textOf(without(without(incident(), "before", apiGone), "after", apiGone), 29_653)).toMatchInlineSnapshot(`
    "29653/tcp 127.0.0.1  held, and by what could not be told
      pid 1816 livenessprobe  since 07:46:52Z (1 h 14 m)
      container liveness-probe 0130…  sandbox db17…  pod nfs-csi/csi-nfs-node-slq2j  uid f905…
      what that pod is could not be told: no cluster is named: there is no kubeconfig; name one with
        --kubeconfig

      asked  containerd 2.1.4 at 09:00:40Z; kernel at 09:00:40Z
    ? not told: API https://10.0.0.1:6443: no cluster is named: there is no kubeconfig; name one with
        --kubeconfig
    "
  `);
});

test("the runtime was not told", () => {
  expect(textOf(without(incident(), "runtime", { text: "no container runtime was found" }), 29_653))
    .toMatchInlineSnapshot(`
    "29653/tcp 127.0.0.1  held, and by what could not be told
      pid 1816 livenessprobe  since 07:46:52Z (1 h 14 m)
      container 0130…  uid f905…
      what that pod is could not be told: no container runtime was found
      wanted by nfs-csi/csi-nfs-node-4xk7p on this node: liveness-probe CrashLoopBackOff, 16 restarts,
        "F0517 09:00:12.1 main.go:133] listen tcp 127.0.0.1:29653: bind: address already in use"

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; kernel at
        09:00:40Z
    ? not told: runtime: no container runtime was found
    "
  `);
});

test("the kernel was not told", () => {
  expect(textOf(without(incident(), "kernel", kernelGone), 29_653)).toMatchInlineSnapshot(`
    "29653/tcp  who listens on 29653 of cp could not be told
      wanted by nfs-csi/csi-nfs-node-4xk7p on this node: liveness-probe CrashLoopBackOff, 16 restarts,
        "F0517 09:00:12.1 main.go:133] listen tcp 127.0.0.1:29653: bind: address already in use"

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z
    ? not told: kernel: stuck at pid 1816 after 5 s; look at that process: cat /proc/1816/stat
    "
  `);
});

test("every other kind of holder", () => {
  const mapping = { protocol: "tcp", containerPort: 80, hostPort: 8080, hostIp: "" } as const;
  const ledgers = ledgersOf({
    pods: [
      { name: "kube-system/kube-proxy" },
      { name: "a/mapped", api: { hostNetwork: false }, detail: detailOf({ portMappings: [mapping] }) },
      {
        name: "a/gone",
        listed: "none",
        sandbox: { state: "not-ready" },
        containers: [{ processes: [] }],
        detail: detailOf({ portMappings: [{ ...mapping, hostPort: 8081 }] }),
      },
      {
        name: "a/runp",
        listed: "none",
        sandbox: { labelUid: null },
        containers: [{ processes: [{ pid: 60, listens: ["0.0.0.0:8082"] }] }],
      },
      {
        name: "a/orphan",
        listed: "none",
        containers: [
          {
            processes: [
              { pid: 77, listens: ["0.0.0.0:8083"], process: { state: "Z", thread: 79 } },
              { pid: 78, inherits: [7700] },
            ],
          },
        ],
      },
      {
        name: "a/late",
        api: { deletion: { at: "2026-05-16T08:00:00Z", graceSeconds: 30 } },
        containers: [{ processes: [{ pid: 91, inherits: [7700], listens: ["10.0.0.1:8084"] }] }],
      },
      {
        name: "a/waits",
        containers: [
          {
            processes: [],
            api: {
              state: "waiting",
              ready: false,
              restarts: 1,
              reason: "CrashLoopBackOff",
              message: "bind: address already in use 0.0.0.0:8085",
            },
          },
        ],
      },
    ],
    sockets: [{ port: 2049 }],
  });
  expect(textOf(ledgers, null)).toMatchInlineSnapshot(`
    "Of 2 ports it could not be told.

    8085/tcp  nobody listens on it, and yet it could not be bound
      wanted by a/waits on this node: main CrashLoopBackOff, 1 restart, "bind: address already in use
        0.0.0.0:8085"
      it may be the port of a connection that goes out or waits in TIME_WAIT, or be bound by a socket
        that does not listen: /proc has no row of these. ss -tan 'sport = :8085' shows connections

    8083/tcp 0.0.0.0  held by an orphan and by something else, through one socket
      pid 91 main  since 07:46:52Z (1 h 14 m)
      container main 00fc…  sandbox 1d95…  pod a/late  uid bc74…
      that pod is being deleted, and was to be gone at 2026-05-16 08:00:00Z (1 d 1 h late)
      pid 77 main (a zombie; its thread 79 lives) and 1 more  since 07:46:52Z (1 h 14 m)
      container main 3fae…  sandbox e309…  pod a/orphan  uid ce60…
      that pod is not in the API (listed at 09:00:39Z and 09:00:41Z, resourceVersion 1182733)

    8081/tcp  forwarded to a sandbox of which nothing lives
      forwarded by CNI's portmap (inferred): nothing listens on the host
      sandbox dbe9…  pod a/gone  uid 519c…
      that pod is not in the API, and nothing of it lives

    8082/tcp 0.0.0.0  held by a container that no kubelet made
      pid 60 main  since 07:46:52Z (1 h 14 m)
      container main ace5…  sandbox 92a3…  pod a/runp  uid 357f…
      no kubelet made it: its sandbox has none of the labels

      2049/tcp  0.0.0.0   held by no process of this node
      8080/tcp            held by a pod                    a/mapped  running
      8084/tcp  10.0.0.1  main (pid 91)                    a/late  overdue

      asked  API https://10.0.0.1:6443 at 09:00:39Z and 09:00:41Z, resourceVersion 1182733; containerd
        2.1.4 at 09:00:40Z; kernel at 09:00:40Z
    "
  `);
});
