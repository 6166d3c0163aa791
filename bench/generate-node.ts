import { ledgersOf, type Ledgers, type PodFacts, type ProcessFacts } from "../test/builders/ledgers.ts";
import { seededRandom, type Random } from "./random.ts";

export interface NodeSize {
  readonly pods: number;
  readonly processes: number;
  readonly sockets: number;
  readonly seed: number;
}

/** One pod in this many is an orphan, and one process in this many is in no pod. */
const podsAnOrphan = 40;
const processesOfTheHost = 10;

/**
 * The three ledgers of a full node: pods with several containers and processes each, most on a network of their own, and
 * sockets spread over all processes.
 */
export function generateNode({ pods, processes, sockets, seed }: NodeSize): Ledgers {
  const random = seededRandom(seed);
  const ofHost = Math.floor(processes / processesOfTheHost);
  const counts = { processes: 0, sockets: 0 };
  const next = (): ProcessFacts => {
    counts.processes += 1;
    const target = Math.floor((sockets * counts.processes) / processes);
    const listens = Array.from({ length: target - counts.sockets }, () => endpoint(random));
    counts.sockets = target;
    return { pid: 100 + counts.processes, name: random.pick(["main", "worker", "sidecar"]), listens };
  };
  const host = Array.from({ length: ofHost }, next);
  const shares = Array.from({ length: pods }, (_, index) => share(processes - ofHost, pods, index));
  return ledgersOf({
    host,
    pods: shares.map((count, index): PodFacts => {
      const all = Array.from({ length: count }, next);
      return {
        name: `apps/pod-${index}`,
        listed: index % podsAnOrphan === podsAnOrphan - 1 ? "none" : "both",
        api: { hostNetwork: random.between(1, 10) === 1 },
        containers: [
          { name: "main", processes: all.slice(0, Math.ceil(count / 2)) },
          { name: "sidecar", processes: all.slice(Math.ceil(count / 2)) },
        ],
      };
    }),
  });
}

function endpoint(random: Random): string {
  const address = random.pick(["127.0.0.1", "0.0.0.0", "[::]", "[::1]"]);
  return `${address}:${random.between(1024, 65_535)}${random.pick(["", "", "/udp"])}`;
}

/** How many of `total` the one at `index` of `parts` gets, so that all are dealt. */
function share(total: number, parts: number, index: number): number {
  return Math.floor((total * (index + 1)) / parts) - Math.floor((total * index) / parts);
}
