import type { PlacingNode, PlacingPod, World } from "../model/placing.ts";
import type { HostPort } from "../model/scheduling.ts";
import { defaultProfile, type SchedulerProfile } from "../model/scheduler-profile.ts";
import { hostPortsOf } from "./host-ports.ts";
import { PerNode } from "./per-node.ts";
import { countedOfNode, scoredOnNode, requestedBy, type ScoredRequests } from "./requests.ts";

/** A node and the pods on it, with the sums that one more pod changes. Amounts are those that are counted in: thousandths of processors, bytes, pieces. */
export interface PlaceState {
  readonly node: PlacingNode;
  readonly pods: ReadonlySet<PlacingPod>;
  readonly allocatable: ReadonlyMap<string, number>;
  readonly requested: ReadonlyMap<string, number>;
  /** As nodes are scored by it. */
  readonly scored: ScoredRequests;
  /** The sizes of its images in bytes, by each of their names. */
  readonly images: ReadonlyMap<string, number>;
  readonly hostPorts: readonly HostPort[];
  /** Of them, those with terms about other pods. */
  readonly withTerms: ReadonlySet<PlacingPod>;
  /** How often a pod came or went. */
  readonly version: number;
}

/** Where the pods of a world are. Placing and removing a pod change its node alone. */
export class PlaceIndex {
  readonly world: World;
  readonly profile: SchedulerProfile;
  /** Numbers of pods, as spreading counts them. */
  readonly counts = new PerNode<number>();
  /** Weights of terms by the key of their topology. */
  readonly weights = new PerNode<readonly (readonly [topologyKey: string, weight: number])[]>();
  readonly #states = new Map<string, MutableState>();
  /** On how many nodes an image is, by name. */
  readonly imageNodes = new Map<string, number>();

  constructor(world: World, profile: SchedulerProfile = defaultProfile) {
    this.world = world;
    this.profile = profile;
    for (const node of world.nodes) {
      this.#states.set(node.name, empty(node));
    }
    for (const { images } of this.#states.values())
      for (const name of images.keys()) this.imageNodes.set(name, (this.imageNodes.get(name) ?? 0) + 1);
    for (const pod of world.pods) if (pod.node !== null) this.place(pod, pod.node);
  }

  /** In the order of the world's nodes. */
  states(): Iterable<PlaceState> {
    return this.#states.values();
  }

  get size(): number {
    return this.#states.size;
  }

  /** What is on a node that the world does not have counts nowhere. */
  place(pod: PlacingPod, node: string): void {
    this.#change(pod, node, 1);
  }

  remove(pod: PlacingPod, node: string): void {
    this.#change(pod, node, -1);
  }

  labelsOf(namespace: string): ReadonlyMap<string, string> {
    return this.world.namespaces.get(namespace) ?? none;
  }

  #change(pod: PlacingPod, name: string, by: 1 | -1): void {
    const state = this.#states.get(name);
    if (state === undefined) return;
    const { taken, scored } = amountsOf(pod);
    for (const [resource, amount] of taken)
      state.requested.set(resource, (state.requested.get(resource) ?? 0) + by * amount);
    state.scored = {
      cpu: state.scored.cpu + by * scored.cpu,
      memory: state.scored.memory + by * scored.memory,
    };
    for (const pods of [state.pods, ...(hasTerms(pod) ? [state.withTerms] : [])])
      if (by === 1) pods.add(pod);
      else pods.delete(pod);
    state.version += 1;
    if (hostPortsOf(pod).length > 0) state.hostPorts = [...state.pods].flatMap(hostPortsOf);
  }
}

interface MutableState extends PlaceState {
  readonly pods: Set<PlacingPod>;
  readonly requested: Map<string, number>;
  scored: ScoredRequests;
  hostPorts: readonly HostPort[];
  readonly withTerms: Set<PlacingPod>;
  version: number;
}

function empty(node: PlacingNode): MutableState {
  return {
    node,
    pods: new Set(),
    allocatable: new Map([...countedOfNode(node.allocatable)].map(([resource, amount]) => [resource, Number(amount)])),
    requested: new Map(),
    scored: { cpu: 0, memory: 0 },
    images: new Map(node.images.flatMap(({ names, bytes }) => names.map((name) => [name, bytes] as const))),
    hostPorts: [],
    withTerms: new Set(),
    version: 0,
  };
}

interface Amounts {
  readonly taken: ReadonlyMap<string, number>;
  readonly scored: ScoredRequests;
}

const amounts = new WeakMap<PlacingPod, Amounts>();

function amountsOf(pod: PlacingPod): Amounts {
  const before = amounts.get(pod);
  if (before !== undefined) return before;
  const taken = new Map([...requestedBy(pod)].map(([resource, amount]) => [resource, Number(amount)] as const));
  const now = { taken, scored: scoredOnNode(pod) };
  amounts.set(pod, now);
  return now;
}

function hasTerms({ affinity, antiAffinity }: PlacingPod): boolean {
  return [affinity, antiAffinity].some(({ required, preferred }) => required.length + preferred.length > 0);
}

const none: ReadonlyMap<string, string> = new Map();
