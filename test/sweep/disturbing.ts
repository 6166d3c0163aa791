import type { Policy, Rung } from "../../src/sweep/policy.ts";
import { aNode, anAgent, anHour, aPerson, orphan, play, rungs, type Scenario } from "./play.ts";
import { first } from "./stage.ts";
import type { World } from "./world.ts";

/** One sweep of a person who asks for one scan only, of what a runtime says to have ended, and which lives. */
function once(upTo: readonly Rung[], prepare: (world: World) => void = () => undefined, gaps = [0]): readonly string[] {
  return swept({ rungs: rungs(...upTo) }, prepare, gaps);
}

function swept(change: Partial<Policy>, prepare: (world: World) => void, gaps: readonly number[]): readonly string[] {
  const { world, pods } = aNode(orphan);
  first(pods).stops = "lies";
  prepare(world);
  return play({ world, policy: aPerson({ confirmations: 1, attempts: 9, ...change }), cycles: gaps });
}

/** In vain, as far as what lives is concerned. */
function inVain({ kubelet }: World): void {
  kubelet.restartHelps = false;
}

const minutes = 60_000;
const byRuntime = "stop container 30 s; stop-sandbox; ";
/** Of containers that are said to have ended. */
const again = "stop-sandbox; ";

/** The rungs that disturb the whole node: the kubelet is restarted, a reboot is asked for. */
export const disturbing: readonly Scenario[] = [
  {
    name: "26 what a kubelet would not take again could not be told: it is not restarted",
    run: () => once([1, 3], ({ kubelet }) => void (kubelet.rejects = null)),
    expected: [`${byRuntime}aborted before 3: no answer`],
  },
  {
    name: "26 a pod that the kubelet would not take again: rung 3 is refused, and names it",
    run: () => once([1, 3], ({ kubelet }) => void (kubelet.rejects = ["kube-system/critical"])),
    expected: [`${byRuntime}aborted before 3: after a restart the kubelet would not take kube-system/critical again`],
  },
  {
    name: "26 it could not be told what the kubelet would take again",
    run: () => once([1, 3], ({ kubelet }) => void (kubelet.rejects = null)),
    expected: [`${byRuntime}aborted before 3: no answer`],
  },
  {
    name: "26 it is refused in a dry run, too",
    run: () => swept({ rungs: rungs(3), mode: "dry-run" }, ({ kubelet }) => void (kubelet.rejects = ["a/b"]), [0]),
    expected: ["aborted before 3: after a restart the kubelet would not take a/b again"],
  },
  {
    name: "26 rung 3 where all would be taken again",
    run: () => once([1, 3]),
    expected: [`${byRuntime}restart-kubelet; stop-sandbox; remove-sandbox; cleared on 3`],
  },
  {
    name: "26 a restart in vain, and another within the hour, and after it",
    run: () => once([1, 3], inVain, [0, 30 * minutes, 31 * minutes]),
    expected: [
      `${byRuntime}restart-kubelet; left on 3: 2`,
      `${again}restart-kubelet; aborted before 3: it was restarted an hour ago or less`,
      `${again}restart-kubelet; left on 3: 2`,
    ],
  },
  {
    name: "26 a reboot is asked for once the restarted kubelet is up for its time, and not in the same climb",
    run: () => once([1, 3, 4], inVain, [0, 0, 5 * minutes]),
    expected: [
      `${byRuntime}restart-kubelet; left on 3: 2; again after 300 s for 4`,
      "P3 fails: the kubelet is up for 60 s, and 300 s are asked for; orphan csi waits 0 s, 1 scans",
      `${again}restart-kubelet; request-reboot; left on 4: 2; reboot requested`,
    ],
  },
  {
    name: "26 an agent does the same by itself, and leaves it to a person then",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "lies";
      inVain(world);
      const cycles = [...anHour, 60_000, 300_000, 60_000, 60_000, 60_000];
      return play({ world, policy: anAgent({ rungs: rungs(1, 3, 4) }), cycles }).slice(3);
    },
    expected: [
      `${byRuntime}restart-kubelet; left on 3: 2; again after 300 s for 4`,
      "P3 fails: the kubelet is up for 120 s, and 300 s are asked for; orphan csi waits 0 s, 3 scans",
      "orphan csi waits 0 s, 2 scans",
      "orphan csi waits 0 s, 1 scans",
      `${again}restart-kubelet; request-reboot; left on 4: 2; reboot requested`,
      "orphan csi protected: 2 attempts did not clear it: it is left to a person",
    ],
  },
  {
    name: "26 a kubelet that does not come back, and one that was not restarted, are told even where all is gone",
    run: () => [
      ...once([1, 3, 4], ({ kubelet }) => void (kubelet.restarts = "none")),
      ...once([1, 3, 4], ({ kubelet }) => void (kubelet.restarts = "old")),
    ],
    expected: [
      `${byRuntime}restart-kubelet; stop-sandbox; remove-sandbox; left on 3: 0; kubelet none`,
      `${byRuntime}restart-kubelet; left on 3: 2; kubelet old`,
    ],
  },
  {
    name: "26 what kured is at, or that it could not be told, speaks against both rungs",
    run: () =>
      (["busy", "silent", "none", "deaf", "idle"] as const).flatMap((is) => [
        ...once([1, 3], ({ rebooter }) => void (rebooter.is = is)),
        ...once([1, 4], ({ rebooter }) => void (rebooter.is = is)),
      ]),
    expected: [
      `${byRuntime}aborted before 3: kured is at w1`,
      `${byRuntime}aborted before 4: kured is at w1`,
      `${byRuntime}aborted before 3: no answer`,
      `${byRuntime}aborted before 4: no answer`,
      `${byRuntime}restart-kubelet; stop-sandbox; remove-sandbox; cleared on 3`,
      `${byRuntime}aborted before 4: there is no kured that would reboot the node`,
      `${byRuntime}restart-kubelet; stop-sandbox; remove-sandbox; cleared on 3`,
      `${byRuntime}aborted before 4: kured has no pod here`,
      `${byRuntime}restart-kubelet; stop-sandbox; remove-sandbox; cleared on 3`,
      `${byRuntime}request-reboot; left on 4: 2; reboot requested`,
    ],
  },
  {
    name: "the gentle rungs ask neither kured nor what a kubelet would take",
    run: () => {
      const { world, pods } = aNode(orphan);
      first(pods).stops = "refuses";
      const asked: string[] = [];
      const policy = aPerson({ confirmations: 1 });
      const lines = play({ world, policy, cycles: [0], before: ({ request }) => void asked.push(request.kind) });
      return [
        ...lines.flatMap((line) => line.split("; ").slice(-1)),
        ...asked.filter((kind) => kind === "rebooter" || kind === "readmission"),
      ];
    },
    expected: ["cleared on 2"],
  },
];
