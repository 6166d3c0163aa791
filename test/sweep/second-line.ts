import { cycle } from "../../src/sweep/cycle.ts";
import { noMemory } from "../../src/sweep/memory.ts";
import { answer } from "./answers.ts";
import { aNode, anAgent, anHour, aPerson, orphan, play, rungs, type Scenario } from "./play.ts";
import {
  changeProcesses,
  comesBack,
  drop,
  endAll,
  first,
  inherit,
  sweepOne,
  terminate,
  when,
  whileConfirmed,
} from "./stage.ts";
import { held, hold, timeOf, type SimPod, type World } from "./world.ts";

/** Rules beside which another mostly says no as well: each is shown where it alone speaks. */
export const secondLine: readonly Scenario[] = [
  {
    name: "what could not be told stops it before anybody is asked, also where no scan has to agree",
    run: () => {
      const { world } = aNode(orphan);
      world.kubelet.answers = false;
      const asked: string[] = [];
      const policy = aPerson({ confirmations: 0 });
      const lines = play({ world, policy, cycles: [0], before: ({ request }) => void asked.push(request.kind) });
      return [...lines, ...asked.filter((kind) => kind === "consent" || kind === "lease")];
    },
    expected: ["P6 untold: no answer; orphan csi ripe"],
  },
  {
    name: "1 an annotation of a pod that is overdue does not lend its fate to another",
    run: () => {
      const { world, pods } = aNode({ name: "claims" }, orphan);
      const [claims, victim] = pods;
      if (claims === undefined || victim === undefined) return [];
      endAll(world, claims);
      terminate(world, claims, 30);
      hold(
        world,
        held(world).map((pod) => (pod.uid === claims.uid ? { ...pod, configHash: victim.uid } : pod)),
      );
      return play({ world, policy: aPerson({ overdue: true, confirmations: 1 }), cycles: [600_000] });
    },
    expected: ["nothing"],
  },
  {
    name: "1, 8 what is static, and what no kubelet made, is called so",
    run: () =>
      standings(aNode({ kind: "static", name: "etcd", orphan: true }, { kind: "foreign", name: "crictl" }).world),
    expected: ["crictl foreign", "etcd static", "kube-proxy running"],
  },
  {
    name: "2 a sighting between two scans begins the wait anew",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: anAgent(),
        cycles: [...anHour.slice(0, 3), 60_000, 60_000, 3_700_000],
        before: (moment) => {
          when(4, "time", 1, () => comesBack(world, first(pods)))(moment);
          when(5, "time", 1, () => drop(world, first(pods)))(moment);
        },
      });
    },
    expected: [
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 3840 s, 1 scans",
      "orphan csi waits 3780 s, 0 scans",
      "nothing",
      "nothing",
      "orphan csi waits 3900 s, 2 scans",
    ],
  },
  {
    name: "8 no kubelet at the runtime",
    run: () => {
      const { world } = aNode(orphan);
      world.kubelet.number = 0;
      return play({ world, policy: aPerson({ confirmations: 1 }), cycles: [0] });
    },
    expected: ["P3 fails: no kubelet is connected to the runtime; orphan csi waits 0 s, 1 scans"],
  },
  {
    name: "13 a socket that could not be looked for after the last act is not closed",
    run: () =>
      sweepOne(
        {},
        (world, pod) =>
          ({ request }) => {
            if (request.kind !== "stop-sandbox") return;
            inherit(world, pod);
            world.kernel.socketsUnread = true;
          },
        aPerson({ rungs: rungs(1) }),
      ).slice(2),
    expected: ["stop container 30 s; stop-sandbox; left on 1: not told"],
  },
  {
    name: "15 an orphan that the API has again as one that is overdue",
    run: () => whileConfirming((world, pod) => overdue(world, pod)),
    expected: ["aborted before 1: it is overdue by now"],
  },
  {
    name: "16 others come to live on it while it is confirmed",
    run: () => whileConfirming((_, pod) => void (pod.serves = true)),
    expected: ["aborted before 1: others may live on it: pid 1 holds /dev/fuse open"],
  },
  {
    name: "15 its processes are in another cgroup of the same pod",
    run: () =>
      whileConfirming((world, pod) =>
        changeProcesses(world, pod, ({ cgroup }) => ({
          cgroup: cgroup.map((line) => ({ ...line, path: line.path.replace("burstable", "besteffort") })),
        })),
      ),
    expected: ["aborted before 1: it is in another cgroup by now"],
  },
];

function standings(world: World): readonly string[] {
  const program = cycle(noMemory, aPerson());
  let step = program.next();
  while (step.done !== true) step = program.next(answer(world, step.value));
  const { pods } = step.value.scan.view;
  return pods.map(({ name, standing }) => `${name} ${typeof standing === "string" ? standing : "unknown"}`).toSorted();
}

function whileConfirming(happens: (world: World, pod: SimPod) => void): readonly string[] {
  const policy = aPerson({ overdue: true });
  return sweepOne({}, (world, pod) => whileConfirmed(() => happens(world, pod)), policy).slice(2);
}

/** The API has it as deleted ten minutes ago. */
function overdue(world: World, pod: SimPod): void {
  comesBack(world, pod);
  const deletion = { at: timeOf(world.now - 600_000), graceSeconds: 30 };
  hold(
    world,
    held(world).map((each) => (each.uid === pod.uid ? { ...each, deletion } : each)),
  );
}
