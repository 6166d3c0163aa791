import type { Style } from "../style.ts";
import { reasonText } from "./lines.ts";
import { clock, duration } from "./moment.ts";
import type { ReportPod, ReportSources } from "./schema.ts";

/** What a pod is here, with what that rests on: one clause. */
export function evidenceText(pod: ReportPod, { api }: ReportSources, style: Style): string {
  const day = api.after.told ? api.after.at : api.before.told ? api.before.at : "";
  switch (pod.standing) {
    case "orphan":
    case "replaced":
      return `that pod is not in the API (${absence(pod, day)})${pod.standing === "replaced" ? ": its name belongs to another uid now" : ""}`;
    case "unknown":
      return `what that pod is could not be told: ${pod.reason === undefined ? "" : reasonText(pod.reason, style)}`;
    case "running":
      return `that pod is in the API${owner(pod, style)}`;
    case "static":
      return "that pod is static: the kubelet has it from a file or over HTTP";
    case "terminating":
      return `that pod is being deleted, until ${clock(pod.api?.deletion?.at ?? "", day)}`;
    case "overdue":
      return `that pod is being deleted, and was to be gone at ${clock(pod.api?.deletion?.at ?? "", day)}${late(pod, day)}`;
    case "ended":
      return `that pod ended, by the API: ${style.text(pod.api?.phase ?? "")}`;
    case "elsewhere":
      return `the API has that pod on node ${style.text(pod.api?.node ?? "")}`;
    case "foreign":
      return "no kubelet made it: its sandbox has none of the labels";
    case "dead":
      return "that pod is not in the API, and nothing of it lives";
  }
}

function absence({ evidence }: ReportPod, day: string): string {
  const lists = evidence.flatMap((each) => (each.kind === "list" ? [each] : []));
  const gets = evidence.flatMap((each) => (each.kind === "get" ? [each] : []));
  const version = lists.at(-1)?.resourceVersion;
  const listed = `listed at ${lists.map(({ at }) => clock(at, day)).join(" and ")}, resourceVersion ${version}`;
  return [listed, ...gets.map(({ at }) => `asked by name at ${clock(at, day)}`)].join("; ");
}

function owner({ api }: ReportPod, style: Style): string {
  return api?.owner === null || api?.owner === undefined ? "" : `, made by ${style.text(api.owner)}`;
}

function late({ api }: ReportPod, now: string): string {
  const seconds = (Date.parse(now) - Date.parse(api?.deletion?.at ?? "")) / 1000;
  return Number.isNaN(seconds) ? "" : ` (${duration(seconds)} late)`;
}
