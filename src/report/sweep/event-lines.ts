import type { Reason } from "../../model/told.ts";
import type { SweepEvent } from "../../sweep/events.ts";
import type { Next, Outcome } from "../../sweep/outcome.ts";
import type { Rung } from "../../sweep/policy.ts";
import type { Listener, Remains, Target } from "../../sweep/target.ts";
import { count } from "../count.ts";
import { indented, shortId } from "../node/lines.ts";
import { duration } from "../node/moment.ts";
import { distinctPorts } from "./distinct-ports.ts";
import { sign, type Style, type Tone } from "../style.ts";

export interface EventFrame {
  readonly columns: number;
  readonly style: Style;
}

/** What a sweep does, as it does it: the lines of one event; none for what a person need not read. */
export function eventLines(event: SweepEvent, { columns, style }: EventFrame): readonly string[] {
  switch (event.event) {
    case "pinned":
    case "ordered":
    case "graced":
    case "sighted":
      return [];
    case "intent":
      return indented(
        `${event.rung} ${rungNames[event.rung]}  ${style.text(targetText(event.target, style))}`,
        0,
        columns,
      );
    case "waiting":
      return indented(`waits ${duration(event.seconds)}: what it was given to end by itself is not over`, 4, columns);
    case "acted":
      if (event.said.said === "done") return [];
      return indented(
        `${event.act} ${style.text(cutEnd(saidText(event.said), longestSaid, style.ellipsis))}`,
        4,
        columns,
      );
    case "looked":
      return indented(style.text(remainsText(event.remains)), 4, columns);
    case "cause": {
      const { text, confidence, fix, persists } = event.cause;
      const next = persists === true ? "; the next pod that is stopped here is left behind too" : "";
      return [
        ...indented(
          `cause  ${style.text(`${cutEnd(text, longestSaid, style.ellipsis)} (${confidence})${next}`)}`,
          4,
          columns,
        ),
        ...(fix === null ? [] : indented(`fix    ${style.text(fix)}`, 4, columns)),
      ];
    }
    case "deleting": {
      const what = `pod  delete ${event.namespace}/${event.name}: a new uid ends the back-off`;
      return indented(style.text(what), 2, columns);
    }
    case "outcome":
      return marked(outcomeTone[event.outcome.is], outcomeText(event.outcome), { columns, style });
  }
}

/** Characters of what a runtime says; the journal has all of it. */
const longestSaid = 240;

function cutEnd(text: string, longest: number, ellipsis: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}${ellipsis}`;
}

export const rungNames: Readonly<Record<Rung, string>> = {
  1: "runtime stop and remove",
  2: "kill the cgroup",
  3: "restart the kubelet",
  4: "ask for a reboot",
};

/** A target and what is done to it, for the plan and for consent. */
export function targetText({ namespace, name, uid, kind, processes, listeners }: Target, style: Style): string {
  const who = name === null ? `uid ${shortId(uid, style)}` : `${namespace}/${name}`;
  const ports = listeners.length === 0 ? "" : `, ports ${portsText(listeners)}`;
  return `${who} (${kind}): ${count(processes.length, "process", "processes")}${ports}`;
}

function portsText(listeners: readonly Listener[]): string {
  return distinctPorts(listeners).join(" ");
}

function remainsText(remains: Remains | null): string {
  if (remains === null) return "what is left of it could not be told";
  const { processes, listeners, sandboxes } = remains;
  if (processes.length + listeners.length + sandboxes.length === 0)
    return "seen: no process in its cgroup, no listener, no sandbox";
  const parts = [
    ...(processes.length === 0 ? [] : [count(processes.length, "process", "processes")]),
    ...(listeners.length === 0 ? [] : [`ports ${portsText(listeners)}`]),
    ...(sandboxes.length === 0 ? [] : [count(sandboxes.length, "sandbox", "sandboxes")]),
  ];
  return `left: ${parts.join(", ")}`;
}

function saidText(said: Extract<SweepEvent, { event: "acted" }>["said"]): string {
  switch (said.said) {
    case "done":
      return "done";
    case "failed":
      return `failed: ${said.text}`;
    case "refused":
      return `not done: ${said.reason.text}`;
    case "silent":
      return `no answer: ${said.reason.text}`;
  }
}

export function outcomeText(outcome: Outcome): string {
  switch (outcome.is) {
    case "cleared":
      return outcome.rung === 0 ? "cleared: it was gone already" : `cleared on rung ${outcome.rung}`;
    case "ports-freed":
      return `ports freed, record stuck: nothing of it lives, and the runtime cannot remove ${count(outcome.remains.sandboxes.length, "sandbox", "sandboxes")}: repair runc`;
    case "left":
      return `not cleared: ${remainsText(outcome.remains)} after rung ${outcome.rung}${outcome.next === null ? "" : `; ${nextText(outcome.next)}`}`;
    case "aborted":
      return `stopped before rung ${outcome.before}: ${outcome.reason.text}${supplyText(outcome.reason)}`;
    case "refused":
      return `rung ${outcome.before} was refused: nothing more was done`;
    case "would-act":
      return `dry run: rung ${outcome.rung} (${rungNames[outcome.rung]}) would come now`;
  }
}

function supplyText({ supply }: Reason): string {
  return supply === undefined ? "" : ` (${supply})`;
}

/** What follows of a rung that disturbed the node, a clause. */
export function nextText(next: Next): string {
  switch (next.is) {
    case "again":
      return `rung ${next.rung} needs a kubelet that is up for ${next.afterSeconds} s: run it again then`;
    case "kubelet":
      return kubeletTexts[next.seen];
    case "reboot-requested":
      return "a reboot was requested: kured drains and reboots the node when it is its turn";
  }
}

const kubeletTexts = {
  none: "no kubelet is at the runtime since: look at the node now",
  old: "the kubelet is the one from before: it was not restarted",
  untold: "it could not be told whether the kubelet is there again: look at the node now",
} as const;

const outcomeTone: Readonly<Record<Outcome["is"], Tone>> = {
  cleared: "good",
  "ports-freed": "warn",
  left: "bad",
  aborted: "warn",
  refused: "warn",
  "would-act": "faint",
};

/** A line with its sign. */
export function marked(tone: Tone, text: string, { columns, style }: EventFrame): readonly string[] {
  return indented(style.text(text), 2, columns).map((line, index) =>
    index === 0 ? `${sign(style, tone)} ${line.slice(2)}` : line,
  );
}
