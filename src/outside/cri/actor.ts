import type { ContainerStop, NodeActor, Said } from "../../model/node-actor.ts";
import { printable } from "../../report/safe.ts";
import { NotTold } from "./not-told.ts";
import type { Runtime } from "./runtime.ts";
import { RuntimePlace, type PlaceOptions } from "./runtime-place.ts";

/** What the runtime of a node does for somebody who may end pods. */
export type RuntimeActor = Pick<NodeActor, "stopContainers" | "stopSandbox" | "removeSandbox">;

export interface ActorOptions extends PlaceOptions {
  /** Milliseconds for a container on top of its grace; default two minutes. */
  readonly stopMargin?: number;
  /** Milliseconds for each call about a sandbox; default four minutes: CNI is asked in it, and it waits for shims. */
  readonly sandboxDeadline?: number;
}

/**
 * The runtime behind a socket, which is told to stop and remove. `socket` as in `connectCri`. Every call has a
 * connection of its own. A call is `failed` where the runtime says so, in its own words, and `silent` where it said
 * nothing, too late or not all: it may still be at it then.
 */
export function connectRuntimeActor(socket: string | null, options: ActorOptions = {}): RuntimeActor {
  const place = new RuntimePlace(socket, options);
  const { stopMargin = 120_000, sandboxDeadline = 240_000 } = options;

  const say = async (deadline: number | null, signal: AbortSignal, act: Act): Promise<Said> => {
    try {
      const { runtime: connected } = await place.connect({ callDeadline: sandboxDeadline, signal });
      using runtime = connected;
      const text = await act(runtime, deadline);
      return text === null ? { said: "done" } : { said: "failed", text: short(text) };
    } catch (error) {
      if (error instanceof NotTold) return { said: "silent", reason: error.reason };
      throw error;
    }
  };

  const stopContainer = ({ id, graceSeconds }: ContainerStop, signal: AbortSignal): Promise<Said> =>
    say(deadlineOf(graceSeconds, stopMargin), signal, (runtime, deadline) =>
      runtime.tell("StopContainer", deadline, (client, asking) =>
        client.stopContainer({ containerId: id, timeout: BigInt(graceSeconds) }, asking),
      ),
    );

  return {
    async stopContainers(containers, signal) {
      const refused = containers.map(whyNot).find((why) => why !== null);
      if (refused !== undefined) return refuse(refused);
      const said = await Promise.all(containers.map((container) => stopContainer(container, signal)));
      return joined(containers, said);
    },
    stopSandbox: async (id, signal) =>
      isWhole(id)
        ? say(sandboxDeadline, signal, (runtime, deadline) =>
            runtime.tell("StopPodSandbox", deadline, (client, asking) =>
              client.stopPodSandbox({ podSandboxId: id }, asking),
            ),
          )
        : refuse(notWhole),
    removeSandbox: async (id, signal) =>
      isWhole(id)
        ? say(sandboxDeadline, signal, (runtime, deadline) =>
            runtime.tell("RemovePodSandbox", deadline, (client, asking) =>
              client.removePodSandbox({ podSandboxId: id }, asking),
            ),
          )
        : refuse(notWhole),
  };
}

type Act = (runtime: Runtime, deadline: number | null) => Promise<string | null>;

/**
 * gRPC writes a deadline with eight digits, here of milliseconds [grpc, doc/PROTOCOL-HTTP2.md]: a longer one, of a day
 * and a bit more, is none.
 */
const longestDeadline = 99_999_999;

function deadlineOf(graceSeconds: number, margin: number): number | null {
  const deadline = graceSeconds * 1000 + margin;
  return deadline > longestDeadline ? null : deadline;
}

/** containerd counts in nanoseconds of 63 bits: what overflows would be no grace at all [internal/cri/server/container_stop.go]. */
const longestGrace = 2 ** 31;

function whyNot({ id, graceSeconds }: ContainerStop): string | null {
  if (!isWhole(id)) return notWhole;
  const isGrace = Number.isInteger(graceSeconds) && graceSeconds >= 0 && graceSeconds <= longestGrace;
  return isGrace ? null : `a grace is no number of whole seconds up to ${longestGrace}`;
}

/**
 * A whole id, as containerd and CRI-O make them: both take the beginning of one for the id of whatever it fits
 * [containerd v2.4.2, internal/cri/store/container], which may be another's by now.
 */
function isWhole(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id);
}

const notWhole = "an id is not a whole one, of 64 digits: its beginning alone may be another's";

function refuse(text: string): Said {
  return {
    said: "refused",
    reason: { code: "not-understood", text, at: [], supply: "report the runtime and its version" },
  };
}

/** What it said of some has the cause, and stands beside that it was silent about others: these may just have been told to end. */
function joined(containers: readonly ContainerStop[], said: readonly Said[]): Said {
  const texts = said.flatMap((each, at) =>
    each.said === "failed" ? [`container ${containers[at]?.id.slice(0, 12)}: ${each.text}`] : [],
  );
  const silent = said.find((each) => each.said === "silent");
  if (silent !== undefined)
    return { ...silent, reason: { ...silent.reason, text: short([...texts, silent.reason.text].join("; ")) } };
  if (texts.length > 0) return { said: "failed", text: short(texts.join("; ")) };
  return said.find((each) => each.said !== "done") ?? { said: "done" };
}

const longest = 600;

/** In one line. The cause of an error that was wrapped stands at its end, so what is left out is in the middle. */
function short(text: string): string {
  const line = printable(
    text
      .slice(0, 1 << 16)
      .replaceAll(/\s+/g, " ")
      .trim(),
  );
  if (line.length <= longest) return line;
  return `${line.slice(0, longest / 3)} … ${line.slice(-(2 * longest) / 3)}`;
}
