import { expect, test } from "vitest";
import { failed, kubeSource, served, silence } from "../../../test/builders/kube-source.ts";
import { stateFolder } from "../../../test/builders/state-folder.ts";
import type { ListStep } from "../../model/kube-source.ts";
import { known } from "../../model/told.ts";
import { AgentMetrics } from "../../outside/metrics.ts";
import { agentCommand } from "../agent-command.ts";
import type { AgentOptions } from "./options.ts";
import { Watch } from "./watch.ts";

const pod = {
  node: "w1",
  namespace: "holdfast",
  name: "holdfast-agent-x",
  uid: "22329b6e-1d74-4f8b-a007-fc831d2bcb79",
};

/** In which cycles the report was sent, of an agent that is told the same in each; those of these cycles are not taken. */
async function reportedIn(cycles: number, notTaken: readonly number[]): Promise<number[]> {
  const folder = stateFolder();
  let cycle = 0;
  const sent: number[] = [];
  const report = served({ metadata: { name: "w1", uid: "u", resourceVersion: "7" } });
  const kube = kubeSource({
    list: () => steps([failed(silence)]),
    get: () => Promise.resolve(known(report)),
    update: () => {
      sent.push(cycle);
      return Promise.resolve(notTaken.includes(cycle) ? { unknown: silence } : known(report));
    },
  });
  const journal = {
    read: () => Promise.resolve(known({ entries: [], damaged: 0 })),
    write: () => Promise.resolve(known(undefined)),
  };
  const metrics = new AgentMetrics();
  const saw = metrics.saw.bind(metrics);
  metrics.saw = (seen) => ((cycle += 1), saw(seen));
  const options: AgentOptions = { ...agentCommand().opts<AgentOptions>(), interval: 0.01, cycles, root: folder };
  const watch = new Watch({ kube, pod, options, journal, run: "00000000000000aa", metrics, log: () => {} });
  expect([watch.healthy(), watch.ready()]).toEqual([true, false]);
  await watch.keep(new AbortController().signal);
  expect([watch.healthy(), watch.ready()]).toEqual([true, true]);
  return sent;
}

async function* steps(all: readonly ListStep[]): AsyncGenerator<ListStep> {
  await Promise.resolve();
  yield* all;
}

test.each<[string, readonly number[], readonly number[]]>([
  ["it is taken: it is sent once, since there is nothing new", [], [1]],
  ["it is not taken: it is sent again until it is", [1, 2], [1, 2, 3]],
])("the report of a node, where %s", async (_, notTaken, expected) => {
  expect(await reportedIn(5, notTaken)).toEqual(expected);
});
