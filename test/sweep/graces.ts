import { lose } from "./acts.ts";
import { aNode, anAgent, aPerson, orphan, play, threeScans, type Moment, type Scenario } from "./play.ts";
import { comesBack, drop, first, sandboxesOf, sayExited, sweepOne, terminate, when } from "./stage.ts";
import { nanosecondsOf, type SimPod } from "./world.ts";

const twoScans = ["orphan csi waits 0 s, 2 scans", "orphan csi waits 0 s, 1 scans"];

const killed =
  "stop container 300 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; stop-sandbox; remove-sandbox; cleared on 2";

/** What a leftover was given to end by itself, and what ends it before. */
export const graces: readonly Scenario[] = [
  {
    name: "2 a person gives it the grace that its deletion was listed with, where that is the longer one",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: aPerson(),
        cycles: [0, 1000, 1000, 1000, 1000],
        before: (moment) => {
          when(1, "time", 1, () => terminate(world, first(pods), 7200))(moment);
          when(2, "time", 1, () => drop(world, first(pods)))(moment);
        },
      });
    },
    expected: [
      "nothing",
      "nothing",
      ...twoScans,
      "stop container 7200 s; stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1",
    ],
  },
  {
    name: "2 what its kubelet gave it already is not waited for again",
    run: () => endedTenMinutesAgo(() => undefined),
    expected: [...twoScans, killed],
  },
  {
    name: "2 what its kubelet gave to an earlier container of that name is not taken for its own",
    run: () => endedTenMinutesAgo((pod) => makeAgain(pod, 590_000)),
    expected: [...twoScans, killed, "waited 293 s before stop-sandbox"],
  },
  {
    name: "2 a stop that nobody answered may just have told it to end: nothing ends it meanwhile",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "silent";
      const waited = waits();
      const lines = play({ world, policy: anAgent(), cycles: [0, 3_900_000, 60_000], before: waited.note });
      return [...lines.slice(2), ...waited.lines];
    },
    expected: ["stop container 30 s; stop-sandbox; left on 1: 2", "waited 25 s before stop-sandbox"],
  },
  {
    name: "2 a stop that was refused told nobody anything, and the grace is over",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "refuses";
      const waited = waits();
      const lines = play({ world, policy: anAgent(), cycles: [0, 3_900_000, 60_000], before: waited.note });
      return [...lines.slice(2), ...waited.lines];
    },
    expected: ["stop container 30 s; stop-sandbox; left on 1: 2"],
  },
  {
    name: "2 a stop that was refused told nobody anything, and the grace is not over",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "refuses";
      const waited = waits();
      const lines = play({ world, policy: aPerson(), cycles: threeScans, before: waited.note });
      return [...lines.slice(2), ...waited.lines];
    },
    expected: [
      "stop container 30 s; stop-sandbox; kill-cgroup 0:/kubepods/burstable/pod00000000-0000-4000-8000-000000000006; stop-sandbox; remove-sandbox; cleared on 2",
      "waited 23 s before stop-sandbox",
    ],
  },
  {
    name: "2 what a container that ended has started is given its grace, too",
    run: () => {
      const { world, pods } = aNode(orphan);
      sayExited(first(pods));
      const waited = waits();
      const lines = play({ world, policy: aPerson(), cycles: threeScans, before: waited.note });
      return [...lines.slice(2), ...waited.lines];
    },
    expected: ["stop-sandbox; stop-sandbox; remove-sandbox; cleared on 1", "waited 28 s before stop-sandbox"],
  },
  {
    name: "2 a sighting by its name alone ends its absence too",
    run: () => {
      const { world, pods } = aNode({ name: "csi" });
      return play({
        world,
        policy: anAgent(),
        cycles: [0, 60_000, 60_000, 60_000],
        before: (moment) => {
          when(1, "time", 1, () => drop(world, first(pods)))(moment);
          when(2, "time", 1, () => {
            comesBack(world, first(pods));
            world.api.mode = { is: "lacking", uid: first(pods).uid };
          })(moment);
          when(3, "time", 1, () => {
            world.api.mode = { is: "true" };
            drop(world, first(pods));
          })(moment);
        },
      });
    },
    expected: [
      "orphan csi waits 3900 s, 2 scans",
      "nothing",
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 3840 s, 1 scans",
    ],
  },
  {
    name: "2 a kernel that could not be read does not begin the absence of what has no record any more anew",
    run: () => {
      const { world, pods } = aNode(orphan);
      return play({
        world,
        policy: anAgent(),
        cycles: [0, 60_000, 60_000, 60_000],
        before: (moment) => {
          when(2, "time", 1, () => {
            for (const sandbox of sandboxesOf(first(pods))) lose(sandbox);
          })(moment);
          when(3, "kernel", 1, () => void (world.kernel.answers = false))(moment);
          when(4, "time", 1, () => void (world.kernel.answers = true))(moment);
        },
      });
    },
    expected: [
      "orphan csi waits 3900 s, 2 scans",
      "orphan csi waits 3840 s, 1 scans",
      "nothing",
      "orphan csi waits 3720 s, 2 scans",
    ],
  },
  {
    name: "16 the last record is not taken in a pause",
    run: () => sweepOne({}, (world) => when(3, "stop-sandbox", 1, () => void (world.person.paused = true))).slice(2),
    expected: ["stop container 30 s; stop-sandbox; ports-freed on 1"],
  },
];

/** A pod with a grace of 300 s that the API does not have for ten minutes, and which its kubelet has tried to end since. */
function endedTenMinutesAgo(change: (pod: SimPod) => void): readonly string[] {
  const { world, pods } = aNode({ name: "csi", grace: 300 });
  first(pods).stops = "refuses";
  drop(world, first(pods));
  change(first(pods));
  const waited = waits();
  const lines = play({ world, policy: aPerson(), cycles: [600_000, 1000, 1000], before: waited.note });
  return [...lines, ...waited.lines];
}

/** Its container is of then. */
function makeAgain(pod: SimPod, at: number): void {
  for (const { containers } of sandboxesOf(pod))
    for (const container of containers) container.record = { ...container.record, createdAt: nanosecondsOf(at) };
}

/** Notes for how long was waited before what ends it at once. */
function waits(): { readonly note: (moment: Moment) => void; readonly lines: string[] } {
  const lines: string[] = [];
  let waited = 0;
  const note = ({ request }: Moment): void => {
    if (request.kind === "wait") waited += request.milliseconds;
    if (request.kind !== "stop-sandbox" && request.kind !== "kill-cgroup") return;
    if (waited > 0) lines.push(`waited ${Math.round(waited / 1000)} s before ${request.kind}`);
    waited = 0;
  };
  return { note, lines };
}
