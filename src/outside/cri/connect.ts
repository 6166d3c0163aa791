import type { RuntimeLedger, SandboxDetail, Task } from "../../model/ledger.ts";
import type { RuntimeSource, Sequence } from "../../model/sources.ts";
import { known, unknown } from "../../model/told.ts";
import type { Told } from "../../model/told.ts";
import { detailOf } from "./detail.ts";
import { listContainers, listSandboxes } from "./lists.ts";
import { NotTold } from "./not-told.ts";
import { containerOf, sandboxOf, taskOf } from "./records.ts";
import { RuntimePlace, type PlaceOptions } from "./runtime-place.ts";

export interface CriOptions extends PlaceOptions {
  readonly sequence: Sequence;
  readonly now: () => Date;
  /** Milliseconds for each call; default 5000. */
  readonly callDeadline?: number;
  /** Milliseconds for one `inspect`, however many sandboxes it is of; default 15000. */
  readonly inspectDeadline?: number;
}

/**
 * The runtime behind a socket, asked through CRI v1 and, for tasks, containerd's own API. `socket` is a path or
 * `unix://` and a path; `null`: the well-known one that is there. Nothing is opened before the first question, and
 * every reading has a connection of its own.
 */
export function connectCri(socket: string | null, options: CriOptions): RuntimeSource {
  return new CriSource(socket, options);
}

class CriSource implements RuntimeSource {
  readonly #options: CriOptions;
  readonly #place: RuntimePlace;
  readonly #closed = new AbortController();

  constructor(socket: string | null, options: CriOptions) {
    this.#place = new RuntimePlace(socket, options);
    this.#options = options;
  }

  list(signal: AbortSignal): Promise<Told<RuntimeLedger>> {
    return tell(async () => {
      const { sequence, now } = this.#options;
      const began = sequence();
      const { runtime: asked, endpoint } = await this.#connect(signal);
      using runtime = asked;
      const version = await runtime.version();
      const sandboxes = await listSandboxes(runtime);
      const ids = sandboxes.map(({ id }) => id);
      const { containers, containersOf } = await listContainers(runtime, ids);
      const tasks = await tell(async (): Promise<readonly Task[]> => (await runtime.tasks()).map(taskOf));
      return {
        reading: { began, ended: sequence(), at: now().toISOString() },
        runtime: version,
        endpoint,
        sandboxes: sandboxes.map(sandboxOf),
        containers: containers.map(containerOf),
        containersOf,
        tasks,
      };
    });
  }

  async inspect(ids: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, Told<SandboxDetail>>> {
    const details = new Map<string, Told<SandboxDetail>>();
    if (ids.length === 0) return details;
    // Where the shims of many hang, each call takes all its time.
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(this.#options.inspectDeadline ?? 15_000)]);
    const connected = await tell(() => this.#connect(inTime));
    if ("unknown" in connected) return new Map(ids.map((id) => [id, connected]));
    using runtime = connected.known.runtime;
    const pending = new Set(ids).values();
    const inspectSome = async (): Promise<void> => {
      for (const id of pending) details.set(id, await tell(async () => detailOf(await runtime.status(id))));
    };
    await Promise.all(Array.from({ length: inspectedAtOnce }, inspectSome));
    return new Map(ids.flatMap((id) => entry(details, id)));
  }

  close(): void {
    this.#closed.abort();
  }

  #connect(signal: AbortSignal): ReturnType<RuntimePlace["connect"]> {
    const { callDeadline = 5000 } = this.#options;
    return this.#place.connect({ callDeadline, signal: AbortSignal.any([signal, this.#closed.signal]) });
  }
}

/** containerd asks a shim for each: more at once would load a node that is in trouble. */
const inspectedAtOnce = 4;

/** The edge of this folder: what was not told becomes an unknown. */
async function tell<T>(read: () => Promise<T>): Promise<Told<T>> {
  try {
    return known(await read());
  } catch (error) {
    if (error instanceof NotTold) return unknown(error.reason);
    throw error;
  }
}

function entry<K, V>(map: ReadonlyMap<K, V>, key: K): [K, V][] {
  const value = map.get(key);
  return value === undefined ? [] : [[key, value]];
}
