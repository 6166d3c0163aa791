import { count } from "../count.ts";
import { indented, reasonText, shortId, type Frame } from "../node/lines.ts";
import { styleOf, type Style } from "../style.ts";
import type { TextOptions } from "../text.ts";
import { marked } from "./event-lines.ts";
import type { RecoverReport } from "./schema.ts";

/** How a recovery ended, behind the lines that told its steps. */
export function recoverText(report: RecoverReport, options: TextOptions = {}): string {
  const { width = 100, color = false, ascii = false, all = false } = options;
  const frame: Frame = { columns: Math.max(80, width), style: styleOf({ color, ascii }), all };
  return `${[...proofLines(report, frame), ...ending(report, frame)].join("\n")}\n`;
}

function proofLines({ proof }: RecoverReport, { columns, style }: Frame): readonly string[] {
  if (proof === null) return [];
  const { replacement, containers, ports, drivers, restarted, readyAfter, seconds } = proof;
  const who =
    replacement === null
      ? "no pod of the same controller was seen here"
      : `${replacement.name} (uid ${shortId(replacement.uid, style)}), ${containers.ready}/${containers.all} containers ready${readyAfter === null ? "" : ` ${readyAfter.toFixed(1)} s after that`}`;
  const held = ports.map(({ port, protocol, heldBy }) => `${port}/${protocol} ${heldByText[heldBy]}`).join(", ");
  const csi =
    "told" in drivers
      ? `CSI drivers could not be told: ${reasonText(drivers.reason, style)}`
      : driversText(drivers, seconds);
  const others = restarted.length === 0 ? "no other pod restarted" : `also restarted: ${restarted.join(", ")}`;
  const parts = [who, ...(held === "" ? [] : [held]), ...(csi === "" ? [] : [csi]), others];
  return indented(style.text(`proof  ${parts.join("; ")}`), 2, columns);
}

const heldByText = {
  replacement: "is its own now",
  nobody: "is free",
  another: "is held by another",
  untold: "could not be told",
} as const;

function driversText(
  { back, missing }: { readonly back: readonly string[]; readonly missing: readonly string[] },
  seconds: number,
): string {
  const parts = [
    ...(back.length === 0 ? [] : [`${back.join(", ")} registered again after ${seconds.toFixed(1)} s`]),
    ...(missing.length === 0
      ? []
      : [
          `${missing.join(", ")} not registered after ${seconds.toFixed(1)} s, as on the other nodes of its controller`,
        ]),
  ];
  return parts.join(", ");
}

function ending(report: RecoverReport, frame: Frame): readonly string[] {
  const { recovery, pod, seconds } = report;
  const name = `${pod.namespace}/${pod.name}`;
  switch (recovery.is) {
    case "recovered":
      return marked("good", `Recovered ${name} in ${seconds.toFixed(1)} s.`, frame);
    case "not-ready":
      return marked(
        "bad",
        `Everything was done, and the pod that replaced ${name} is not Ready after ${seconds.toFixed(1)} s.`,
        frame,
      );
    case "would-act":
      return marked("faint", wouldAct(recovery.uids, name, frame.style), frame);
    case "stopped":
      return marked("bad", `Stopped (${stepNames[recovery.at]}): ${reasonText(recovery.reason, frame.style)}.`, frame);
  }
}

function wouldAct(uids: readonly string[], name: string, style: Style): string {
  return uids.length === 0
    ? `Dry run: nothing holds what it wants any more; ${name} would be deleted, so that a new uid ends its back-off.`
    : `Dry run: ${count(uids.length, "leftover")} (${uids.map((uid) => shortId(uid, style)).join(", ")}) would be cleared, then ${name} deleted.`;
}

const stepNames = {
  find: "looking for who holds the port",
  confirm: "confirming",
  clear: "clearing",
  delete: "deleting the pod",
  prove: "proving",
} as const;
