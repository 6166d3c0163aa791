import type { Policy } from "../../src/sweep/policy.ts";
import { aNode, anAgent, aPerson, orphan, play, rungs, threeScans, type Scenario } from "./play.ts";
import { drop, endAll, first, sandboxesOf, sayNotReady, sweepOne, when } from "./stage.ts";
import { held, type SimPod, type World } from "./world.ts";

/** One sweep of a person who asks for one scan only. */
function once(
  change: Partial<Policy>,
  prepare: (world: World, pod: SimPod) => void = () => undefined,
): readonly string[] {
  const { world, pods } = aNode(orphan);
  prepare(world, first(pods));
  return play({ world, policy: aPerson({ confirmations: 1, ...change }), cycles: [0] });
}

/** Everybody who may say no, and everything that stands under somebody's protection. */
export const inTheWay: readonly Scenario[] = [
  {
    name: "16 the pause, before the first rung and between two",
    run: () =>
      [1, 2].flatMap((nth) =>
        sweepOne({}, (world, pod) => {
          pod.stops = "lies";
          return when(3, "pause", nth, () => void (world.person.paused = true));
        }).slice(2),
      ),
    expected: [
      "aborted before 1: sweeping is paused for the whole cluster",
      "stop container 30 s; aborted before 1: sweeping is paused for the whole cluster",
    ],
  },
  {
    name: "16 whatever is no answer to the question for a pause is a pause",
    run: () => sweepOne({}, (world) => when(3, "pause", 1, () => void (world.api.mode = { is: "error" }))).slice(2),
    expected: ["aborted before 1: no answer"],
  },
  {
    name: "16 the lease of the cluster: another has it, or it is not told",
    run: () => [
      ...once({}, (world) => void (world.person.lease = { by: "w2", until: 1_000_000 })),
      ...sweepOne({}, (world) => when(3, "lease", 1, () => void (world.api.mode = { is: "error" }))).slice(2),
    ],
    expected: ["aborted before 1: something is swept already: w2 has the lease", "aborted before 1: no answer"],
  },
  {
    name: "16 the lease runs out while a person is asked, and another takes it",
    run: () =>
      sweepOne({}, (world) => ({ request, nth }) => {
        if (request.kind !== "consent" || nth !== 1) return;
        world.now += 1_000_000;
        world.person.lease = { by: "w2", until: world.now + 600_000 };
      }).slice(2),
    expected: ["aborted before 1: something is swept already: w2 has the lease"],
  },
  {
    name: "16 who is asked says no, to the first rung and to the second",
    run: () =>
      [1, 2].flatMap((nth) =>
        sweepOne({}, (world, pod) => {
          pod.stops = "lies";
          return when(3, "consent", nth, () => void (world.person.consents = false));
        }).slice(2),
      ),
    expected: ["refused before 1", "stop container 30 s; stop-sandbox; refused before 2"],
  },
  {
    name: "P1 its own pod is not in the API, has no ready sandbox, or is in neither",
    run: () =>
      (["gone", "not ready", "neither"] as const).flatMap((what) => {
        const { world, pods } = aNode({ ...orphan }, { name: "self" });
        const self = pods[1];
        if (self === undefined) return [];
        if (what !== "not ready") drop(world, self);
        if (what === "not ready") sayNotReady(self);
        if (what === "neither") {
          endAll(world, self);
          for (const sandbox of sandboxesOf(self)) sandbox.listed = false;
        }
        return play({ world, policy: aPerson({ confirmations: 1, self: self.uid }), cycles: [0] });
      }),
    expected: [
      "P1 fails: the API does not have its own pod here; orphan csi waits 0 s, 1 scans; orphan self protected: it is the pod that this runs in",
      "P1 fails: the runtime has no ready sandbox of its own pod; orphan csi waits 0 s, 1 scans",
      "P1 fails: the runtime has no ready sandbox of its own pod; orphan csi waits 0 s, 1 scans",
    ],
  },
  {
    name: "self, a namespace that is left alone, and what nobody named",
    run: () => {
      const self = (({ world, pods }) =>
        play({ world, policy: aPerson({ confirmations: 1, self: first(pods).uid }), cycles: [0] }))(aNode(orphan));
      return [...self, ...once({ denied: new Set(["apps"]) }), ...once({ named: new Set(["another"]) })];
    },
    expected: [
      "P1 fails: the API does not have its own pod here; orphan csi protected: it is the pod that this runs in",
      "orphan csi protected: its namespace is left alone",
      "orphan csi protected: it is not what was asked for",
    ],
  },
  {
    name: "what is young: its sandbox, or all of its processes",
    run: () =>
      (["sandbox", "processes"] as const).flatMap((what) => {
        const { world, pods } = aNode({ ...orphan, age: what === "sandbox" ? 500 : 7000 });
        const pod = first(pods);
        for (const each of world.kernel.processes)
          if (each.uid === pod.uid)
            each.process = { ...each.process, startTicks: what === "sandbox" ? 100 : 8_640_000 - 50_000 };
        return play({ world, policy: anAgent({ confirmations: 1 }), cycles: [0] });
      }),
    expected: [
      "orphan csi protected: it is 500 s old, and 600 s are asked for",
      "orphan csi protected: it is 500 s old, and 600 s are asked for",
    ],
  },
  {
    name: "processes in its cgroup that are in none of its containers",
    run: () => {
      const { world, pods } = aNode(orphan);
      for (const each of world.kernel.processes)
        if (each.uid === first(pods).uid) each.process = { ...each.process, cgroup: first(pods).folders };
      return play({ world, policy: aPerson({ confirmations: 1 }), cycles: [0] });
    },
    expected: ["orphan csi protected: none of its processes is in a container that the runtime has a record of"],
  },
  {
    name: "a record of it that comes and goes while the node is read",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson({ confirmations: 1 }),
        cycles: [0],
        before: when(1, "runtime", 2, () => {
          for (const sandbox of sandboxesOf(first(pods)))
            sandbox.record = { ...sandbox.record, createdAt: "1779000000000000000" };
        }),
      });
    },
    expected: ["orphan csi protected: the runtime had another sandbox of it a moment later"],
  },
  {
    name: "two attempts, and it is left to a person",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "lies";
      const policy = aPerson({ confirmations: 1, rungs: rungs(1) });
      return play({ world, policy, cycles: [...threeScans, 1000] });
    },
    expected: [
      "stop container 30 s; stop-sandbox; left on 1: 2",
      "stop-sandbox; left on 1: 2",
      "orphan csi protected: 2 attempts did not clear it: it is left to a person",
      "orphan csi protected: 2 attempts did not clear it: it is left to a person",
    ],
  },
  {
    name: "P6 the kubelet ends fewer pods than are overdue",
    run: () => {
      const { world, pods } = aNode({ name: "stuck" });
      world.api.history.push({
        from: world.now,
        revision: 2000,
        pods: held(world).map((pod) =>
          pod.uid === first(pods).uid ? { ...pod, deletion: { at: "2026-05-17T07:00:00Z", graceSeconds: 30 } } : pod,
        ),
      });
      world.kubelet.ends = false;
      return play({ world, policy: aPerson({ confirmations: 1, overdue: true }), cycles: [0] });
    },
    expected: ["P6 fails: the kubelet is ending 0 pods, and 1 are left over; overdue stuck waits 0 s, 1 scans"],
  },
];
