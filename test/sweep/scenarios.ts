import { lose } from "./acts.ts";
import { inForms } from "./cgroup-forms.ts";
import { disturbing } from "./disturbing.ts";
import { graces } from "./graces.ts";
import { atEachMoment } from "./interleavings.ts";
import { makePod, startPod, type CgroupForm } from "./make.ts";
import { inTheWay } from "./in-the-way.ts";
import { aNode, anAgent, anHour, aPerson, orphan, play, rungs, threeScans, type Scenario } from "./play.ts";
import { secondLine } from "./second-line.ts";
import {
  addContainer,
  changeFirst,
  changeProcesses,
  comesBack,
  create,
  drop,
  endAll,
  endOne,
  escape,
  first,
  fork,
  handOver,
  inherit,
  listen,
  restore,
  sandboxesOf,
  sayExited,
  sayNotReady,
  startChild,
  sweepOne,
  terminate,
  when,
  whileConfirmed,
} from "./stage.ts";
import { held, hold, type ApiMode, type SimPod, type World } from "./world.ts";

const cleared = "stop container 30 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1";
const person1 = "orphan csi waits 0 s, 2 scans";
const person2 = "orphan csi waits 0 s, 1 scans";
const agent1 = [
  "orphan csi waits 3900 s, 2 scans",
  "orphan csi waits 3840 s, 1 scans",
  "orphan csi waits 3780 s, 0 scans",
];
const v2: CgroupForm = { hierarchies: "v2", driver: "cgroupfs" };

/** All of them, in the order of the proofs. */
export const scenarios: readonly Scenario[] = [
  {
    name: "an orphan is cleared by rung 1, once it was seen three times",
    run: () => play({ world: aNode(orphan).world, policy: aPerson(), cycles: [...threeScans, 1000] }),
    expected: [person1, person2, cleared, "nothing"],
  },
  {
    name: "the agent waits an hour for one that it never saw deleted, and five minutes more",
    run: () => play({ world: aNode(orphan).world, policy: anAgent(), cycles: anHour }),
    expected: [...agent1, cleared],
  },
  {
    name: "a dry run does nothing, takes no lease, and writes down only what it sighted",
    run: () => {
      const { world } = aNode(orphan);
      const lines = play({ world, policy: aPerson({ mode: "dry-run" }), cycles: threeScans, before: noLease });
      return [...lines, `${world.journal.length} lines`, String(world.person.lease?.by)];
    },
    expected: [person1, person2, "would-act on 1", "2 lines", "undefined"],
  },
  {
    name: "1 a static pod is never touched: its mirror is deleted, and the API does not answer",
    run: () => {
      const { world } = aNode({ kind: "static", name: "etcd" });
      return play({
        world,
        policy: aPerson({ overdue: true }),
        cycles: [...threeScans, 1000],
        before: when(3, "time", 1, () => {
          world.api.mode = { is: "error" };
        }),
      });
    },
    expected: ["nothing", "nothing", "P4 untold: no answer", "P4 untold: no answer"],
  },
  {
    name: "1 a static pod whose sandbox does not say so is unknown",
    run: () => sweepOne({ sandbox: { configSource: null } }),
    expected: ["nothing", "nothing", "nothing"],
  },
  {
    name: "1 a pod that an annotation in the API claims is unknown",
    run: () => {
      const { world, pods } = aNode(orphan);
      changeFirst(world, { configHash: first(pods).uid });
      return play({ world, policy: aPerson(), cycles: threeScans });
    },
    expected: ["nothing", "nothing", "nothing"],
  },
  {
    name: "2 what was force deleted has its hour of grace",
    run: () => {
      const { world, pods } = aNode({ name: "csi", grace: 300 });
      return play({
        world,
        policy: anAgent(),
        cycles: [0, 60_000, 60_000, 3_700_000, 201_000],
        before: when(2, "time", 1, () => drop(world, first(pods))),
      });
    },
    expected: [
      "nothing",
      "nothing",
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 200 s, 1 scans",
      "stop container 300 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1",
    ],
  },
  {
    name: "2 what was deleted with two hours of grace, and then by force, has its two hours",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: anAgent(),
        cycles: [0, 60_000, 60_000, 60_000, 60_000, 3_900_000, 3_300_000, 300_000],
        before: (moment) => {
          when(1, "time", 1, () => terminate(world, first(pods), 7200))(moment);
          when(2, "time", 1, () => drop(world, first(pods)))(moment);
        },
      });
    },
    expected: [
      "nothing",
      "nothing",
      "orphan csi waits 7500 s, 2 scans",
      "orphan csi waits 7440 s, 1 scans",
      "orphan csi waits 7380 s, 0 scans",
      "orphan csi waits 3480 s, 0 scans",
      "orphan csi waits 180 s, 0 scans",
      "stop container 7200 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1",
    ],
  },
  {
    name: "2 the largest grace counts, not the last: two hours, then half a minute, then by force",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: anAgent(),
        cycles: [0, 60_000, 60_000, 60_000],
        before: (moment) => {
          when(1, "time", 1, () => terminate(world, first(pods), 7200))(moment);
          when(2, "time", 1, () => terminate(world, first(pods), 30))(moment);
          when(3, "time", 1, () => drop(world, first(pods)))(moment);
        },
      });
    },
    expected: ["nothing", "nothing", "nothing", "orphan csi waits 7500 s, 2 scans"],
  },
  {
    name: "2 the grace that it was made with counts, whatever state the runtime says its containers are in",
    run: () => {
      const { world, pods } = aNode({ ...orphan, grace: 7200 });
      sayExited(first(pods));
      return play({ world, policy: anAgent(), cycles: anHour });
    },
    expected: [
      "orphan csi waits 7500 s, 2 scans",
      "orphan csi waits 7440 s, 1 scans",
      "orphan csi waits 7380 s, 0 scans",
      "orphan csi waits 3480 s, 0 scans",
    ],
  },
  {
    name: "2 a slow answer does not shorten the wait",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: anAgent(),
        cycles: [0, 60_000, 3_830_000],
        before: when(1, "pods", 1, () => {
          world.now += 20_000;
          drop(world, first(pods));
        }),
      });
    },
    expected: [
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 3840 s, 1 scans",
      "orphan csi waits 10 s, 0 scans",
    ],
  },
  {
    name: "2 a sighting begins the wait anew, also one while it was confirmed",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: anAgent(),
        cycles: [...anHour, 200_000, 60_000],
        before: (moment) => {
          when(4, "lease", 1, () => comesBack(world, first(pods)))(moment);
          when(5, "time", 1, () => drop(world, first(pods)))(moment);
        },
      });
    },
    expected: [
      ...agent1,
      "aborted before 1: it is running by now",
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 3840 s, 1 scans",
    ],
  },
  {
    name: "2 what was overdue is absent from when it is gone from the API",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      terminate(world, first(pods), 300);
      return play({
        world,
        policy: anAgent({ confirmations: 1 }),
        cycles: [600_000, 4_000_000, 200_000],
        before: when(3, "time", 1, () => drop(world, first(pods))),
      });
    },
    expected: [
      "overdue csi protected: the API still has it: only a person may clear what is Terminating",
      "overdue csi protected: the API still has it: only a person may clear what is Terminating",
      "orphan csi waits 600 s, 0 scans",
    ],
  },
  {
    name: "2 a restart of the agent begins the wait anew",
    run: () => {
      const { world } = aNode(orphan);
      return play({
        world,
        policy: anAgent(),
        cycles: [...anHour, 60_000],
        before: ({ cycle, request }) => cycle === 4 && request.kind === "kernel",
      });
    },
    expected: [...agent1, "died", "orphan csi waits 3900 s, 2 scans"],
  },
  {
    name: "2 a restart of the agent does not forget two hours of grace",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: anAgent(),
        cycles: [0, 60_000, 60_000],
        before: (moment) => {
          when(1, "time", 1, () => terminate(world, first(pods), 7200))(moment);
          when(3, "time", 1, () => drop(world, first(pods)))(moment);
          return moment.cycle === 2 && moment.request.kind === "kernel";
        },
      });
    },
    expected: ["nothing", "died", "orphan csi waits 7500 s, 2 scans"],
  },
  ...atEachMoment,
  {
    name: "4 a list from a cache that hangs does not hide what a GET gives",
    run: () => {
      const { world } = aNode();
      world.api.mode = { is: "hanging", since: 0 };
      world.now = 1;
      create(world, { name: "csi" });
      return play({ world, policy: aPerson(), cycles: [900_000, 1000, 1000] });
    },
    expected: ["nothing", "nothing", "nothing"],
  },
  {
    name: "4 lists that are late by a minute hide nothing that is old enough",
    run: () => {
      const { world } = aNode();
      world.api.mode = { is: "late", by: 60_000 };
      create(world, { name: "csi" });
      return play({ world, policy: aPerson({ confirmations: 1 }), cycles: [59_900, 0, 0] });
    },
    expected: ["nothing", "nothing", "nothing"],
  },
  {
    name: "6 the API server of another cluster",
    run: () => sweepIn({ is: "other-cluster" }),
    expected: [
      "P2 fails: the API server has no node of this name; P4 fails: what this wrote last is not in the API any more: a restored etcd, or another API server; P5 fails: the wrong cluster? 2 of 2 pods that live here would be orphans: the API server has 0 of them, and listed 1",
      "P2 fails: the API server has no node of this name; P4 fails: what this wrote last is not in the API any more: a restored etcd, or another API server; P5 fails: the wrong cluster? 2 of 2 pods that live here would be orphans: the API server has 0 of them, and listed 1",
      "P2 fails: the API server has no node of this name; P4 fails: what this wrote last is not in the API any more: a restored etcd, or another API server; P5 fails: the wrong cluster? 2 of 2 pods that live here would be orphans: the API server has 0 of them, and listed 1",
    ],
  },
  {
    name: "6 an etcd that was restored: the revision goes back",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: aPerson(),
        cycles: [0, ...threeScans],
        before: when(2, "time", 1, () => restore(world, first(pods), -1)),
      });
    },
    expected: [
      "nothing",
      "P4 fails: the resourceVersion went back from 1002 to 1001: a restored etcd, or another API server",
      "P4 fails: the resourceVersion went back from 1002 to 1001: a restored etcd, or another API server; orphan csi waits 0 s, 3 scans",
      "P4 fails: the resourceVersion went back from 1002 to 1001: a restored etcd, or another API server; orphan csi waits 0 s, 3 scans",
    ],
  },
  {
    name: "6 an etcd that was restored: the revision was moved forward, and what was written is lost",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: aPerson(),
        cycles: [0, ...threeScans],
        before: when(2, "time", 1, () => restore(world, first(pods), 1000)),
      });
    },
    expected: [
      "nothing",
      "nothing",
      "P4 fails: what this wrote last is not in the API any more: a restored etcd, or another API server; orphan csi waits 0 s, 3 scans",
      "P4 fails: what this wrote last is not in the API any more: a restored etcd, or another API server; orphan csi waits 0 s, 3 scans",
    ],
  },
  {
    name: "6 an etcd that was restored, and has come to later revisions, with all that is written since",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: aPerson(),
        cycles: [0, ...threeScans, 1000],
        before: (moment) => {
          when(2, "time", 1, () => restore(world, first(pods), -1))(moment);
          when(4, "time", 1, () => {
            hold(world, held(world), 1000);
            world.api.ownWriteLost = false;
          })(moment);
        },
      });
    },
    expected: [
      "nothing",
      "P4 fails: the resourceVersion went back from 1002 to 1001: a restored etcd, or another API server",
      ...repeat(
        "P4 fails: the resourceVersion went back from 1002 to 1001: a restored etcd, or another API server; orphan csi waits 0 s, 3 scans",
        3,
      ),
    ],
  },
  {
    name: "6 the cluster is another than before",
    run: () => {
      const { world } = aNode(orphan);
      return play({
        world,
        policy: aPerson(),
        cycles: threeScans,
        before: when(2, "time", 1, () => {
          world.api.clusterUid = "another";
        }),
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "P2 fails: the API server is of another cluster than when this node was first swept: its journal has both ids; orphan csi waits 0 s, 3 scans",
      "P2 fails: the API server is of another cluster than when this node was first swept: its journal has both ids; orphan csi waits 0 s, 3 scans",
    ],
  },
  {
    name: "6 the Node is of another machine, of another boot, or there is none",
    run: () =>
      (["boot", "machine", "none"] as const).flatMap((what) => {
        const { world } = aNode(orphan);
        if (what === "boot") world.api.nodeBootId = "another";
        if (what === "machine") world.api.nodeMachineId = "another";
        if (what === "none") world.api.nodeBootId = null;
        return play({ world, policy: aPerson({ confirmations: 1 }), cycles: [0] });
      }),
    expected: [
      "P2 fails: the API's node is another machine, or has not been heard of since this one booted; orphan csi waits 0 s, 1 scans",
      "P2 fails: the API's node has another machine id than this machine; orphan csi waits 0 s, 1 scans",
      "P2 fails: the API server has no node of this name; orphan csi waits 0 s, 1 scans",
    ],
  },
  {
    name: "7 a StatefulSet's pod was made again: only the old uid is cleared",
    run: () => {
      const { world, pods } = aNode({ ...orphan, name: "db-0" }, { name: "db-0" });
      const lines = play({ world, policy: aPerson(), cycles: threeScans });
      const lives = (pod: SimPod | undefined) => world.kernel.processes.some(({ uid }) => uid === pod?.uid);
      return [...lines, `old ${lives(pods[0])}, new ${lives(pods[1])}`];
    },
    expected: ["orphan db-0 waits 0 s, 2 scans", "orphan db-0 waits 0 s, 1 scans", cleared, "old false, new true"],
  },
  {
    name: "8 a sandbox that no kubelet made is not touched",
    run: () => play({ world: aNode({ kind: "foreign", name: "crictl" }).world, policy: aPerson(), cycles: threeScans }),
    expected: repeat("nothing", 3),
  },
  {
    name: "8 a second kubelet at the same runtime",
    run: () => {
      const { world } = aNode(orphan);
      world.kubelet.number = 2;
      return play({ world, policy: aPerson(), cycles: [0] });
    },
    expected: ["P3 fails: 2 kubelets are connected to the runtime; orphan csi waits 0 s, 3 scans"],
  },
  ...[
    { uid: "../../kube-system" },
    { uid: "" },
    { labelUid: "00000000-0000-4000-8000-0000000000ff" },
    { labelUid: "" },
  ].map((sandbox): Scenario => ({
    name: `9 a spoofed or malformed uid is rejected: ${JSON.stringify(sandbox)}`,
    run: () => sweepOne({ sandbox }),
    expected: repeat("nothing", 3),
  })),
  {
    name: "9 a container of an orphan's sandbox lives in the cgroup of a pod that the API has",
    run: () => {
      const { world, pods } = aNode(orphan, { name: "victim" });
      const [spoof, victim] = pods;
      const its = victim?.sandboxes[0]?.containers[0];
      const to = spoof?.sandboxes[0];
      if (its !== undefined && to !== undefined) its.record = { ...its.record, sandboxId: to.record.id };
      return play({ world, policy: aPerson(), cycles: threeScans });
    },
    expected: repeat("nothing", 3),
  },
  {
    name: "9 so of one that is overdue",
    run: () => {
      const { world, pods } = aNode({ name: "stuck" }, { name: "victim" });
      terminate(world, first(pods), 30);
      const its = pods[1]?.sandboxes[0]?.containers[0];
      const to = pods[0]?.sandboxes[0];
      if (its !== undefined && to !== undefined) its.record = { ...its.record, sandboxId: to.record.id };
      return play({ world, policy: aPerson({ overdue: true }), cycles: [600_000, 1000, 1000] });
    },
    expected: [
      "overdue stuck unknown: what it has here does not say in one voice whose it is",
      "overdue stuck unknown: what it has here does not say in one voice whose it is",
      "overdue stuck unknown: what it has here does not say in one voice whose it is",
    ],
  },
  {
    name: "9 a sandbox without a name cannot be asked for by name",
    run: () => sweepOne({ sandbox: { name: "" } }),
    expected: [
      "orphan null unknown: the API was not asked for it by name",
      "orphan null unknown: the API was not asked for it by name",
      "orphan null unknown: the API was not asked for it by name",
    ],
  },
  {
    name: "10 what is not ready and dead is left to the kubelet",
    run: () => {
      const { world, pods } = aNode(orphan);
      endAll(world, first(pods));
      sayNotReady(first(pods));
      sayExited(first(pods));
      return play({ world, policy: aPerson(), cycles: threeScans });
    },
    expected: repeat("nothing", 3),
  },
  {
    name: "10 what is not ready and lives, with a runtime that says done: rung 2, then Remove",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "lies";
      sayNotReady(first(pods));
      return play({ world, policy: aPerson(), cycles: threeScans });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; stop-sandbox; remove-sandbox; cleared on 2",
    ],
  },
  {
    name: "11 a pod that the API has with two attempts",
    run: () => {
      const { world, pods } = aNode({ name: "twice" });
      startPod(world, first(pods), { form: v2, age: 6000 });
      return play({ world, policy: aPerson({ overdue: true }), cycles: threeScans });
    },
    expected: repeat("nothing", 3),
  },
  {
    name: "12 runc cannot kill: rung 1 fails, rung 2 ends it, and the runtime then removes its record",
    run: () =>
      sweepOne({}, (_, pod) => {
        pod.stops = "refuses";
      }),
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; stop-sandbox; remove-sandbox; cleared on 2",
    ],
  },
  {
    name: "13 a stop that is said to be done while it lives is no success",
    run: () => sweepOne({}, lies, aPerson({ rungs: rungs(1) })),
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; left on 1: 2",
    ],
  },
  {
    name: "13 so of a kill, and so of a stop of which nothing was heard",
    run: () =>
      sweepOne({}, (_, pod) => {
        pod.stops = "silent";
        pod.kills = "uninterruptible";
      }),
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; left on 2: 2",
    ],
  },
  {
    name: "13 what could not be looked at is not gone",
    run: () => {
      const { world } = aNode(orphan);
      return play({
        world,
        policy: aPerson({ rungs: rungs(1) }),
        cycles: threeScans,
        before: ({ request }) => {
          if (request.kind === "stop-sandbox") world.kernel.unreadable = 1;
        },
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; left on 1: not told",
    ],
  },
  {
    name: "13 a socket that could not be looked for is not closed",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson({ rungs: rungs(1) }),
        cycles: threeScans,
        before: ({ request }) => {
          if (request.kind !== "stop-containers") return;
          // Something that is in no pod has it open.
          inherit(world, first(pods));
          world.kernel.socketsUnread = true;
        },
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; aborted before 1: what it listens on could not be read, so it could not be told afterwards whether it is free",
    ],
  },
  {
    name: "13 a port that another process has since the first attempt is not free",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "lies";
      const before = when(2, "time", 1, () => {
        handOver(world, first(pods));
        first(pods).stops = "ends";
      });
      return play({ world, policy: aPerson({ rungs: rungs(1), confirmations: 1 }), cycles: [0, 1000], before });
    },
    expected: [
      "stop container 30 s; stop-sandbox; left on 1: 2",
      "stop-sandbox; stop-sandbox; remove-sandbox; left on 1: 0",
    ],
  },
  {
    name: "13 so of a port that it had between two scans only",
    run: () => {
      const { world, pods } = aNode({ ...orphan, listens: false });
      return play({
        world,
        policy: aPerson({ rungs: rungs(1) }),
        cycles: threeScans,
        before: (moment) => {
          when(2, "time", 1, () => listen(world, first(pods)))(moment);
          when(3, "time", 1, () => handOver(world, first(pods)))(moment);
        },
      });
    },
    expected: [person1, person2, cleared.replace("cleared on 1", "left on 1: 0")],
  },
  {
    name: "13 what it listened on, and is closed by now, is free",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson({ rungs: rungs(1) }),
        cycles: threeScans,
        before: when(2, "time", 1, () => endOne(world, first(pods))),
      });
    },
    expected: [person1, person2, cleared],
  },
  {
    name: "13 a kill that a guard refuses is none, and the guard is quoted",
    run: () =>
      sweepOne({}, (_, pod) => {
        pod.stops = "lies";
        pod.kills = "refuses";
      }).slice(2),
    expected: [
      "stop container 30 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; aborted before 2: a guard said no",
    ],
  },
  {
    name: "15 a process that leaves the pod's cgroup is still one of its own",
    run: () =>
      sweepOne({}, (world, pod) => {
        fork(world, pod);
        return whileConfirmed(() => escape(world, pod));
      }),
    expected: [person1, person2, "stop container 30 s; stop-sandbox; left on 1: 1"],
  },
  {
    name: "15 a pid that is used again is another process",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson(),
        cycles: threeScans,
        before: whileConfirmed(() =>
          changeProcesses(world, first(pods), ({ startTicks }) => ({ startTicks: startTicks + 1 })),
        ),
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "aborted before 1: none of its processes is one of those before",
    ],
  },
  {
    name: "15 a sandbox that was made again",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson(),
        cycles: threeScans,
        before: whileConfirmed(() => startPod(world, first(pods), { form: v2, age: 100 })),
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "aborted before 1: it has another sandbox by now",
    ],
  },
  {
    name: "15 a container that was made again",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson(),
        cycles: threeScans,
        before: whileConfirmed(() => addContainer(world, first(pods))),
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "aborted before 1: it has another container by now",
    ],
  },
  {
    name: "15 a child that was forked meanwhile is of the same pod",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson(),
        cycles: threeScans,
        before: whileConfirmed(() => fork(world, first(pods))),
      });
    },
    expected: [person1, person2, cleared],
  },
  {
    name: "15 a child in a cgroup of the form that only the runtime makes is looked for, too",
    run: () => {
      const { world, pods } = aNode({ ...orphan, form: { hierarchies: "v2", driver: "mismatch" } });
      return play({
        world,
        policy: aPerson(),
        cycles: threeScans,
        before: ({ request }) => {
          // The child outlives what is known, and the runtime says that it stopped it.
          if (request.kind !== "stop-sandbox") return;
          endAll(world, first(pods));
          startChild(world, first(pods));
          first(pods).stops = "lies";
        },
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; aborted before 2: its processes are in no cgroup of the pod's own",
    ],
  },
  {
    name: "15 the node was booted meanwhile",
    run: () => {
      const { world } = aNode(orphan);
      return play({
        world,
        policy: aPerson(),
        cycles: threeScans,
        before: whileConfirmed(() => {
          world.kernel.bootId = "another";
          world.api.nodeBootId = "another";
        }),
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "aborted before 1: the node was booted meanwhile",
    ],
  },
  {
    name: "16 the pod is in the API again between two rungs",
    run: () =>
      sweepOne({}, (world, pod) => {
        pod.stops = "lies";
        return when(3, "consent", 2, () => comesBack(world, pod));
      }),
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; aborted before 2: it is running by now",
    ],
  },
  {
    name: "16 the pod is in the API again while the intent is written",
    run: () => sweepOne({}, (world, pod) => when(3, "pause", 1, () => comesBack(world, pod))).slice(2),
    expected: ["aborted before 1: the API has it again"],
  },
  {
    name: "16 it ends by itself between two rungs",
    run: () =>
      sweepOne({}, (world, pod) => {
        pod.stops = "lies";
        return when(3, "consent", 2, () => endAll(world, pod));
      }),
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1",
    ],
  },
  {
    name: "16 it ends by itself before the first rung, and its record is left",
    run: () =>
      sweepOne({}, (world, pod) =>
        whileConfirmed(() => {
          endAll(world, pod);
          sayExited(pod);
        }),
      ),
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "aborted before 1: nothing of it lives any more: its record is left",
    ],
  },
  ...inTheWay,
  {
    name: "19 the runtime restarts while the node is read",
    run: () =>
      sweepOne({}, (world) => ({ request, nth, cycle }) => {
        if (request.kind === "runtime" && nth === 2 && cycle === 1) world.runtime.answers = false;
        if (request.kind === "time") world.runtime.answers = true;
        if (request.kind === "peers" && cycle === 2) world.runtime.startedAt = world.now;
      }),
    expected: [
      "orphan csi unknown: no answer",
      "P3 fails: the runtime is up for 0 s, and 300 s are asked for; orphan csi waits 0 s, 3 scans",
      "P3 fails: the runtime is up for 1 s, and 300 s are asked for; orphan csi waits 0 s, 3 scans",
    ],
  },
  {
    name: "19 the kubelet has just started, its pods cannot be read, or it does not try to end it",
    run: () =>
      (["started", "silent", "content", "has it"] as const).flatMap((what) => {
        const { world, pods } = aNode(orphan);
        if (what === "started") world.kubelet.startedAt = -200_000;
        if (what === "silent") world.kubelet.answers = false;
        if (what === "content") world.kubelet.ends = false;
        if (what === "has it") makePod(world, { kind: "static", name: "static" });
        const policy = aPerson({ confirmations: 1 });
        if (what !== "has it") return play({ world, policy, cycles: [0] });
        world.kubelet.keeps = pods.map(({ uid }) => uid);
        return play({ world, policy, cycles: [0] });
      }),
    expected: [
      "P3 fails: the kubelet is up for 200 s, and 300 s are asked for; orphan csi waits 0 s, 1 scans",
      "P6 untold: no answer; orphan csi waits 0 s, 1 scans",
      "P6 fails: the kubelet is ending 0 pods that it has no config of, and 1 are left over; orphan csi waits 0 s, 1 scans",
      "orphan csi protected: the kubelet has it among its pods",
    ],
  },
  {
    name: "19 a process that cannot be looked into does not make an orphan, nor a dead one",
    run: () => {
      const { world } = aNode(orphan);
      world.kernel.answers = false;
      return play({ world, policy: aPerson(), cycles: [0] });
    },
    expected: ["nothing"],
  },
  {
    name: "20 half of a node with ten pods: the brake",
    run: () => {
      const { world } = aNode(...Array.from({ length: 4 }, (_, index) => ({ name: `known-${index}` })));
      for (let count = 0; count < 5; count++) makePod(world, { ...orphan, name: `orphan-${count}` });
      return play({ world, policy: aPerson({ confirmations: 1 }), cycles: [0] });
    },
    expected: [
      "P5 fails: the wrong cluster? 5 of 10 pods that live here would be orphans: the API server has 5 of them, and listed 5",
    ],
  },
  {
    name: "20 three orphans beside one known pod: no brake",
    run: () => {
      const { world } = aNode(orphan, { ...orphan, name: "csi2" }, { ...orphan, name: "csi3" });
      return play({ world, policy: aPerson({ confirmations: 1 }), cycles: [0, 1000, 1000, 1000] });
    },
    expected: [cleared, cleared, cleared, "nothing"],
  },
  {
    name: "20 no pod of the node is known: the brake, also where a person named it",
    run: () => {
      const { world, pods } = aNode(orphan);
      hold(world, []);
      const named = new Set(pods.map(({ uid }) => uid));
      return play({ world, policy: aPerson({ confirmations: 1, named }), cycles: [0] });
    },
    expected: [
      "P5 fails: the wrong cluster? 2 of 2 pods that live here would be orphans: the API server has 0 of them, and listed 0",
    ],
  },
  {
    name: "21 a crash between the intent and the act: it begins anew, and what was written down is still known",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: anAgent(),
        cycles: [...anHour, ...anHour],
        before: ({ request, cycle }) => {
          if (cycle !== 4 || request.kind !== "stop-containers") return false;
          for (const sandbox of sandboxesOf(first(pods))) lose(sandbox);
          return true;
        },
      });
    },
    expected: [
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 3840 s, 1 scans",
      "orphan csi waits 3780 s, 0 scans",
      "died",
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 3840 s, 1 scans",
      "orphan csi waits 3780 s, 0 scans",
      "stop container 30 s; stop-sandbox; left on 1: 2",
    ],
  },
  {
    name: "21 the record is lost midway, and what lives is ended by rung 2",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "lies";
      world.runtime.loses = true;
      return play({ world, policy: aPerson(), cycles: threeScans });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; cleared on 2",
    ],
  },
  {
    name: "21 own records of an earlier boot are none",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: aPerson(),
        cycles: [...threeScans, ...threeScans],
        before: ({ request, cycle }) => {
          if (cycle !== 3 || request.kind !== "stop-containers") return false;
          for (const sandbox of sandboxesOf(first(pods))) lose(sandbox);
          world.kernel.bootId = "another";
          world.api.nodeBootId = "another";
          return true;
        },
      });
    },
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "died",
      "nothing",
      "nothing",
      "nothing",
    ],
  },
  {
    name: "21 nothing is done where the intent cannot be written down",
    run: () => {
      const { world } = aNode(orphan);
      world.journalFails = true;
      return play({ world, policy: aPerson(), cycles: threeScans });
    },
    expected: ["orphan csi waits 0 s, 2 scans", "orphan csi waits 0 s, 1 scans", "aborted before 1: no answer"],
  },
  {
    name: "24 an overdue pod: the agent reports, a person clears",
    run: () =>
      [anAgent({ confirmations: 1 }), aPerson({ overdue: true })].flatMap((policy) => {
        const { world, pods } = aNode({ name: "stuck", listens: true });
        terminate(world, first(pods), 30);
        return play({ world, policy, cycles: [600_000, 1000, 1000] });
      }),
    expected: [
      "overdue stuck protected: the API still has it: only a person may clear what is Terminating",
      "overdue stuck protected: the API still has it: only a person may clear what is Terminating",
      "overdue stuck protected: the API still has it: only a person may clear what is Terminating",
      "overdue stuck waits 0 s, 2 scans",
      "overdue stuck waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1",
    ],
  },
  {
    name: "24 a kubelet that came up after a deletion was due gives the pod its grace only then",
    run: () => {
      const { world, pods } = aNode({ name: "stuck", listens: true });
      terminate(world, first(pods), 600);
      world.kubelet.startedAt = 300_000;
      return play({ world, policy: aPerson({ overdue: true, confirmations: 1 }), cycles: [700_000] });
    },
    expected: ["overdue stuck protected: its kubelet came up after its deletion was due: it may still be in its grace"],
  },
  {
    name: "24 one that is Terminating within its time is not overdue",
    run: () => {
      const { world, pods } = aNode({ name: "stuck", listens: true });
      terminate(world, first(pods), 600);
      return play({ world, policy: aPerson({ overdue: true, confirmations: 1 }), cycles: [600_000, 61_000] });
    },
    expected: ["nothing", "stop container 600 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1"],
  },
  {
    name: "25 one that others live on is reported, and a person may override",
    run: () =>
      [false, true].flatMap((evenIfServing) => {
        const { world, pods } = aNode(orphan);
        first(pods).serves = true;
        return play({ world, policy: aPerson({ evenIfServing, confirmations: 1 }), cycles: [0] });
      }),
    expected: [
      "orphan csi protected: others may live on it: pid 1 holds /dev/fuse open",
      "stop container 30 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1",
    ],
  },
  ...disturbing,
  {
    name: "27 runc is broken for good: the ports are free, and the record is stuck",
    run: () =>
      sweepOne({}, (_, pod) => {
        pod.stops = "refuses";
        pod.recordStuck = true;
      }),
    expected: [
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      "stop container 30 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; stop-sandbox; remove-sandbox; stop-sandbox; remove-sandbox; stop-sandbox; remove-sandbox; stop-sandbox; remove-sandbox; stop-sandbox; remove-sandbox; stop-sandbox; remove-sandbox; stop-sandbox; remove-sandbox; stop-sandbox; remove-sandbox; ports-freed on 2",
    ],
  },
  {
    name: "28 a container with a grace of 300 s is given it",
    run: () => sweepOne({ grace: 300 }),
    expected: [person1, person2, cleared.replace("30 s", "300 s")],
  },
  ...graces,
  ...inForms,
  ...secondLine,
];

function repeat(line: string, times: number): readonly string[] {
  return Array.from({ length: times }, () => line);
}

function noLease(): void {
  // Nothing happens.
}

function lies(_: World, pod: SimPod): void {
  pod.stops = "lies";
}

function sweepIn(mode: ApiMode): readonly string[] {
  return sweepOne({}, (world) => {
    world.api.mode = mode;
  });
}
