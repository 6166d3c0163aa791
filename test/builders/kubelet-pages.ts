/** What a kubelet serves on `/metrics` of its pods, as Kubernetes 1.36.3 writes it, with these counts above 0. */
export function metricsPage(counts: Readonly<Record<string, number>> = {}): string {
  const series = ["desired,true", "desired,", "orphan,true", "orphan,", "runtime_only,unknown"].flatMap((each) => {
    const [config = "", isStatic = ""] = each.split(",");
    return ["sync", "terminated", "terminating"].map((lifecycle) => ({ config, lifecycle, isStatic }));
  });
  const lines = series.map(
    ({ config, lifecycle, isStatic }) =>
      `kubelet_working_pods{config="${config}",lifecycle="${lifecycle}",static="${isStatic}"} ${counts[`${config} ${lifecycle} ${isStatic}`.trim()] ?? 0}`,
  );
  return [
    "# HELP go_gc_duration_seconds A summary of the wall-time pause (stop-the-world) duration in garbage collection cycles.",
    "# TYPE go_gc_duration_seconds summary",
    'go_gc_duration_seconds{quantile="0"} 3.4521e-05',
    "go_gc_duration_seconds_sum 0.004",
    "# HELP kubelet_working_pods [ALPHA] Number of pods the kubelet is actually running.",
    "# TYPE kubelet_working_pods gauge",
    ...lines,
    "",
  ].join("\n");
}

/** What a kubelet serves on `/pods`, by name and uid. */
export function podsPage(pods: Readonly<Record<string, string>>, node = "w1"): string {
  const items = Object.entries(pods).map(([name, uid]) => ({ metadata: { name, uid }, spec: { nodeName: node } }));
  return JSON.stringify({ kind: "PodList", apiVersion: "v1", metadata: {}, items: items.length === 0 ? null : items });
}
