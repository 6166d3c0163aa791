import { Code, ConnectError } from "@connectrpc/connect";
import type { Reason, ReasonCode } from "../../model/told.ts";
import type { Session } from "./session.ts";

/** Thrown inside this folder, and made into an unknown at its edge. */
export class NotTold extends Error {
  readonly reason: Reason;
  /** Certain that there is no runtime that serves CRI behind this socket; `false`: there may be one. */
  readonly noRuntime: boolean;

  constructor(code: ReasonCode, text: string, { supply, noRuntime = false }: { supply: string; noRuntime?: boolean }) {
    super(text);
    this.reason = { code, text, at: [], supply };
    this.noRuntime = noRuntime;
  }
}

export interface Question {
  /** The method: "ListContainers". */
  readonly what: string;
  readonly socket: string;
  readonly session: Session;
  /** Milliseconds that were given to answer it. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** Why a question was not answered. The text may hold words of the runtime: they are cut, and not to be trusted. */
export function whyNotAnswered(error: unknown, question: Question): NotTold {
  if (error instanceof NotTold) return error;
  const { what, socket, session, deadline, signal } = question;
  const { code, rawMessage } = ConnectError.from(error);
  const who = `the runtime at ${socket}`;
  if (signal.aborted) return givenUp(socket, signal);
  if (code === Code.ResourceExhausted) {
    return new NotTold("incomplete", `${who} has more to say to ${what} than fits into a message`, { supply: ifLarge });
  }
  if (statusOf(error) !== null) return refused(question, code, rawMessage);
  if (code === Code.DeadlineExceeded) {
    return new NotTold("timed-out", `${who} did not answer ${what} within ${deadline / 1000} s`, { supply: ifSlow });
  }
  if (session.ended || wasCut(rawMessage)) {
    return new NotTold("incomplete", `${who} broke off before it had answered ${what}`, { supply: ifRestarted });
  }
  const text = `what listens on ${socket} did not answer ${what} as CRI over gRPC: ${cut(rawMessage)}`;
  return new NotTold("not-understood", text, { supply: nameTheSocket });
}

/** The status that the server gave; `null` where the client made one of what it saw. */
export function statusOf(error: unknown): Code | null {
  return error instanceof ConnectError && error.metadata.has("grpc-status") ? error.code : null;
}

function refused({ what, socket }: Question, code: Code, said: string): NotTold {
  const words = said === "" ? "" : `: ${cut(said)}`;
  if (code === Code.PermissionDenied || code === Code.Unauthenticated) {
    return new NotTold("not-permitted", `the runtime at ${socket} does not permit ${what}${words}`, { supply: asRoot });
  }
  const text = `the runtime at ${socket} answered ${what} with the error ${Code[code]}${words}`;
  const late = code === Code.DeadlineExceeded;
  return new NotTold(late ? "timed-out" : "not-reached", text, { supply: late ? ifSlow : "see the runtime's log" });
}

export function givenUp(socket: string, signal: AbortSignal): NotTold {
  const late = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
  const text = `the runtime at ${socket} was given up before it had answered`;
  return new NotTold(late ? "timed-out" : "incomplete", text, { supply: "try again" });
}

/** How connect-node says that a stream ended in the middle (protocol-grpc, node-error.ts). */
function wasCut(message: string): boolean {
  return /^protocol error: (?:incomplete envelope|missing status)$|stream closed with error code/i.test(message);
}

export const nameTheSocket = "name the socket that the kubelet uses: containerRuntimeEndpoint in its configuration";
export const asRoot = "run it as root";
const ifSlow = "try again; a runtime that stays so slow has a shim or a disk that hangs: see its log";
const ifLarge = "remove dead pods from the node, or use containerd 2.4 or newer, which can stream its lists";
const ifRestarted = "try again: it may have been restarted";

/** Words of the other side, in one line of at most 200 characters. */
export function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= 200 ? line : `${line.slice(0, 200)}…`;
}
