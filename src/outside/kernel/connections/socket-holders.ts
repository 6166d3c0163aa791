import type { Serving } from "../../../model/node-word.ts";
import type { Survey, SurveyedProcess } from "./survey.ts";

/** Who holds each socket, by its inode. */
export function holdersOf({ processes }: Survey): ReadonlyMap<number, readonly SurveyedProcess[]> {
  const holders = new Map<number, SurveyedProcess[]>();
  for (const process of processes) {
    for (const inode of process.sockets) {
      const there = holders.get(inode);
      if (there === undefined) holders.set(inode, [process]);
      else there.push(process);
    }
  }
  return holders;
}

/** Where one end of a connection is held. */
export interface HeldEnd {
  readonly pid: number;
  /** Of its pod. */
  readonly uid: string;
  /** The address, as it is told: hostile. */
  readonly at: string;
}

/** What a connection from a process says. One in no pod is the node's own. */
export function connectionFrom(
  { pid: other, name, pod }: SurveyedProcess,
  { pid, uid, at }: HeldEnd,
): readonly Serving[] {
  if (pod === null || pod === uid) return [];
  return [
    { pid, by: "socket", peerPod: pod, text: `has a connection from ${name} (pid ${other}, pod uid ${pod}) at ${at}` },
  ];
}
