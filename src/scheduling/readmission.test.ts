import { describe, expect, test } from "vitest";
import {
  nodePods,
  servedNode,
  servedPod,
  type ServedNodeFacts,
  type ServedPodFacts,
} from "../../test/builders/served-scheduling.ts";
import { notReadmitted, sentenceOf } from "./readmission.ts";

/** What is said of these pods, in one line each. */
function said(node: ServedNodeFacts, pods: readonly object[]): readonly string[] {
  return notReadmitted(nodePods(servedNode(node), pods)).map(sentenceOf);
}

const at = (second: number): object => ({
  creationTimestamp: `2026-05-17T08:00:${String(second).padStart(2, "0")}Z`,
});
const asks = (requests: object, rest: object = {}): object => ({ name: "main", resources: { requests }, ...rest });
const spec = (rest: object): ServedPodFacts => ({ spec: rest });
const critical = { priority: 2_000_001_000, priorityClassName: "system-node-critical" };
const mirror = {
  annotations: {
    "kubernetes.io/config.hash": "9a07",
    "kubernetes.io/config.mirror": "9a07",
    "kubernetes.io/config.source": "file",
  },
};
const staticPod = {
  uid: "9a07",
  annotations: { "kubernetes.io/config.hash": "9a07", "kubernetes.io/config.source": "file" },
};

test("a healthy node: none", () => {
  const pods = [
    servedPod("a", spec({ containers: [asks({ cpu: "2", memory: "4Gi" })] })),
    servedPod("b", spec({ containers: [asks({ cpu: "2", memory: "4Gi" })], nodeSelector: { disk: "ssd" } })),
  ];
  expect(said({ labels: { disk: "ssd" } }, pods)).toEqual([]);
});

// [kubernetes v1.36.3, pkg/kubelet/lifecycle/predicate.go, generalFilter]
describe("one pod and the node", () => {
  const need = (matchExpressions: object[], matchFields: object[] = []): object => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions, matchFields }] },
      },
    },
  });
  const terms = (...nodeSelectorTerms: object[]): object => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
  const labels = { disk: "ssd", size: "12" };
  const gone = { key: "gone", effect: "NoExecute" };
  const noExecute = ["default/a (TaintToleration: it does not tolerate the taint gone:NoExecute)"];
  const affinity = ["default/a (NodeAffinity: its node selector or affinity is not for this node)"];
  const nothing: readonly string[] = [];

  test.each<[string, object, ServedNodeFacts, readonly string[]]>([
    ["a node selector that matches", { nodeSelector: { disk: "ssd" } }, { labels }, nothing],
    ["one of another value", { nodeSelector: { disk: "hdd" } }, { labels }, affinity],
    ["one whose label is gone", { nodeSelector: { disk: "ssd" } }, {}, affinity],
    ["In", need([{ key: "disk", operator: "In", values: ["hdd", "ssd"] }]), { labels }, nothing],
    ["not In", need([{ key: "disk", operator: "In", values: ["hdd"] }]), { labels }, affinity],
    ["NotIn", need([{ key: "disk", operator: "NotIn", values: ["hdd"] }]), { labels }, nothing],
    ["NotIn without the label", need([{ key: "disk", operator: "NotIn", values: ["hdd"] }]), {}, nothing],
    ["not NotIn", need([{ key: "disk", operator: "NotIn", values: ["ssd"] }]), { labels }, affinity],
    ["Exists", need([{ key: "disk", operator: "Exists" }]), { labels }, nothing],
    ["not Exists", need([{ key: "disk", operator: "Exists" }]), {}, affinity],
    ["DoesNotExist", need([{ key: "disk", operator: "DoesNotExist" }]), {}, nothing],
    ["not DoesNotExist", need([{ key: "disk", operator: "DoesNotExist" }]), { labels }, affinity],
    ["Gt", need([{ key: "size", operator: "Gt", values: ["9"] }]), { labels }, nothing],
    ["not Gt", need([{ key: "size", operator: "Gt", values: ["12"] }]), { labels }, affinity],
    ["Lt", need([{ key: "size", operator: "Lt", values: ["100"] }]), { labels }, nothing],
    ["Lt of a word", need([{ key: "disk", operator: "Lt", values: ["100"] }]), { labels }, affinity],
    ["an operator that is none", need([{ key: "disk", operator: "Is", values: ["ssd"] }]), { labels }, affinity],
    [
      "a value that no label can have spoils its term",
      need([{ key: "disk", operator: "In", values: ["ssd", "a b"] }]),
      { labels },
      affinity,
    ],
    ["the node by its name", need([], [{ key: "metadata.name", operator: "In", values: ["cp"] }]), {}, nothing],
    ["another by its name", need([], [{ key: "metadata.name", operator: "In", values: ["w1"] }]), {}, affinity],
    ["one of two terms", terms({ matchExpressions: [{ key: "no", operator: "Exists" }] }, need([]), {}), {}, affinity],
    [
      "the other of two terms",
      terms(
        { matchExpressions: [{ key: "no", operator: "Exists" }] },
        { matchExpressions: [{ key: "disk", operator: "Exists" }] },
      ),
      { labels },
      nothing,
    ],
    ["no terms at all", terms(), { labels }, affinity],
    ["an empty term", terms({}), { labels }, affinity],
    [
      "the label of the system, which the kubelet sets itself",
      { nodeSelector: { "kubernetes.io/os": "linux" } },
      { labels: { "kubernetes.io/os": "plan9" } },
      nothing,
    ],
    [
      "and as it is served, where nothing else is against the pod",
      { nodeSelector: { "kubernetes.io/os": "plan9" } },
      { labels: { "kubernetes.io/os": "plan9" } },
      nothing,
    ],
    [
      "but not where something is",
      { nodeSelector: { "kubernetes.io/os": "plan9" } },
      { labels: { "kubernetes.io/os": "plan9" }, taints: [gone] },
      [
        "default/a (NodeAffinity: its node selector or affinity is not for this node; " +
          "it does not tolerate the taint gone:NoExecute)",
      ],
    ],
    ["another node's pod", { nodeName: "w1" }, {}, ["default/a (NodeName: it is of another node)"]],
    ["spec.os", { os: { name: "windows" } }, {}, ["default/a (PodOSNotSupported: its spec.os is not linux)"]],
    ["NoExecute", {}, { taints: [gone] }, noExecute],
    ["NoExecute of a value", { tolerations: [{ key: "gone", value: "x" }] }, { taints: [gone] }, noExecute],
    ["NoExecute, tolerated", { tolerations: [{ key: "gone", operator: "Exists" }] }, { taints: [gone] }, nothing],
    ["all is tolerated", { tolerations: [{ operator: "Exists" }] }, { taints: [gone] }, nothing],
    [
      "for some seconds",
      { tolerations: [{ key: "gone", effect: "NoExecute", tolerationSeconds: 1 }] },
      { taints: [gone] },
      nothing,
    ],
    [
      "another effect is tolerated",
      { tolerations: [{ key: "gone", operator: "Exists", effect: "NoSchedule" }] },
      { taints: [gone] },
      noExecute,
    ],
    ["NoSchedule does not count", {}, { taints: [{ key: "gone", effect: "NoSchedule" }] }, nothing],
    [
      "groups that the node cannot keep apart",
      { securityContext: { supplementalGroupsPolicy: "Strict" } },
      {},
      [
        "default/a (SupplementalGroupsPolicyNotSupported: it wants supplementalGroupsPolicy Strict, which the node lacks)",
      ],
    ],
    [
      "and that it can",
      { securityContext: { supplementalGroupsPolicy: "Strict" } },
      { features: { supplementalGroupsPolicy: true } },
      nothing,
    ],
  ])("%s", (_, pod, node, expected) => expect(said(node, [servedPod("a", { spec: pod })])).toEqual(expected));

  test("the pod's own label of the system", () => {
    const pod = servedPod("a", { metadata: { labels: { "kubernetes.io/os": "windows" } } });
    expect(said({}, [pod])).toEqual([
      "default/a (PodOSSelectorNodeLabelDoesNotMatch: its label kubernetes.io/os is not linux)",
    ]);
  });

  test("all that is against it is told, in the kubelet's order", () => {
    const pod = servedPod("a", spec({ containers: [asks({ cpu: "5" })], nodeSelector: { disk: "ssd" } }));
    expect(said({ taints: [gone] }, [pod])).toEqual([
      "default/a (OutOfcpu: it asks for 5000m of cpu, and 0m of 4000m are taken; " +
        "its node selector or affinity is not for this node; it does not tolerate the taint gone:NoExecute)",
    ]);
  });
});

// [component-helpers v0.36.3, resource/helpers.go; kubernetes v1.36.3, pkg/scheduler/framework/plugins/noderesources/fit.go]
describe("what a pod asks for", () => {
  const cpu = (amount: string, name = "main"): object => ({ name, resources: { requests: { cpu: amount } } });
  const sidecar = (amount: string, name: string): object => ({ ...cpu(amount, name), restartPolicy: "Always" });
  const status = (...containerStatuses: object[]): object => ({ containerStatuses });

  test.each<[string, ServedPodFacts, string | null]>([
    ["as much as there is", spec({ containers: [cpu("4")] }), null],
    ["a thousandth more", spec({ containers: [cpu("4001m")] }), "4001m"],
    ["a billionth more", spec({ containers: [cpu("4.000000001")] }), "4001m"],
    ["together", spec({ containers: [cpu("2"), cpu("3", "b")] }), "5000m"],
    ["an init container alone", spec({ initContainers: [cpu("5", "i")], containers: [cpu("1")] }), "5000m"],
    ["init containers are one after another", spec({ initContainers: [cpu("3", "i"), cpu("3", "j")] }), null],
    ["a sidecar beside the others", spec({ initContainers: [sidecar("2", "s")], containers: [cpu("3")] }), "5000m"],
    ["an init container beside a sidecar", spec({ initContainers: [sidecar("2", "s"), cpu("3", "i")] }), "5000m"],
    ["and before it", spec({ initContainers: [cpu("3", "i"), sidecar("2", "s")] }), null],
    ["overhead", spec({ containers: [cpu("3")], overhead: { cpu: "1500m" } }), "4500m"],
    ["as a whole", spec({ containers: [cpu("1")], resources: { requests: { cpu: "6" } } }), "6000m"],
    ["as a whole, less", spec({ containers: [cpu("9")], resources: { requests: { cpu: "1" } } }), null],
    ["what cannot be asked as a whole", spec({ resources: { requests: { "example.com/gpu": "9" } } }), null],
    ["what the node does not count", spec({ containers: [asks({ "example.com/gpu": "9" })] }), null],
    ["a limit is no request", spec({ containers: [{ name: "main", resources: { limits: { cpu: "9" } } }] }), null],
    [
      "what it was given, and not what it asks for since",
      { spec: { containers: [cpu("9")] }, status: status({ name: "main", allocatedResources: { cpu: "1" } }) },
      null,
    ],
    [
      "what it was given, and not what it asked for before",
      { spec: { containers: [cpu("1")] }, status: status({ name: "main", allocatedResources: { cpu: "9" } }) },
      "9000m",
    ],
    [
      "what it was given as a whole, without the overhead that is counted in",
      {
        spec: { resources: { requests: { cpu: "9" } }, overhead: { cpu: "1" } },
        status: { allocatedResources: { cpu: "5" } },
      },
      "5000m",
    ],
  ])("%s", (_, facts, asked) => {
    const text = `default/a (OutOfcpu: it asks for ${asked} of cpu, and 0m of 4000m are taken)`;
    expect(said({}, [servedPod("a", facts)])).toEqual(asked === null ? [] : [text]);
  });

  test.each<[string, object, ServedNodeFacts["allocatable"], string]>([
    [
      "memory",
      { memory: "8193Mi" },
      {},
      "OutOfmemory: it asks for 8590983168 of memory, and 0 of 8589934592 are taken",
    ],
    [
      "ephemeral storage",
      { "ephemeral-storage": "11Gi" },
      {},
      "OutOfephemeral-storage: it asks for 11811160064 of ephemeral-storage, and 0 of 10737418240 are taken",
    ],
    [
      "devices",
      { "example.com/gpu": "2" },
      { "example.com/gpu": "1" },
      "OutOfexample.com/gpu: it asks for 2 of example.com/gpu, and 0 of 1 are taken",
    ],
    [
      "huge pages that the node has none of",
      { "hugepages-2Mi": "4Mi" },
      {},
      "OutOfhugepages-2Mi: it asks for 4194304 of hugepages-2Mi, and 0 of 0 are taken",
    ],
  ])("%s", (_, requests, allocatable = {}, text) => {
    const pod = servedPod("a", { spec: { containers: [asks(requests)] } });
    expect(said({ allocatable }, [pod])).toEqual([`default/a (${text})`]);
  });

  test("devices of a claim are not the node's to give", () => {
    const requestMappings = [{ containerName: "main", resourceName: "example.com/gpu", requestName: "r" }];
    const pod = servedPod("a", {
      spec: { containers: [asks({ "example.com/gpu": "2" })] },
      status: { extendedResourceClaimStatus: { resourceClaimName: "c", requestMappings } },
    });
    expect(said({ allocatable: { "example.com/gpu": "1" } }, [pod])).toEqual([]);
  });
});

// [kubernetes v1.36.3, pkg/kubelet/kubelet.go, HandlePodAdditions]
describe("one pod after another", () => {
  const three = { containers: [asks({ cpu: "3" })] };
  const rejected = (name: string, taken = "3000m"): string =>
    `default/${name} (OutOfcpu: it asks for 3000m of cpu, and ${taken} of 4000m are taken)`;

  test("who was made first is taken first", () => {
    const pods = [servedPod("b", { metadata: at(2), spec: three }), servedPod("a", { metadata: at(1), spec: three })];
    expect(said({}, pods)).toEqual([rejected("b")]);
  });

  test("who is not taken takes nothing", () => {
    const pods = [
      servedPod("a", { metadata: at(1), spec: { containers: [asks({ cpu: "5" })] } }),
      servedPod("b", { metadata: at(2), spec: three }),
    ];
    expect(said({}, pods)).toEqual(["default/a (OutOfcpu: it asks for 5000m of cpu, and 0m of 4000m are taken)"]);
  });

  test.each(["Succeeded", "Failed"])("who has %s is not admitted, and takes nothing", (phase) => {
    const pods = [
      servedPod("a", { metadata: at(1), spec: { ...three, nodeSelector: { no: "where" } }, status: { phase } }),
      servedPod("b", { metadata: at(2), spec: three }),
    ];
    expect(said({}, pods)).toEqual([]);
  });

  test("who is Terminating is admitted as the others", () => {
    const metadata = { ...at(1), deletionTimestamp: "2026-05-17T08:46:52Z" };
    const pods = [servedPod("a", { metadata, spec: three }), servedPod("b", { metadata: at(2), spec: three })];
    expect(said({}, pods)).toEqual([rejected("b")]);
  });

  test("who was given less than it runs with takes what it runs with", () => {
    const name = "main";
    const status = (allocated: string, actual: string, rest: object = {}): object => ({
      containerStatuses: [{ name, allocatedResources: { cpu: allocated }, resources: { requests: { cpu: actual } } }],
      ...rest,
    });
    const pods = (first: object): readonly object[] => [
      servedPod("a", { metadata: at(1), spec: three, status: first }),
      servedPod("b", { metadata: at(2), spec: three }),
    ];
    expect(said({}, pods(status("1", "1")))).toEqual([]);
    expect(said({}, pods(status("1", "2")))).toEqual([rejected("b", "2000m")]);
    const infeasible = { conditions: [{ type: "PodResizePending", reason: "Infeasible" }] };
    expect(said({}, pods(status("2", "1", infeasible)))).toEqual([rejected("b", "2000m")]);
  });

  test("pods are counted, those that ask for nothing too", () => {
    const pods = ["a", "b", "c"].map((name, index) => servedPod(name, { metadata: at(index) }));
    expect(said({ allocatable: { pods: "2" } }, pods)).toEqual([
      "default/c (OutOfpods: it asks for 1 of pods, and 2 of 2 are taken)",
    ]);
  });

  const port = (hostPort: number, rest: object = {}): object => ({
    containers: [{ name: "main", ports: [{ containerPort: 1, hostPort, ...rest }] }],
  });
  test.each<[string, object, object, boolean]>([
    ["the same port", port(53), port(53), true],
    ["another", port(53), port(54), false],
    ["another protocol", port(53), port(53, { protocol: "UDP" }), false],
    ["two addresses", port(53, { hostIP: "10.0.0.1" }), port(53, { hostIP: "10.0.0.2" }), false],
    ["one address", port(53, { hostIP: "10.0.0.1" }), port(53, { hostIP: "10.0.0.1" }), true],
    ["every address and one", port(53), port(53, { hostIP: "10.0.0.1" }), true],
    ["one address and every", port(53, { hostIP: "10.0.0.1" }), port(53, { hostIP: "0.0.0.0" }), true],
    [
      "the kubelet does not know :: as every address",
      port(53, { hostIP: "::" }),
      port(53, { hostIP: "fd00::1" }),
      false,
    ],
    ["no host port", { containers: [{ name: "main", ports: [{ containerPort: 53 }] }] }, port(53), false],
    [
      "an init container's does not last",
      { initContainers: [{ name: "i", ports: [{ containerPort: 53, hostPort: 53 }] }] },
      port(53),
      false,
    ],
    [
      "a sidecar's does",
      { initContainers: [{ name: "i", restartPolicy: "Always", ports: [{ containerPort: 53, hostPort: 53 }] }] },
      port(53),
      true,
    ],
  ])("host ports: %s", (_, first, second, conflict) => {
    const pods = [servedPod("a", { metadata: at(1), spec: first }), servedPod("b", { metadata: at(2), spec: second })];
    expect(said({}, pods)).toEqual(conflict ? ["default/b (NodePorts: default/a has host port 53/tcp too)"] : []);
  });
});

describe("static pods", () => {
  const three = { containers: [asks({ cpu: "3" })] };

  test("are first, whenever their mirrors were made, and are not asked for taints", () => {
    const pods = [
      servedPod("b", { metadata: at(1), spec: { ...three, tolerations: [{ operator: "Exists" }] } }),
      servedPod("etcd-cp", { metadata: { ...at(9), ...mirror }, spec: three }),
    ];
    expect(said({ taints: [{ key: "gone", effect: "NoExecute" }] }, pods)).toEqual([
      "default/b (OutOfcpu: it asks for 3000m of cpu, and 3000m of 4000m are taken)",
    ]);
  });

  test("are counted once, where the kubelet's own list has them too", () => {
    const pods = [
      servedPod("etcd-cp", { metadata: { ...mirror, uid: "mirror-1" }, spec: three }),
      servedPod("etcd-cp", { metadata: { ...staticPod, creationTimestamp: null }, spec: three }),
    ];
    expect(said({}, pods)).toEqual([]);
  });

  test("are rejected for anything but room", () => {
    const pod = servedPod("etcd-cp", { metadata: mirror, spec: { nodeSelector: { no: "where" } } });
    expect(said({}, [pod])).toEqual([
      "default/etcd-cp (NodeAffinity: its node selector or affinity is not for this node)",
    ]);
  });
});

// [kubernetes v1.36.3, pkg/kubelet/preemption/preemption.go]
describe("a critical pod ends others", () => {
  const of = (name: string, second: number, cpu: string, qosClass: string, rest: object = {}): object =>
    servedPod(name, { metadata: at(second), spec: { containers: [asks({ cpu })], ...rest }, status: { qosClass } });
  const ended = (...names: readonly string[]): readonly string[] =>
    names.map((name) => `default/${name} (Preempting: the critical pod default/critical gets its cpu)`);

  test.each<[string, readonly object[], readonly string[]]>([
    ["the one with enough", [of("a", 1, "1", "Burstable"), of("b", 2, "3", "Burstable")], ended("b")],
    ["the smaller of two with enough", [of("a", 1, "2", "Burstable"), of("b", 2, "1500m", "Burstable")], ended("b")],
    ["a burstable one before a guaranteed", [of("a", 1, "2", "Guaranteed"), of("b", 2, "2", "Burstable")], ended("b")],
    [
      "not a critical one",
      [of("a", 1, "3", "Burstable", critical), of("b", 2, "1", "Burstable")],
      [
        "default/critical (UnexpectedAdmissionError: it asks for 2000m of cpu, and 4000m of 4000m are taken; " +
          "and no pods can be ended for it)",
      ],
    ],
    ["a critical one of lower priority", [of("a", 1, "4", "Burstable", { priority: 2_000_000_000 })], ended("a")],
  ])("%s", (_, pods, expected) => {
    expect(said({}, [...pods, of("critical", 9, "2", "Burstable", critical)])).toEqual(expected);
  });

  test("and is not taken where more is against it than room", () => {
    const pods = [
      of("a", 1, "4", "Burstable"),
      of("critical", 9, "2", "Burstable", { ...critical, nodeSelector: { a: "b" } }),
    ];
    expect(said({}, pods)).toEqual([
      "default/critical (NodeAffinity: its node selector or affinity is not for this node)",
    ]);
  });

  test("for a place among the pods too", () => {
    const pods = [of("a", 1, "1", "BestEffort"), of("critical", 9, "2", "Burstable", critical)];
    expect(said({ allocatable: { pods: "1" } }, pods)).toEqual([
      "default/a (Preempting: the critical pod default/critical gets its pods)",
    ]);
  });

  test("whose room the next pods cannot have", () => {
    const pods = [
      of("a", 1, "4", "Burstable"),
      of("critical", 2, "2", "Burstable", critical),
      of("c", 3, "3", "Burstable"),
    ];
    expect(said({}, pods)).toEqual([
      ...ended("a"),
      "default/c (OutOfcpu: it asks for 3000m of cpu, and 2000m of 4000m are taken)",
    ]);
  });
});

describe("what may be is told as such", () => {
  const condition = (type: string): object => ({ type, status: "True" });
  const memory = { conditions: [condition("MemoryPressure")] };
  const pressure = (types: string): readonly string[] => [`default/a (perhaps Evicted: the node has ${types})`];

  // [kubernetes v1.36.3, pkg/kubelet/eviction/eviction_manager.go, Admit]
  test.each<[string, ServedPodFacts, ServedNodeFacts, readonly string[]]>([
    [
      "pressure on the disk",
      { status: { qosClass: "Guaranteed" } },
      { conditions: [condition("DiskPressure")] },
      pressure("DiskPressure"),
    ],
    ["pressure that is over", {}, { conditions: [{ type: "DiskPressure", status: "False" }] }, []],
    ["pressure on memory", {}, memory, pressure("MemoryPressure")],
    ["pressure on memory, for who asked for some", { status: { qosClass: "Burstable" } }, memory, []],
    [
      "pressure on memory, tolerated",
      spec({ tolerations: [{ key: "node.kubernetes.io/memory-pressure", operator: "Exists" }] }),
      memory,
      [],
    ],
    [
      "pressure on both",
      { status: { qosClass: "Burstable" } },
      { conditions: [condition("PIDPressure"), condition("MemoryPressure")] },
      pressure("MemoryPressure, PIDPressure"),
    ],
    ["pressure, for a critical pod", spec(critical), { conditions: [condition("DiskPressure")] }, []],
    [
      "a node that is shutting down",
      {},
      { conditions: [{ type: "Ready", status: "False", message: "[node is shutting down]" }] },
      ["default/a (perhaps NodeShutdown: the node is shutting down)"],
    ],
  ])("%s", (_, pod, node, expected) => expect(said(node, [servedPod("a", pod)])).toEqual(expected));

  // [kubernetes v1.36.3, pkg/kubelet/cm/devicemanager/manager.go, devicesToAllocate]
  test.each<[string, object, readonly string[]]>([
    ["a container with a device that runs", { state: { running: {} } }, []],
    [
      "one that does not",
      { state: { waiting: { reason: "CrashLoopBackOff" } } },
      [
        "default/a (perhaps UnexpectedAdmissionError: its container main does not run, and needs example.com/gpu, " +
          "of which a kubelet that starts may not know yet)",
      ],
    ],
  ])("%s", (_, status, expected) => {
    const one = { "example.com/gpu": "1" };
    const pod = servedPod("a", {
      spec: { containers: [{ name: "main", resources: { requests: one, limits: one } }] },
      status: { containerStatuses: [{ name: "main", ...status }] },
    });
    expect(said({ allocatable: one }, [pod])).toEqual(expected);
  });

  test.each<[string, object, string]>([
    [
      "a quantity",
      servedPod("a", spec({ containers: [asks({ cpu: "lots" })] })),
      "default/a (perhaps Unread: its spec.containers.0.resources.requests is",
    ],
    [
      "a port",
      servedPod("a", spec({ containers: [{ name: "c", ports: [{ hostPort: "53" }] }] })),
      "default/a (perhaps Unread: its spec.containers.0.ports.0 is",
    ],
    ["all of it", {}, "a pod without a name (perhaps Unread: its metadata is"],
  ])("a pod that cannot be read: %s", (_, pod, text) => {
    expect(said({}, [pod])).toEqual([`${text} not that of a pod, and what it takes of the node is not told)`]);
  });
});
