import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { RuntimeLedger } from "../../model/ledger.ts";
import { ContainerState, PodSandboxState } from "./generated/cri_pb.ts";
import type {
  Container,
  ListContainersRequestSchema,
  ListPodSandboxRequestSchema,
  PodSandbox,
} from "./generated/cri_pb.ts";
import { NotTold, statusOf } from "./not-told.ts";
import type { Runtime } from "./runtime.ts";

/**
 * Lists that are whole, also where they do not fit into one message: containerd sends 16 MiB at most
 * (DefaultMaxSendMsgSize), and then answers RESOURCE_EXHAUSTED. Then they are asked as a stream, and where that is not
 * served, by state. What cannot be had whole throws {@link NotTold}.
 *
 * States are asked in the order in which they follow each other: what moves on meanwhile is told twice instead of being
 * missed, and the later record counts. A state without a name here would be missed.
 */
export function listSandboxes(runtime: Runtime): Promise<PodSandbox[]> {
  return runtime.ask("ListPodSandbox", (client, options) => {
    const list = async (request: MessageInitShape<typeof ListPodSandboxRequestSchema>): Promise<PodSandbox[]> =>
      (await client.listPodSandbox(request, options)).items;
    const stream = (): Promise<PodSandbox[]> =>
      collect(client.streamPodSandboxes({}, options), ({ podSandboxes }) => podSandboxes);
    const byState = (): Promise<PodSandbox[]> =>
      joined(sandboxStates, (state) => list({ filter: { state: { state } } }));
    return unlessTooLarge(
      () => list({}),
      () => unlessNotServed(stream, byState),
    );
  });
}

export interface Containers {
  readonly containers: readonly Container[];
  readonly containersOf: RuntimeLedger["containersOf"];
}

/** By sandbox where even those of one state do not fit: then those of sandboxes without a record are missed. */
export function listContainers(runtime: Runtime, sandboxes: readonly string[]): Promise<Containers> {
  return runtime.ask("ListContainers", async (client, options) => {
    let containersOf: RuntimeLedger["containersOf"] = "all";
    const list = async (request: MessageInitShape<typeof ListContainersRequestSchema>): Promise<Container[]> =>
      (await client.listContainers(request, options)).containers;
    const stream = (): Promise<Container[]> =>
      collect(client.streamContainers({}, options), ({ containers }) => containers);
    const byState = (): Promise<Container[]> =>
      joined(containerStates, (state) => list({ filter: { state: { state } } }));
    const bySandbox = (tooLarge: ConnectError): Promise<Container[]> => {
      if (sandboxes.length === 0) throw tooLarge;
      containersOf = "listed-sandboxes";
      return joined(sandboxes, (podSandboxId) => list({ filter: { podSandboxId } }));
    };
    const containers = await unlessTooLarge(
      () => list({}),
      () => unlessNotServed(stream, () => unlessTooLarge(byState, bySandbox)),
    );
    return { containers, containersOf };
  });
}

const sandboxStates = [PodSandboxState.SANDBOX_READY, PodSandboxState.SANDBOX_NOTREADY];
const containerStates = [
  ContainerState.CONTAINER_UNKNOWN,
  ContainerState.CONTAINER_CREATED,
  ContainerState.CONTAINER_RUNNING,
  ContainerState.CONTAINER_EXITED,
];

/** Too large for the server to send, or for us to take. */
async function unlessTooLarge<T>(first: () => Promise<T>, otherwise: (error: ConnectError) => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (error) {
    if (!(error instanceof ConnectError) || error.code !== Code.ResourceExhausted) throw error;
    return otherwise(error);
  }
}

async function unlessNotServed<T>(first: () => Promise<T>, otherwise: () => Promise<T>): Promise<T> {
  try {
    return await first();
  } catch (error) {
    if (statusOf(error) !== Code.Unimplemented) throw error;
    return otherwise();
  }
}

async function joined<K, T extends { readonly id: string }>(
  keys: readonly K[],
  list: (key: K) => Promise<readonly T[]>,
): Promise<T[]> {
  const byId = new Map<string, T>();
  for (const key of keys) for (const item of await list(key)) byId.set(item.id, item);
  return [...byId.values()];
}

/** A stream has no limit of its own; what a node can hold is far below this one. */
const streamLimit = 100_000;

async function collect<M, T>(stream: AsyncIterable<M>, itemsOf: (message: M) => readonly T[]): Promise<T[]> {
  const all: T[] = [];
  for await (const message of stream) {
    for (const item of itemsOf(message)) all.push(item);
    if (all.length > streamLimit) {
      throw new NotTold("incomplete", `the runtime streams more than ${streamLimit} entries`, {
        supply: "see its log",
      });
    }
  }
  return all;
}
