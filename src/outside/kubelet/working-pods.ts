import type { WorkingPods } from "../../model/node-word.ts";
import { known, unknown, type Told } from "../../model/told.ts";
import { parseExposition, type Sample } from "./exposition.ts";

const metric = "kubelet_working_pods";

/**
 * The metric of pods that a kubelet works on, from its page `/metrics`. A series that is missing counts none, but only
 * where there are others: a kubelet sets all of them at once, in its first housekeeping [kubernetes v1.36.3,
 * pkg/kubelet/kubelet_pods.go, HandlePodCleanups]. Whatever is not as that version writes it makes it unknown.
 */
export function workingPods(text: string): Told<readonly WorkingPods[]> {
  const page = parseExposition(text);
  if (page === null) return odd("the answer is no page of metrics");
  const samples = page.samples.filter(({ name }) => name === metric);
  if (samples.length === 0)
    return unknown({
      code: "not-served",
      text: `there is no ${metric}`,
      at: [],
      supply: "wait for the kubelet's first housekeeping after its start; an old one does not have it",
    });
  if (page.types.get(metric) !== "gauge") return odd(`${metric} is no gauge`);
  const series = samples.map(seriesOf);
  const read = series.filter((each) => each !== null);
  if (read.length < series.length) return odd(`a series of ${metric} is not of a form that is known`);
  const distinct = new Set(read.map(({ lifecycle, config, static: isStatic }) => `${lifecycle} ${config} ${isStatic}`));
  return distinct.size < read.length ? odd(`a series of ${metric} is there twice`) : known(read);
}

function seriesOf({ labels, value }: Sample): WorkingPods | null {
  const lifecycle = lifecycles.find((each) => each === labels.get("lifecycle"));
  const config = configs.find((each) => each === labels.get("config"));
  const isStatic = statics.get(labels.get("static") ?? "absent");
  const count = /^\d{1,6}$/.test(value) ? Number(value) : null;
  const isWhole = lifecycle !== undefined && config !== undefined && isStatic !== undefined && count !== null;
  return isWhole && labels.size === 3 ? { lifecycle, config, static: isStatic, count } : null;
}

const lifecycles = ["sync", "terminating", "terminated"] as const;
const configs = ["desired", "orphan", "runtime_only"] as const;
const statics: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["", false],
  ["unknown", null],
]);

function odd(text: string): Told<never> {
  return unknown({ code: "not-understood", text, at: [] });
}
