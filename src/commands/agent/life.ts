import type { Request, RequestKind, World } from "../../sweep/requests.ts";

/** Milliseconds in which whatever names no time of its own comes to its end: the longest is a call about a sandbox, of four minutes. */
const allowance = 300_000;
/** The runtime is given as long for a container on top of its grace (src/outside/cri/actor.ts). */
const stopMargin = 120_000;

/**
 * Whether an agent goes on. Whatever it asks says until when an answer is due, and each answer that it goes on from; so one that
 * waits for a pod's grace lives, however long that is, and one whose question is never answered does not.
 */
export class Life {
  readonly #elapsed: () => number;
  #due: number;

  /** `elapsed`: milliseconds on a clock that nobody sets. */
  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
    this.#due = elapsed() + allowance;
  }

  readonly isThere = (): boolean => this.#elapsed() < this.#due;

  /** Something was answered, or begins; it takes that many milliseconds at most, and the usual on top. */
  goesOn(milliseconds = 0): void {
    this.#due = this.#elapsed() + milliseconds + allowance;
  }

  /** The same world, each question of which is a sign of life. */
  over(world: World): World {
    return new Proxy(world, {
      get: (asked, kind: RequestKind) => async (request: never) => {
        this.goesOn(mayTake(request));
        const answer: unknown = await asked[kind](request);
        this.goesOn();
        return answer;
      },
    });
  }
}

/** Milliseconds that a request has by itself. */
function mayTake(request: Request): number {
  if (request.kind === "wait") return request.milliseconds;
  if (request.kind !== "stop-containers") return 0;
  return Math.max(0, ...request.containers.map(({ graceSeconds }) => graceSeconds)) * 1000 + stopMargin;
}
